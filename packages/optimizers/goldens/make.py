"""What PyTorch's optimizers make of a few parameters of odd shapes, for this package's tests.

Usage: python goldens/make.py

Writes sgd.json, adam.json and adamw.json (every combination of options, at ordinary and absurd rates, with a
gradient that is missing in one step) and schedules.json beside itself.
"""

import itertools
import json
import pathlib

import torch

HERE = pathlib.Path(__file__).parent
SHAPES = {"matrix": [3, 4], "scalar": [], "empty": [0, 2], "cube": [2, 3, 2], "row": [5]}
STEPS = 20
# The step in which this parameter has no gradient.
MISSING = {"cube": 3, "row": 0}


def write(name, **content):
    content = {"torch": torch.__version__, **content}
    (HERE / f"{name}.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")


def numbers(tensor):
    return [float(f"{value:.9g}") for value in tensor.detach().flatten().tolist()]


def starts():
    generator = torch.Generator().manual_seed(1)
    return {name: torch.randn(shape, generator=generator) for name, shape in SHAPES.items()}


def gradients():
    """One list for all cases: a gradient per step and parameter, of magnitudes between 1e-3 and 30."""
    generator = torch.Generator().manual_seed(2)
    steps = []
    for step in range(STEPS):
        scale = 10.0 ** ((step % 4) - 2)
        found = {name: torch.randn(shape, generator=generator) * scale for name, shape in SHAPES.items()}
        steps.append({name: None if MISSING.get(name) == step else value for name, value in found.items()})
    return steps


def run(make, grads):
    """Parameters after 1, 10 and all steps, the last state, and the largest number that each kind had on the way:
    what cancels leaves the rounding of numbers of that size."""
    parameters = {name: torch.nn.Parameter(value.clone()) for name, value in starts().items()}
    optimizer = make(parameters.values())
    seen = {}
    largest = {}
    for step, found in enumerate(grads):
        for name, parameter in parameters.items():
            parameter.grad = None if found[name] is None else found[name].clone()
        optimizer.step()
        for parameter in parameters.values():
            for key, value in [("parameters", parameter), *optimizer.state[parameter].items()]:
                if value is not None and key != "step" and value.numel() > 0:
                    largest[key] = max(largest.get(key, 0.0), value.abs().max().item())
        if step in (0, 9, STEPS - 1):
            seen[step] = {name: numbers(value) for name, value in parameters.items()}
    state = {
        name: {key: value.item() if key == "step" else numbers(value) for key, value in optimizer.state[parameter].items() if value is not None}
        for name, parameter in parameters.items()
    }
    return {"parameters": seen, "state": state, "largest": largest}


def product(**choices):
    return [dict(zip(choices, values)) for values in itertools.product(*choices.values())]


def optimizers():
    grads = gradients()
    common = {
        "shapes": SHAPES,
        "starts": {name: numbers(value) for name, value in starts().items()},
        "gradients": [{name: None if value is None else numbers(value) for name, value in step.items()} for step in grads],
    }
    write("problem", **common)
    for name, kind, options in [
        ("sgd", torch.optim.SGD, sgd_options()),
        ("adam", torch.optim.Adam, adam_options([0, 0.1])),
        ("adamw", torch.optim.AdamW, adam_options([0, 0.01, 0.3])),
    ]:
        cases = [{"options": one, **run(lambda parameters: kind(parameters, **torch_names(one)), grads)} for one in options]
        write(name, cases=cases)


def torch_names(options):
    renamed = {"learningRate": "lr", "weightDecay": "weight_decay"}
    return {renamed.get(name, name): value for name, value in options.items()}


def sgd_options():
    options = product(learningRate=[0.1], momentum=[0, 0.9], dampening=[0, 0.3], nesterov=[False, True], weightDecay=[0, 0.1], maximize=[False, True])
    absurd = product(learningRate=[10.0], momentum=[0, 0.5], weightDecay=[0, 0.1])
    return [one for one in options if not one["nesterov"] or (one["momentum"] > 0 and one["dampening"] == 0)] + absurd


def adam_options(decays):
    ordinary = product(learningRate=[0.01], betas=[(0.9, 0.999), (0.5, 0.9), (0.0, 0.0)], eps=[1e-8, 1e-3], weightDecay=decays, amsgrad=[False, True], maximize=[False, True])
    return ordinary + product(learningRate=[10.0], betas=[(0.9, 0.999)], eps=[1e-8], weightDecay=decays, amsgrad=[False, True])


if __name__ == "__main__":
    optimizers()
