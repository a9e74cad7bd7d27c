"""The numbers of torch.nn.init for a seed, in TensorFlow.js's layout, for the tests of this package.

Usage: python goldens/make.py

Writes initializers.json beside itself: cases of an initializer with its shape and options as this package takes
them, the seed, the result as little-endian float32 in base64, and `next`, the uniform number that the generator
gives afterwards. Needs PyTorch on a machine with AVX2 or later.
"""

import base64
import json
import math
import pathlib

import torch
from torch.nn import init

HERE = pathlib.Path(__file__).parent

# Below and above 16 elements, multiples of 16 and not, kernels of one, two and three dimensions.
WEIGHTS = [[1, 1], [2, 3], [5, 3], [3, 5], [4, 4], [7, 5], [33, 17], [3, 2, 4], [3, 3, 2, 5], [2, 3, 4, 3], [2, 3, 2, 2, 3]]
FEW = [[2, 3], [9, 7], [3, 3, 2, 5]]
SEEDS = [0, 1, 2**32 + 5, 2**63 - 1]


def torch_shape(shape):
    """[...kernel, in, out] as PyTorch's [out, in, ...kernel]; biases as they are."""
    return shape if len(shape) < 2 else [shape[-1], shape[-2], *shape[:-2]]


def to_ours(tensor):
    return tensor if tensor.dim() < 2 else tensor.permute(*range(2, tensor.dim()), 1, 0)


def case(name, shape, seed, fill, options={}, tolerance=0.0):
    """tolerance: how far apart elements may lie; 0 for equal bits."""
    torch.manual_seed(seed)
    tensor = torch.empty(torch_shape(shape))
    fill(tensor)
    return {
        "name": name,
        "shape": shape,
        "options": options,
        "seed": str(seed),
        "tolerance": tolerance,
        "bytes": base64.b64encode(to_ours(tensor).contiguous().numpy().tobytes()).decode(),
        "next": torch.rand(()).item(),
    }


cases = []
for seed, shape in [(0, shape) for shape in WEIGHTS] + [(seed, [6, 4]) for seed in SEEDS]:
    cases += [
        case("xavierUniform", shape, seed, init.xavier_uniform_),
        case("xavierNormal", shape, seed, init.xavier_normal_),
        case("kaimingUniform", shape, seed, init.kaiming_uniform_),
        case("kaimingNormal", shape, seed, init.kaiming_normal_),
        case("uniform", shape, seed, init.uniform_),
        case("normal", shape, seed, init.normal_),
        case("orthogonal", shape, seed, init.orthogonal_, tolerance=2e-6),
    ]
for shape in FEW:
    for gain in (0, 0.1, 5 / 3, 10):
        cases += [
            case("xavierUniform", shape, 3, lambda w: init.xavier_uniform_(w, gain), {"gain": gain}),
            case("xavierNormal", shape, 3, lambda w: init.xavier_normal_(w, gain), {"gain": gain}),
        ]
    for nonlinearity in ("linear", "conv2d", "sigmoid", "tanh", "relu", "leaky_relu", "selu"):
        for mode, torch_mode, a in (("fanIn", "fan_in", 0.2), ("fanOut", "fan_out", math.sqrt(5))):
            options = {"a": a, "mode": mode, "nonlinearity": nonlinearity}
            arguments = {"a": a, "mode": torch_mode, "nonlinearity": nonlinearity}
            cases += [
                case("kaimingUniform", shape, 4, lambda w: init.kaiming_uniform_(w, **arguments), options),
                case("kaimingNormal", shape, 4, lambda w: init.kaiming_normal_(w, **arguments), options),
            ]
    linear = {"nonlinearity": "linear"}
    cases += [
        case("lecunUniform", shape, 5, lambda w: init.kaiming_uniform_(w, **linear)),
        case("lecunNormal", shape, 5, lambda w: init.kaiming_normal_(w, **linear)),
        case("orthogonal", shape, 5, lambda w: init.orthogonal_(w, -2.5), {"gain": -2.5}, 5e-6),
        # No value lies outside, so none is drawn again: the same stream.
        case("truncatedNormal", shape, 5, lambda w: init.trunc_normal_(w, std=0.02), {"std": 0.02}),
        case("constant", shape, 5, lambda w: init.constant_(w, 0.3), {"value": 0.3}),
        case("zeros", shape, 5, init.zeros_),
        case("ones", shape, 5, init.ones_),
    ]
for shape in ([], [1], [4], [16], [19]):
    cases += [
        case("uniform", shape, 6, lambda w: init.uniform_(w, -0.3, 0.7), {"low": -0.3, "high": 0.7}),
        case("normal", shape, 6, lambda w: init.normal_(w, 2, 0.25), {"mean": 2, "std": 0.25}),
    ]
for shape in ([2, 3], [3, 2], [4, 4]):
    cases.append(case("eye", shape, 7, init.eye_))
for shape in ([4, 6], [6, 4], [10, 33]):
    for sparsity in (0, 0.1, 0.5, 1):
        fill = lambda w: init.sparse_(w, sparsity, 0.1)
        cases.append(case("sparse", shape, 8, fill, {"sparsity": sparsity, "std": 0.1}))
for shape in ([3, 2, 4], [2, 4, 2], [3, 3, 2, 4], [4, 3, 3, 2], [1, 2, 2, 2], [3, 2, 3, 2, 2]):
    for groups in (1, 2):
        cases.append(case("dirac", shape, 9, lambda w: init.dirac_(w, groups), {"groups": groups}))

gains = [
    {"nonlinearity": name, "param": param, "gain": init.calculate_gain(name, param)}
    for name in ("linear", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d")
    + ("sigmoid", "tanh", "relu", "leaky_relu", "selu")
    for param in ((None, 0, 0.2, -1, 100.5) if name == "leaky_relu" else (None,))
]
fans = [
    {"shape": shape, "fans": init._calculate_fan_in_and_fan_out(torch.empty(torch_shape(shape)))}
    for shape in [*WEIGHTS, [784, 256], [0, 3], [5, 5, 0, 2]]
]
content = {"torch": torch.__version__, "cases": cases, "gains": gains, "fans": fans}
(HERE / "initializers.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")
