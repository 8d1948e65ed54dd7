"""What the device reaches in PyTorch: a product of matrices in fp32 without TF32, and a copy of memory larger than any cache."""

import time

import torch

REPEATS = 5


def measure_roofs(device):
    """Operations and bytes per second, the best of a few times."""
    large = device == "cuda"
    torch.backends.cuda.matmul.allow_tf32 = False
    rows = 8192 if large else 512
    a = torch.rand(rows, rows, device=device)
    b = torch.rand(rows, rows, device=device)
    product = torch.empty_like(a)
    source = torch.rand((1 << 28) if large else (1 << 24), device=device)
    target = torch.empty_like(source)
    return {
        "flopPerSecond": 2 * rows**3 / fastest(lambda: torch.mm(a, b, out=product), large),
        "bytesPerSecond": 2 * source.nbytes / fastest(lambda: target.copy_(source), large),
    }


def fastest(work, large):
    """Seconds; the first run, which may load kernels, is not timed."""
    wait = torch.cuda.synchronize if large else (lambda: None)
    work()
    wait()
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        work()
        wait()
        times.append(time.perf_counter() - began)
    return min(times)
