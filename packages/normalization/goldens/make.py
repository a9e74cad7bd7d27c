"""The results of PyTorch's BatchNorm and LayerNorm for small batches, for this package's tests.

Usage: python goldens/make.py

Writes batch-norm.json, layer-norm.json, networks.json and loading.json beside itself. networks.json has whole networks,
as files of safetensors in base64, and what they predict; loading.json files that Python loads or refuses. In the others channels come last, and each case has PyTorch's float64
results, and how far PyTorch's own float32 results are from them, as a fraction of the largest element: so tests know
how closely anybody can agree where inputs are far from zero or hardly vary.
"""

import json
import pathlib

import loading
import torch
from networks import NETWORKS, text, trained
from torch import nn

HERE = pathlib.Path(__file__).parent


def numbers(value):
    """Float64 with ten digits: float32 has seven."""
    return [float(f"{item:.10g}") for item in value.detach().flatten().tolist()]


def write(name, cases):
    content = {"torch": torch.__version__, "cases": cases}
    (HERE / f"{name}.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")


def distance(single, double):
    return (single.detach().double() - double.detach()).abs().max().item() / max(double.detach().abs().max().item(), 1e-30)


def both(run):
    """The float64 results, and the float32 results' distances from them."""
    single, double = run(torch.float32), run(torch.float64)
    return ({name: numbers(value) for name, value in double.items()}, {name: distance(single[name], double[name]) for name in double})


def inputs(kind, shape):
    x = torch.randn(shape, dtype=torch.float64)
    if kind == "offset":
        x = x + 1e4
    if kind == "near-constant":
        x = 5 + 1e-4 * x
    if kind == "far and near-constant":
        x = 1e4 + 0.01 * x
    if kind == "constant":
        x = torch.full(shape, 1234.567, dtype=torch.float64)
    # The numbers that float32 has: inputs are equal for both.
    return x.float()


def channels_second(x):
    return x.movedim(-1, 1) if x.dim() > 2 else x


def batch_norm(title, shape, kind="plain", steps=3, **options):
    torch.manual_seed(3)
    channels = shape[-1]
    batches = [inputs(kind, shape) for _ in range(steps + 1)]
    dys = [torch.randn(shape) for _ in range(steps + 1)]
    weight, bias = torch.randn(channels), torch.randn(channels)

    def run(dtype):
        # As BatchNorm1d, 2d and 3d do, for any number of dimensions.
        layer = (nn.BatchNorm1d if len(shape) < 4 else nn.BatchNorm2d if len(shape) == 4 else nn.BatchNorm3d)(channels, dtype=dtype, **options)
        if layer.affine:
            with torch.no_grad():
                layer.weight.copy_(weight)
                layer.bias.copy_(bias)
        results = {}
        for step, (x, dy) in enumerate(zip(batches, dys)):
            layer.train(step < steps)
            layer.zero_grad()
            x = x.to(dtype).clone().requires_grad_()
            y = layer(channels_second(x))
            y = y.movedim(1, -1) if len(shape) > 2 else y
            y.backward(dy.to(dtype))
            results |= {f"y{step}": y, f"dx{step}": x.grad, f"mean{step}": layer.running_mean.clone(), f"var{step}": layer.running_var.clone()}
            if layer.affine:
                results |= {f"dw{step}": layer.weight.grad.clone(), f"db{step}": layer.bias.grad.clone()}
        return results

    truth, errors = both(run)
    return {
        "title": title,
        "shape": list(shape),
        "steps": steps,
        "options": {name: value for name, value in options.items()},
        "x": [numbers(x) for x in batches],
        "dy": [numbers(dy) for dy in dys],
        "weight": numbers(weight),
        "bias": numbers(bias),
        "truth": truth,
        "errors": errors,
    }


def layer_norm(title, shape, normalized_shape, kind="plain", **options):
    torch.manual_seed(4)
    x, dy = inputs(kind, shape), torch.randn(shape)
    weight, bias = torch.randn(normalized_shape), torch.randn(normalized_shape)

    def run(dtype):
        layer = nn.LayerNorm(normalized_shape, dtype=dtype, **options)
        with torch.no_grad():
            if layer.weight is not None:
                layer.weight.copy_(weight)
            if layer.bias is not None:
                layer.bias.copy_(bias)
        input = x.to(dtype).clone().requires_grad_()
        y = layer(input)
        y.backward(dy.to(dtype))
        results = {"y": y, "dx": input.grad}
        if layer.weight is not None:
            results["dw"] = layer.weight.grad
        if layer.bias is not None:
            results["db"] = layer.bias.grad
        return results

    truth, errors = both(run)
    return {
        "title": title,
        "shape": list(shape),
        "normalized_shape": list(normalized_shape),
        "options": options,
        "x": numbers(x),
        "dy": numbers(dy),
        "weight": numbers(weight),
        "bias": numbers(bias),
        "truth": truth,
        "errors": errors,
    }


KINDS = ["offset", "near-constant", "far and near-constant", "constant"]

write(
    "batch-norm",
    [
        batch_norm("a matrix", (8, 5)),
        batch_norm("one channel", (4, 1)),
        batch_norm("two examples", (2, 3)),
        batch_norm("series", (3, 4, 2)),
        batch_norm("images", (2, 3, 2, 3)),
        batch_norm("volumes", (2, 2, 2, 2, 2)),
        batch_norm("many rows", (200, 2)),
        batch_norm("without weight and bias", (6, 3), affine=False),
        batch_norm("the cumulative average", (6, 3), momentum=None),
        batch_norm("another momentum and eps", (6, 3), momentum=0.7, eps=0.1),
        batch_norm("momentum 0", (6, 3), momentum=0.0),
        batch_norm("momentum 1", (6, 3), momentum=1.0),
        *(batch_norm(kind, (64, 3), kind, steps=2) for kind in KINDS),
    ],
)
write(
    "layer-norm",
    [
        layer_norm("a matrix", (4, 6), (6,)),
        layer_norm("one row", (1, 5), (5,)),
        layer_norm("one element", (3, 1), (1,)),
        layer_norm("a vector", (7,), (7,)),
        layer_norm("series", (2, 3, 4), (4,)),
        layer_norm("series over two dimensions", (2, 3, 4), (3, 4)),
        layer_norm("images", (2, 2, 3, 2), (2, 3, 2)),
        layer_norm("long rows", (2, 300), (300,)),
        layer_norm("without weight and bias", (4, 6), (6,), elementwise_affine=False),
        layer_norm("without a bias", (4, 6), (6,), bias=False),
        layer_norm("another eps", (4, 6), (6,), eps=0.1),
        *(layer_norm(kind, (8, 64), (64,), kind) for kind in KINDS),
    ],
)

torch.manual_seed(6)
x = torch.randn(3, 4)
nets = {name: trained(name) for name in NETWORKS}
write("networks", [{"title": name, "file": text(net), "x": x.tolist(), "output": net(x).tolist()} for name, net in nets.items()])
loading.write(HERE / "loading.json")
