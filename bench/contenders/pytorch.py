"""PyTorch's contenders: `python pytorch.py TASK`, TASK being JSON; the protocol is that of serve.js."""
import json
import sys
import time

import torch
from torch import nn

WIDTHS = {"exercise": [784, 512, 512, 512, 512, 10], "simple": [784, 256, 128, 64, 10]}
task = json.loads(sys.argv[1])
network = task.get("network", "exercise")
widths = WIDTHS[network]
fused = task.get("fused", None)


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
model = build()
if network == "simple":
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

name = f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads"
print(json.dumps({"name": name + (", fused" if fused else "")}), flush=True)
for line in sys.stdin:
    times = []
    for _ in range(int(line)):
        start = time.perf_counter()
        step()
        times.append((time.perf_counter() - start) * 1000)
    print(json.dumps(times), flush=True)
