"""The histograms of PyTorch's SummaryWriter, for this package's tests.

Usage: python goldens/make.py

Writes histograms.json beside itself. It needs torch and tensorboard.
"""

import json
import pathlib

import numpy as np
import torch
from torch.utils.tensorboard.summary import make_histogram

HERE = pathlib.Path(__file__).parent


def tensorflow_bins():
    """SummaryWriter.default_bins, which its histograms have unless other bins are named."""
    edges = []
    edge = 1e-12
    while edge < 1e20:
        edges.append(edge)
        edge *= 1.1
    return [-e for e in edges[::-1]] + [0] + edges


def values():
    random = np.random.default_rng(0)
    normal = [float(f"{v:.9g}") for v in random.normal(size=200)]
    return {
        "normal": normal,
        "after relu": [max(v, 0) for v in normal],
        "wide": [float(f"{v:.9g}") for v in np.sign(normal) * 10 ** random.uniform(-14, 19, size=200)],
        "one value": [0.25, 0.25, 0.25],
        "zeros": [0, 0],
        "edges": [-1.1e-12, -1e-12, 0, 1e-12, 1.1e-12],
        "whole numbers": list(range(-3, 8)),
    }


BINS = {"tensorflow": tensorflow_bins(), "7": 7, "edges": [-2.5, -1, 0, 0.5, 7]}


def main():
    cases = []
    for name, numbers in values().items():
        for bins, given in BINS.items():
            histo = make_histogram(np.array(numbers, dtype=np.float64), given)
            cases.append(
                {
                    "name": name,
                    "values": numbers,
                    "bins": bins if bins == "tensorflow" else given,
                    "histogram": {
                        "min": histo.min,
                        "max": histo.max,
                        "num": histo.num,
                        "sum": histo.sum,
                        "sumSquares": histo.sum_squares,
                        "bucketLimit": list(histo.bucket_limit),
                        "bucket": list(histo.bucket),
                    },
                }
            )
    content = {"torch": torch.__version__, "cases": cases}
    (HERE / "histograms.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")


main()
