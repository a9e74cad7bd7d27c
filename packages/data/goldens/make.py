#!/usr/bin/env python3
"""PyTorch's random splits and the order of its batches, for the tests beside the sources.

    python goldens/make.py              (needs torch and nothing else; writes beside itself)
"""
import json
import pathlib

import torch
from torch.utils.data import ConcatDataset, DataLoader, Subset, random_split

HERE = pathlib.Path(__file__).resolve().parent


def write(name, **content):
    content = {"torch": torch.__version__, **content}
    (HERE / f"{name}.json").write_text(json.dumps(content) + "\n")


def splits():
    cases = []
    for seed, n, lengths in [
        (0, 10, [7, 3]),
        (1, 11, [1 / 3, 1 / 3, 1 / 3]),
        (2, 1, [0.5, 0.5]),
        (2**32 + 5, 60, [50, 10]),
        (3, 60, [0.7, 0.2, 0.1]),
        (4, 100, [0.333, 0.333, 0.334]),
        (5, 7, [0, 7]),
        (6, 7, [1.0]),
        (7, 3, [1, 1, 1]),
        (8, 0, [0.5, 0.5]),
        (9, 23, [0.25, 0.25, 0.25, 0.25]),
    ]:
        torch.manual_seed(seed)
        parts = [list(part.indices) for part in random_split(range(n), lengths)]
        cases.append({"seed": str(seed), "n": n, "lengths": lengths, "parts": parts})
    write("splits", cases=cases)


def batches(loader):
    return [batch.tolist() for batch in loader]


def orders():
    cases = []
    for seed, n, batch_size, drop_last in [
        (0, 10, 4, False),
        (1, 10, 4, True),
        (2, 12, 3, False),
        (2**32 + 5, 33, 8, False),
        (3, 5, 8, False),
        (4, 5, 8, True),
        (5, 1, 1, False),
    ]:
        torch.manual_seed(seed)
        loader = DataLoader(range(n), batch_size=batch_size, shuffle=True, drop_last=drop_last)
        epochs = [batches(loader), batches(loader)]
        # An evaluation moves the generator too.
        evaluation = batches(DataLoader(range(3), batch_size=2))
        epochs.append(batches(loader))
        case = {"seed": str(seed), "n": n, "batchSize": batch_size, "dropLast": drop_last}
        cases.append({**case, "epochs": epochs, "evaluation": evaluation, "next": torch.rand(1).item()})
    torch.manual_seed(7)
    train, rest = random_split(ConcatDataset([range(20), range(100, 110)]), [0.8, 0.2])
    nested = Subset(train, range(0, 24, 2))
    composed = {"train": batches(DataLoader(nested, batch_size=5, shuffle=True)), "rest": batches(DataLoader(rest, batch_size=4))}
    write("orders", cases=cases, composed={"seed": 7, **composed})


splits()
orders()
