"""What PyTorch makes of this package's layers and losses, for its tests.

Usage: python goldens/make.py

Writes linear.json (starting weights), simple-net.json (state dict, output, gradients and losses of a small network),
cross-entropy.json and mse-loss.json beside itself. Needs PyTorch on a machine with AVX2 or later.
"""

import itertools
import json
import math
import pathlib

import torch
from torch import nn
from torch.nn import functional as F

HERE = pathlib.Path(__file__).parent


def plain(value):
    """JSON has no NaN and no infinities: they become strings, which Number() of JavaScript reads."""
    if isinstance(value, torch.Tensor):
        value = value.detach().tolist()
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    return value


def write(name, **content):
    content = {"torch": torch.__version__, **content}
    (HERE / f"{name}.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")


def linear():
    starts = []
    for seed, (inputs, outputs) in itertools.product([0, 1, 2**32 + 5], [(3, 2), (7, 5), (64, 3)]):
        torch.manual_seed(seed)
        layer = nn.Linear(inputs, outputs)
        starts.append({"seed": seed, "in": inputs, "out": outputs, "weight": plain(layer.weight.flatten()), "bias": plain(layer.bias)})
    bounds = []
    for inputs in [1, 2, 3, 5, 6, 7, 10, 11, 13, 49, 50, 64, 100, 128, 255, 256, 300, 512, 784, 1000, 1024, 4096]:
        torch.manual_seed(3)
        layer = nn.Linear(inputs, 3)
        bounds.append({"in": inputs, "weight": plain(layer.weight.flatten()[:3]), "bias": plain(layer.bias)})
    write("linear", starts=starts, bounds=bounds)


def simple_net():
    torch.manual_seed(7)
    net = nn.Sequential(nn.Flatten(), nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 4), nn.ReLU(), nn.Linear(4, 4), nn.Sigmoid(), nn.Linear(4, 3))
    x = torch.randn(8, 2, 3)
    labels = torch.randint(0, 3, (8,))
    start = {name: plain(value.clone()) for name, value in net.state_dict().items()}
    optimizer = torch.optim.SGD(net.parameters(), lr=0.5)
    output = net(x)
    losses = []
    for step in range(20):
        optimizer.zero_grad()
        loss = F.cross_entropy(net(x), labels)
        loss.backward()
        if step == 0:
            gradients = {name: plain(parameter.grad.clone()) for name, parameter in net.named_parameters()}
        losses.append(loss.item())
        optimizer.step()
    write("simple-net", x=plain(x), labels=plain(labels), start=start, output=plain(output), gradients=gradients, losses=losses)


def cross_entropy():
    torch.manual_seed(11)
    logits = torch.round(torch.randn(5, 4) * 3, decimals=3)
    weight = torch.tensor([0.5, 2.0, 0.0, 1.25])
    label_sets = {"plain": [3, 0, 1, 2, 1], "ignored": [3, -100, 1, -100, 0], "all ignored": [-100] * 5}
    cases = []

    def add(title, logits, labels, weighted=False, **options):
        x = logits.clone().requires_grad_()
        loss = F.cross_entropy(x, torch.tensor(labels), weight=weight if weighted else None, **options)
        # Different factors for the rows, so that no row's gradient can stand for another's.
        (loss * torch.arange(1.0, loss.numel() + 1).reshape(loss.shape)).sum().backward()
        names = {"label_smoothing": "labelSmoothing", "ignore_index": "ignoreIndex"}
        cases.append({
            "title": title, "logits": plain(logits), "labels": labels, "weighted": weighted,
            "options": {names.get(key, key): value for key, value in options.items()},
            "loss": plain(loss.flatten()), "gradient": plain(x.grad.flatten()),
        })

    for (title, labels), weighted, smoothing, reduction in itertools.product(
        label_sets.items(), [False, True], [0.0, 0.1, 1.0], ["mean", "sum", "none"]
    ):
        add(f"{title} labels, smoothing {smoothing}, {reduction}{', weighted' if weighted else ''}",
            logits, labels, weighted, label_smoothing=smoothing, reduction=reduction)
    for reduction in ["mean", "sum", "none"]:
        add(f"a class ignored, {reduction}", logits, label_sets["plain"], ignore_index=1, reduction=reduction)
        add(f"a class ignored, weighted, {reduction}", logits, label_sets["plain"], True, ignore_index=1, reduction=reduction)
    for reduction in ["mean", "sum"]:
        add(f"labels of weight 0 only, {reduction}", logits, [2, 2, 2, 2, 2], True, reduction=reduction)
    extreme = torch.tensor([[1e4, -1e4, 0.0, 9999.0], [-1e4, -1e4, -1e4, -1e4], [3e38, -3e38, 0.0, 1.0]])
    for reduction in ["mean", "none"]:
        add(f"extreme logits, {reduction}", extreme, [0, 1, 0], reduction=reduction)
        add(f"extreme logits, wrong, {reduction}", extreme, [1, 2, 3], reduction=reduction)
        add(f"extreme logits, smoothed, {reduction}", extreme[:2], [1, 2], reduction=reduction, label_smoothing=0.1)
    infinite = torch.tensor([[0.0, -math.inf, 1.0, 2.0], [-math.inf, 0.5, -math.inf, -math.inf]])
    add("logits of -Infinity", infinite, [0, 1], reduction="none")
    add("logits of -Infinity, of the label", infinite, [1, 0], reduction="none")
    add("a row of -Infinity", torch.full((1, 4), -math.inf), [0], reduction="none")
    add("a logit of Infinity", torch.tensor([[math.inf, 0.0, 1.0, 2.0]]), [0], reduction="none")
    add("one class", torch.tensor([[3.0], [4.0]]), [0, 0], reduction="none")
    write("cross-entropy", weight=plain(weight), cases=cases)


def mse_loss():
    torch.manual_seed(5)
    prediction, target = torch.randn(3, 2), torch.randn(3, 2)
    losses = {reduction: plain(F.mse_loss(prediction, target, reduction=reduction).flatten()) for reduction in ["mean", "sum", "none"]}
    write("mse-loss", prediction=plain(prediction), target=plain(target), losses=losses)


if __name__ == "__main__":
    linear()
    simple_net()
    cross_entropy()
    mse_loss()
