"""The results of PyTorch's dropout, for this package's tests.

Usage: python goldens/make.py

Writes masks.json (the masks of consecutive calls on one generator, as bits, and the next number drawn after them) and
values.json (outputs and gradients, as float32 bits) beside itself. Needs PyTorch on a machine whose `bernoulli_` does
not come from MKL, which draws another stream on Intel CPUs: AMD or ARM. That is checked.
"""

import base64
import json
import math
import pathlib

import numpy
import torch
from torch.nn import functional as F

HERE = pathlib.Path(__file__).parent

SEEDS = [0, 1, 42, 2**32 + 5, 2**53 + 1, 2**63 - 1]
PROBABILITIES = [0, 0.1, 0.15, 0.5, 0.9, 1]
SHAPES = [[], [1], [7], [0], [3, 0, 2], [2, 3], [5, 1, 3], [2, 3, 1, 5], [1, 2, 3, 2, 1, 2], [313]]
# 1 − p is not exact, is next to 0 or to 1, or rounds to it.
ODD_PROBABILITIES = [1 / 3, 0.7, 0.2, 1 - 2**-53, 1 - 2**-24, 1e-10, 1e-17, 2**-54, 2**-30, 0.999999, 1e-300]
# No denormal numbers: TensorFlow takes them for 0, and PyTorch does not.
VALUES = [1, -1, 0.1, -3.7, 1e-30, 1e38, 3.4e38, -0.0, 0.0, 2**-126, math.nan, math.inf, -math.inf]


def bits(mask):
    return base64.b64encode(numpy.packbits(mask.numpy().flatten() != 0).tobytes()).decode()


def floats(tensor):
    return base64.b64encode(tensor.detach().contiguous().numpy().tobytes()).decode()


def scale(mask):
    """The one number in a mask beside 0, or null where all is dropped."""
    kept = mask[mask != 0]
    return kept.flatten()[0].item() if kept.numel() else None


def following():
    return torch.empty(()).uniform_().item()


def script(seed, calls, drawn_before=0):
    """Two layers and the function take turns on one stream, as the layers of a network do."""
    torch.manual_seed(seed)
    torch.empty(drawn_before).uniform_()
    results = []
    for i, (shape, p) in enumerate(calls):
        ones = torch.ones(shape, requires_grad=i % 3 == 2)
        mask = (torch.nn.Dropout(p)(ones) if i % 2 else F.dropout(ones, p, training=True)).detach()
        results.append({"shape": shape, "p": p, "kept": bits(mask), "scale": scale(mask)})
    return {"seed": str(seed), "drawnBefore": drawn_before, "calls": results, "next": following()}


def values(seed, p):
    generator = torch.Generator().manual_seed(seed + 100)
    x = torch.cat([torch.tensor(VALUES * 3), torch.randn(41, generator=generator)]).reshape(5, 16).requires_grad_()
    dy = torch.cat([torch.randn(67, generator=generator), torch.tensor(VALUES)]).reshape(5, 16)
    torch.manual_seed(seed)
    y = F.dropout(x, p, training=True)
    y.backward(dy)
    return {"seed": str(seed), "p": p, "x": floats(x), "y": floats(y), "dy": floats(dy), "dx": floats(x.grad)}


def check_stream():
    """`random_` on int64 gives the same two draws: first << 32 | second, without the highest bit."""
    drawn = torch.empty(1000, dtype=torch.int64).random_(generator=torch.Generator().manual_seed(3))
    expected = (drawn & (2**53 - 1)).double() * 2**-53 < 0.85
    actual = torch.empty(1000).bernoulli_(0.85, generator=torch.Generator().manual_seed(3)).bool()
    if not torch.equal(actual, expected):
        raise SystemExit("This PyTorch draws bernoulli_ from another stream (MKL on an Intel CPU): use AMD or ARM.")


def write(name, **content):
    content = {"torch": torch.__version__, **content}
    (HERE / f"{name}.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")


check_stream()
write(
    "masks",
    scripts=[script(seed, [([37], p) for p in PROBABILITIES] * 2) for seed in SEEDS]
    + [script(2, [(shape, p) for shape in SHAPES for p in (0.5, 0.15)])]
    + [script(3, [([101], p) for p in ODD_PROBABILITIES])]
    # After an odd number of draws the pairs lie across the generator's blocks of 624 words.
    + [script(4, [([700], 0.15), ([], 0.5), ([128, 33], 0.5)], drawn_before=1)],
)
write("values", cases=[values(seed, p) for seed, p in enumerate([*PROBABILITIES, 1 / 3, 0.7, 1 - 2**-53])])
