"""Times training steps in PyTorch: jobs as JSON lines on standard input, one answer as a JSON line for each.

The first line of output says what there is: {"version", "device", "roofs"}, or {"missing"}, a sentence. A job is described in src/torch.ts.
"""

import json
import sys


def answer(row):
    print(json.dumps(row), flush=True)


def main(device):
    try:
        import torch
    except ImportError as error:
        return answer({"missing": f"python3 has no torch ({error})"})
    if device == "cuda" and not torch.cuda.is_available():
        return answer({"missing": f"torch {torch.__version__} finds no CUDA device"})

    from roofs import measure_roofs
    from training import Training
    from timing import time_steps

    name = torch.cuda.get_device_name() if device == "cuda" else "cpu"
    cudnn = torch.backends.cudnn.version() if device == "cuda" else None
    answer({"version": torch.__version__, "cuda": torch.version.cuda, "cudnn": cudnn, "device": name, "roofs": measure_roofs(device)})

    for line in sys.stdin:
        job = json.loads(line)
        torch.backends.cuda.matmul.allow_tf32 = job["tf32"]
        torch.backends.cudnn.allow_tf32 = job["tf32"]
        try:
            answer(time_steps(Training(job, device), job["timing"]))
        except RuntimeError as error:  # out of memory, say: the next job may fit
            answer({"error": str(error).splitlines()[0]})


if __name__ == "__main__":
    main(sys.argv[1])
