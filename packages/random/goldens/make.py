"""The numbers of PyTorch's CPU generator, for the tests of this package.

Usage: python goldens/make.py

Writes uniform.json, normal.json, bernoulli.json, permutation.json, int64.json, interleaved.json and state.json
beside itself. Each holds scripts: a seed, and calls on one generator in order, each with its arguments and its
result as little-endian bytes in base64 (float32, int64 or uint8). Needs PyTorch on a machine with AVX2 or later;
for Bernoulli, a processor on which PyTorch does not use MKL (AMD, ARM).
"""

import base64
import json
import pathlib
import struct

import torch

HERE = pathlib.Path(__file__).parent
SEEDS = [0, 1, 42, 2**31, 2**32 - 1, 2**32, 2**32 + 7, 2**53 + 1, 2**63 - 1, 2**63, 2**64 - 1, -1, -(2**63)]
LENGTHS = [0, 1, 2, 15, 16, 17, 31, 32, 33, 100, 625, 1000]

# from and to, float32 and not, tiny, far from zero, negative, empty.
RANGES = [(0, 1), (-1, 1), (-0.1, 0.1), (0.3, 0.7), (5, 5), (-1e-30, 1e-30), (1e6, 1e6 + 1), (-3e38, 1e37), (-7.3, -7.2999)]
NARROW = [(1e6, 1e6 + 1), (-3.1050325, -3.105032), (9.23694, 9.236947), (3.4522, 3.4524), (1, 1 + 2**-23), (0.1, 0.1 + 1e-9)]
NORMALS = [(0, 1), (0, 0.02), (3, 2), (-1e3, 1e-3), (0.1, 0), (1e-3, 1e4)]
PROBABILITIES = [0, 1, 0.5, 0.85, 0.9, 0.1, 1e-10, 1 - 2**-53, 2**-53, 1 / 3]


def encode(tensor):
    return base64.b64encode(tensor.contiguous().numpy().tobytes()).decode()


def call(generator, method, *args):
    if method == "uniform":
        n, low, high = args
        out = torch.empty(n).uniform_(low, high, generator=generator)
    elif method == "normal":
        n, mean, std = args
        out = torch.empty(n).normal_(mean, std, generator=generator)
    elif method == "bernoulli":
        n, p = args
        out = torch.empty(n).bernoulli_(p, generator=generator).to(torch.uint8)
    elif method == "permutation":
        out = torch.randperm(args[0], generator=generator).to(torch.int32)
    elif method == "int64":
        out = torch.empty((), dtype=torch.int64).random_(generator=generator)
    return {"method": method, "args": list(args), "bytes": encode(out)}


def script(seed, *calls):
    generator = torch.Generator().manual_seed(seed)
    return {"seed": str(seed), "calls": [call(generator, *each) for each in calls]}


def write(name, scripts):
    content = {"torch": torch.__version__, "scripts": scripts}
    (HERE / f"{name}.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")


def state(seed, *calls):
    """The generator's state after some calls, read from the layout that Generator.get_state documents by its size."""
    generator = torch.Generator().manual_seed(seed)
    for each in calls:
        call(generator, *each)
    raw = generator.get_state().numpy().tobytes()
    _, left, _, place = struct.unpack_from("<QiiQ", raw)
    words = struct.unpack_from("<624Q", raw, 24)
    untouched = left == 1 and place == 0
    return {
        "seed": str(seed),
        "calls": [{"method": method, "args": args} for method, *args in calls],
        "words": base64.b64encode(struct.pack("<624I", *words)).decode(),
        "place": 624 if untouched else place,
    }


write(
    "uniform",
    [script(seed, ("uniform", 33, 0, 1)) for seed in SEEDS]
    + [script(0, ("uniform", n, -0.5, 2)) for n in LENGTHS]
    + [script(3, *(("uniform", 17, low, high) for low, high in RANGES))]
    # So narrow that rounding reaches the upper bound, for which PyTorch gives the lower one.
    + [script(13, *(("uniform", 200, low, high) for low, high in NARROW))],
)
write(
    "normal",
    [script(seed, ("normal", 33, 0, 1), ("normal", 5, 0, 1)) for seed in SEEDS]
    + [script(0, ("normal", n, 0, 1)) for n in LENGTHS]
    + [script(4, *(("normal", n, mean, std) for n in (3, 40) for mean, std in NORMALS))]
    # A kept normal outlives long calls and other draws, and takes the mean and std of the call that uses it.
    + [script(5, ("normal", 1, 0, 1), ("normal", 20, 0, 1), ("normal", 1, 10, 3), ("normal", 2, 0, 1))]
    + [script(6, ("normal", 3, 0, 1), ("uniform", 7, 0, 1), ("normal", 3, -1, 2), ("normal", 31, 0, 1), ("normal", 15, 0, 1))]
    + [script(7, ("permutation", 4), ("normal", 16, 0, 1), ("normal", 15, 0, 1), ("normal", 0, 0, 1), ("normal", 1, 0, 1))],
)
write(
    "bernoulli",
    [script(seed, ("bernoulli", 100, 0.5)) for seed in SEEDS]
    + [script(0, ("bernoulli", n, 0.85)) for n in LENGTHS]
    + [script(8, *(("bernoulli", 100, p) for p in PROBABILITIES))]
    # After an odd number of draws the pairs lie across the blocks of 624 words.
    + [script(9, ("uniform", 1, 0, 1), *(("bernoulli", 700, p) for p in PROBABILITIES))]
    + [script(10, ("uniform", 623, 0, 1), ("bernoulli", 1, 0.5), ("bernoulli", 2, 0.5), ("uniform", 3, 0, 1))],
)
write(
    "permutation",
    [script(seed, ("permutation", 10)) for seed in SEEDS]
    + [script(0, ("permutation", n)) for n in LENGTHS]
    + [script(11, ("permutation", 1000), ("permutation", 1), ("permutation", 0), ("permutation", 2), ("permutation", 2))],
)
write("int64", [script(seed, *[("int64",)] * 4) for seed in SEEDS] + [script(12, ("uniform", 623, 0, 1), ("int64",), ("int64",))])
write(
    "interleaved",
    [
        script(
            seed,
            ("uniform", 5, -1, 1),
            ("normal", 7, 0, 1),
            ("bernoulli", 9, 0.9),
            ("int64",),
            ("permutation", 8),
            ("normal", 35, 0, 0.1),
            ("uniform", 600, 0, 1),
            ("bernoulli", 33, 0.85),
            ("normal", 1, 0, 1),
            ("int64",),
            ("permutation", 50),
            ("normal", 2, 2, 0.5),
            ("uniform", 2, 0, 1),
        )
        for seed in (0, 123456789, 2**32 + 2, 2**63 - 25, -5)
    ],
)
write(
    "state",
    [
        state(0),
        state(1, ("uniform", 1, 0, 1)),
        state(2, ("uniform", 624, 0, 1)),
        state(2**32 + 3, ("uniform", 700, 0, 1), ("normal", 3, 0, 1)),
    ],
)
