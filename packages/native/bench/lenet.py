"""A training step of LeNet-5 on 128 images of 28 by 28 in PyTorch: prints the milliseconds of each step in turns.

Reads the number of steps of a turn from each line.
"""

import sys
import time

import torch
from torch import nn

torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
model = nn.Sequential(
    *(nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)),
    *(nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()),
    *(nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)),
)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
criterion = nn.CrossEntropyLoss()
images = torch.rand(128, 1, 28, 28)
labels = torch.randint(10, (128,))


def step():
    optimizer.zero_grad()
    criterion(model(images), labels).backward()
    optimizer.step()


print(torch.__version__, flush=True)
for line in sys.stdin:
    times = []
    for _ in range(int(line)):
        start = time.perf_counter()
        step()
        times.append((time.perf_counter() - start) * 1000)
    times.sort()
    print(times[len(times) // 2], flush=True)
