"""So many scalars through PyTorch's SummaryWriter, so often: python pytorch.py COUNT ROUNDS; see index.js."""

import statistics
import sys
import tempfile
import time

import torch
from torch.utils.tensorboard import SummaryWriter

count, rounds = int(sys.argv[1]), int(sys.argv[2])
rates, calls = [], []
for _ in range(rounds):
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        writer = SummaryWriter(folder)
        for i in range(count):
            writer.add_scalar("train/loss", 1 / (i + 1), i)
        logged = time.perf_counter()
        writer.close()
        rates.append(count / (time.perf_counter() - start))
        calls.append((logged - start) / count * 1e6)
print(
    f"PyTorch {torch.__version__}: {statistics.median(rates):.0f} scalars a second, "
    f"{statistics.median(calls):.1f} µs a call"
)
