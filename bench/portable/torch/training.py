"""One recurrent layer and a dense softmax head at every time step; forward, backward, clip by global norm, Adam."""

import array
import os

import torch
from torch import nn

LAYERS = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn-tanh": nn.RNN}


class Network(nn.Module):
    """Time-major: x [T, B, I] becomes logits [T * B, classes]."""

    def __init__(self, cell, input_size, hidden_size, classes):
        super().__init__()
        self.rnn = LAYERS[cell](input_size, hidden_size)
        self.head = nn.Linear(hidden_size, classes)

    def forward(self, x):
        return self.head(self.rnn(x)[0].flatten(0, 1))


class Training:
    """Starts from the numbers of a job's folder. Input and targets lie on the device before the first step and stay there."""

    def __init__(self, job, device):
        self.device = device
        self.rows = job["batch"]
        self.steps = job["timeSteps"]
        network = Network(job["cell"], job["inputSize"], job["hiddenSize"], job["classes"])
        weights = read(job["folder"], "parameters", "f", torch.float32)
        sizes = [tensor["elements"] for tensor in job["parameters"]]
        names = [tensor["name"] for tensor in job["parameters"]]
        network.load_state_dict({name: part.view(network.get_parameter(name).shape) for name, part in zip(names, weights.split(sizes))})
        self.network = network.to(device)
        self.parameters = list(self.network.parameters())
        self.x = self.read_input(job).to(device)
        self.y = read(job["folder"], "target", "i", torch.int32).long().to(device)
        hyper = job["optimizer"]
        self.clip = hyper["clip"]
        self.adam = torch.optim.Adam(
            self.parameters, lr=hyper["learningRate"], betas=(hyper["beta1"], hyper["beta2"]), eps=hyper["epsilon"], fused=True
        )

    def read_input(self, job):
        shape = (self.steps, self.rows)
        if job["input"] == "vectors":
            return read(job["folder"], "input", "f", torch.float32).view(*shape, job["inputSize"])
        ids = read(job["folder"], "input", "i", torch.int32).long()
        return nn.functional.one_hot(ids, job["inputSize"]).float().view(*shape, job["inputSize"])

    def submit(self):
        """One step, queued; the loss as a tensor, summed over time and averaged over rows."""
        self.adam.zero_grad(set_to_none=True)
        loss = nn.functional.cross_entropy(self.network(self.x), self.y, reduction="sum") / self.rows
        loss.backward()
        nn.utils.clip_grad_norm_(self.parameters, self.clip)
        self.adam.step()
        return loss.detach()

    def idle(self):
        if self.device == "cuda":
            torch.cuda.synchronize()

    def step(self):
        """One step, to its end; the loss in nats per target."""
        loss = self.submit()
        self.idle()
        return loss.item() / self.steps


def read(folder, name, code, dtype):
    """A file of little-endian numbers as a tensor."""
    numbers = array.array(code)
    path = os.path.join(folder, name)
    with open(path, "rb") as file:
        numbers.fromfile(file, os.path.getsize(path) // numbers.itemsize)
    return torch.frombuffer(numbers, dtype=dtype)
