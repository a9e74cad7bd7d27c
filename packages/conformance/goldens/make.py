"""PyTorch's numbers for the checks of this package. They ship with it, so that the checks run without Python.

Usage: python goldens/make.py, then pnpm exec biome check --write src/goldens

Writes src/goldens/*.ts: inputs, options and results of the scenarios that src/batch-norm/scenario.ts and its like play on
anyone's class. Inputs are multiples of 1/64, which every precision has exactly; results are float64.
"""

import json
import pathlib

import torch

HERE = pathlib.Path(__file__).parent
TARGET = HERE.parent / "src" / "goldens"
torch.set_default_dtype(torch.float64)


def plain(value):
    if isinstance(value, torch.Tensor):
        return plain(value.detach().tolist())
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return float(f"{value:.12g}") if isinstance(value, float) else value


def write(name, export, content):
    text = json.dumps(plain(content))
    (TARGET / f"{name}.ts").write_text(f"// Made by goldens/make.py with PyTorch {torch.__version__}.\nexport const {export} = {text};\n")


def grid(*shape, scale=1.0, generator=torch.Generator().manual_seed(20)):
    """Random multiples of 1/64, about N(0, scale²)."""
    return torch.round(torch.randn(*shape, generator=generator) * scale * 64) / 64


def grad(y, dy, *targets):
    return torch.autograd.grad(y, targets, dy, retain_graph=True)


def batch_norm():
    options = {"eps": 0.5, "momentum": 0.25}
    first, second, third = grid(4, 4) + torch.tensor([1.0, -0.5, 0.25, 2]), grid(4, 4, scale=1.5), grid(4, 4)
    layer = torch.nn.BatchNorm1d(4, **options)
    seen = {}

    def statistics(suffix):
        seen[f"running mean after {suffix}"] = layer.running_mean.clone()
        seen[f"running variance after {suffix}"] = layer.running_var.clone()

    seen["output in training"] = layer(first)
    statistics("one batch")
    seen["output of a second batch"] = layer(second)
    statistics("two batches")
    layer.eval()
    seen["output in evaluation"] = layer(third)
    statistics("an evaluation")

    layer = torch.nn.BatchNorm1d(4, **options)
    seen["weight and bias at the start"] = torch.cat([layer.weight, layer.bias])
    weight, bias, upstream = grid(4) + 2, grid(4), grid(4, 4)
    layer.weight.data, layer.bias.data = weight.clone(), bias.clone()
    x = second.clone().requires_grad_()
    seen["output with weight and bias"] = y = layer(x)
    dx, dw, db = grad(y, upstream, x, layer.weight, layer.bias)
    seen["gradient of the input"] = dx
    seen["gradient of weight and bias"] = torch.cat([dw, db])
    layer.eval()
    x = third.clone().requires_grad_()
    seen["output with weight and bias in evaluation"] = y = layer(x)
    seen["gradient of the input in evaluation"] = grad(y, upstream, x)[0]

    layer = torch.nn.BatchNorm1d(3)
    small = grid(6, 3) * torch.tensor([1 / 256, 1.0, 2.0])
    seen["output with the default options"] = layer(small)
    seen["statistics with the default options"] = torch.cat([layer.running_mean, layer.running_var])

    layer = torch.nn.BatchNorm1d(4, affine=False, **options)
    seen["output with affine: false"] = layer(first)
    layer.eval()
    seen["output for a single row in evaluation"] = layer(third[:1])
    write("batch-norm", "batchNormGoldens", {
        "torch": torch.__version__.split("+")[0],
        "options": options, "first": first, "second": second, "third": third,
        "weight": weight, "bias": bias, "upstream": upstream, "small": small, "expected": seen,
    })


