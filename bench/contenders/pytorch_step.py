"""PyTorch's contenders: `python pytorch_step.py TASK`, where TASK is JSON. The protocol is that of serve.js.

Not named pytorch.py: torchvision looks for a module `pytorch`, and would run this file.
"""
import json
import sys
import time

import torch
from torch import nn

from resident import resident

WIDTHS = {"exercise": [784, 512, 512, 512, 512, 10], "simple": [784, 256, 128, 64, 10], "lenet": [784]}
task = json.loads(sys.argv[1])
network = task.get("network", "exercise")
widths = WIDTHS[network]
fused = task.get("fused", None)


def lenet():
    return nn.Sequential(
        *(nn.Unflatten(1, (1, 28, 28)), nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()),
        *(nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)),
    )


def build():
    layers = []
    for i, (before, after) in enumerate(zip(widths, widths[1:])):
        layers.append(nn.Linear(before, after))
        if i == len(widths) - 2:
            break
        if task.get("layerNorm"):
            layers.append(nn.LayerNorm(after))
        layers.append(nn.Tanh() if network == "simple" else nn.ReLU())
        if task.get("dropout"):
            layers.append(nn.Dropout(task["dropout"]))
    return nn.Sequential(*layers)


torch.manual_seed(0)
model = lenet() if network == "lenet" else build()
if network != "exercise":
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-2)
else:
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-4, fused=fused)
images = torch.rand(128, widths[0]) * 2 - 1
labels = torch.arange(128) % 10
criterion = nn.CrossEntropyLoss()


def step():
    optimizer.zero_grad()
    loss = criterion(model(images), labels)
    loss.backward()
    optimizer.step()
    return loss.item()


if task.get("part") == "optimizer":
    for parameter in model.parameters():
        parameter.grad = torch.randn_like(parameter)
    step = optimizer.step

optimizer_name = type(optimizer).__name__ + ("(fused=True)" if fused else "")
part = "alone" if task.get("part") == "optimizer" else ""
version = torch.__version__.split("+")[0]
print(json.dumps({"name": f"PyTorch {version} eager, {optimizer_name} {part}".strip()}), flush=True)
for line in sys.stdin:
    times = []
    for _ in range(int(line)):
        start = time.perf_counter()
        step()
        times.append((time.perf_counter() - start) * 1000)
    print(json.dumps({"times": times, "resident": resident()}), flush=True)