def layer_norm():
    eps = 0.5
    square, upstream, weight, bias = grid(4, 4, scale=1.5) + 1, grid(4, 4), grid(4) + 2, grid(4)
    cube, wide, thin = grid(2, 3, 4) + 0.5, grid(3, 5), grid(5, 3) * torch.tensor([[1 / 256]] * 2 + [[1.0]] * 3)
    seen = {}
    layer = torch.nn.LayerNorm(4, eps=eps)
    seen["output"] = layer(square)
    layer.eval()
    seen["output in evaluation"] = layer(square)
    seen["weight and bias at the start"] = torch.cat([layer.weight, layer.bias])

    layer = torch.nn.LayerNorm(4, eps=eps)
    layer.weight.data, layer.bias.data = weight.clone(), bias.clone()
    x = square.clone().requires_grad_()
    seen["output with weight and bias"] = y = layer(x)
    dx, dw, db = grad(y, upstream, x, layer.weight, layer.bias)
    seen["gradient of the input"] = dx
    seen["gradient of weight and bias"] = torch.cat([dw, db])

    seen["output for three dimensions"] = torch.nn.LayerNorm(4, eps=eps)(cube)
    seen["output for two normalized dimensions"] = torch.nn.LayerNorm([3, 4], eps=eps)(cube)
    seen["output with elementwiseAffine: false"] = torch.nn.LayerNorm(5, eps=eps, elementwise_affine=False)(wide)
    seen["output with the default options"] = torch.nn.LayerNorm(3)(thin)
    write("layer-norm", "layerNormGoldens", {
        "eps": eps, "square": square, "upstream": upstream, "weight": weight, "bias": bias,
        "cube": cube, "wide": wide, "thin": thin, "expected": seen,
    })


def optimizers():
    starts = [grid(3) + 1.5, grid(3) - 1, grid(2, 2)]
    gradients = [[grid(3), grid(3), grid(2, 2)] for _ in range(5)]
    adam = {"lr": 0.125, "betas": (0.75, 0.875), "eps": 1e-8, "weight_decay": 0.0}
    sgd = {"lr": 0.125, "momentum": 0.0, "weight_decay": 0.0}

    def play(make, which, steps, present=lambda step, i: True, rates=None, scale=1.0, anew=False):
        """The parameters after each step, one after the other; anew: those after the last, taken from the start."""
        parameters = [torch.nn.Parameter(starts[i].clone()) for i in which]
        optimizer, trace = make(parameters), []
        for step in range(steps):
            if anew:
                for i, parameter in zip(which, parameters):
                    parameter.data.copy_(starts[i])
            if rates is not None:
                optimizer.param_groups[0]["lr"] = rates[step]
            for i, parameter in zip(which, parameters):
                parameter.grad = gradients[step][i] * scale if present(step, i) else None
            optimizer.step()
            trace.append(torch.cat([parameter.detach().flatten() for parameter in parameters]))
        return trace[-1] if anew else torch.cat(trace)

    def missing(step, i):
        return (step, i) not in [(1, 0), (2, 1), (3, 0)]

    def adam_like(kind):
        def run(which=(0,), steps=4, present=lambda step, i: True, only=None, scale=1.0, anew=False, **options):
            given = {**adam, **options}
            given = {key: given[key] for key in only} if only else given
            return play(lambda parameters: kind(parameters, **given), which, steps, present, None, scale, anew)
        return {
            "one step": run(steps=1),
            "four steps": run(),
            "the second step by itself": run(steps=2, betas=(0.25, 0.125), anew=True),
            "a large eps": run(eps=0.5),
            "weight decay": run(weight_decay=0.5),
            "default betas and eps": run(only=["lr", "weight_decay"], scale=2.0**-20),
            "three parameters": run(which=(0, 1, 2)),
            "weight decay of three parameters": run(which=(0, 1, 2), weight_decay=0.5),
            "a gradient that is missing": run(which=(0, 1), steps=5, present=missing),
            "gradients in another order": run(which=(0, 1)),
        }

    def sgd_like():
        def run(which=(0,), steps=4, present=lambda step, i: True, rates=None, **options):
            return play(lambda parameters: torch.optim.SGD(parameters, **{**sgd, **options}), which, steps, present, rates)
        return {
            "one step": run(steps=1),
            "without momentum": run(),
            "momentum": run(momentum=0.75),
            "weight decay": run(momentum=0.75, weight_decay=0.5),
            "three parameters": run(which=(0, 1, 2), momentum=0.75),
            "weight decay of three parameters": run(which=(0, 1, 2), momentum=0.75, weight_decay=0.5),
            "a gradient that is missing": run(which=(0, 1), steps=5, present=missing, momentum=0.75),
            "gradients in another order": run(which=(0, 1), momentum=0.75),
            "a learning rate that changes": run(momentum=0.75, rates=[0.125, 0.125, 0.03125, 0.03125]),
        }

    write("optimizers", "optimizerGoldens", {
        "starts": starts, "gradients": gradients,
        "expected": {"AdamW": adam_like(torch.optim.AdamW), "Adam": adam_like(torch.optim.Adam), "SGD": sgd_like()},
    })


if __name__ == "__main__":
    TARGET.mkdir(exist_ok=True)
    batch_norm()
    layer_norm()
    optimizers()
