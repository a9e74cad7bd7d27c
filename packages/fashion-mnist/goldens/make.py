#!/usr/bin/env python3
"""PyTorch's batches and pixels of the sample, for the tests beside the sources.

    python goldens/make.py              (needs torch and nothing else; writes beside itself)
    python goldens/make.py FULL_SET     writes full-set.json instead, from the folder of the full set
"""
import gzip
import hashlib
import json
import pathlib
import struct
import sys

import torch
from torch.utils.data import DataLoader, TensorDataset, random_split

HERE = pathlib.Path(__file__).resolve().parent
SEEDS = [0, 1, 2**32 + 5]


def read_idx(name, folder=HERE.parent.parent / "fashion-mnist-sample" / "sample"):
    with gzip.open(folder / f"{name}.gz") as f:
        (magic,) = struct.unpack(">i", f.read(4))
        dims = struct.unpack(f">{magic & 255}i", f.read(4 * (magic & 255)))
        return torch.frombuffer(bytearray(f.read()), dtype=torch.uint8).reshape(dims)


def write(name, **content):
    content = {"torch": torch.__version__, **content}
    (HERE / f"{name}.json").write_text(json.dumps(content, indent=1) + "\n")


def epoch(loader):
    """Labels of an epoch as one string of digits; the sum of the bytes of each batch's images."""
    labels, sums = "", []
    for x, y in loader:
        labels += "".join(map(str, y.tolist()))
        sums.append(int(x.sum(dtype=torch.int64)))
    return {"labels": labels, "pixelSums": sums}


def orders():
    train = TensorDataset(read_idx("train-images-idx3-ubyte"), read_idx("train-labels-idx1-ubyte"))
    test = TensorDataset(read_idx("t10k-images-idx3-ubyte"), read_idx("t10k-labels-idx1-ubyte"))
    cases = []
    for seed in SEEDS:
        torch.manual_seed(seed)
        loader = DataLoader(train, batch_size=128, shuffle=True)
        epochs = [epoch(loader), epoch(loader)]
        for _ in DataLoader(test, batch_size=128):
            pass
        afterTest = epoch(loader)["pixelSums"]
        cases.append({"seed": str(seed), "epochs": epochs, "afterTest": afterTest, "next": torch.rand(1).item()})
    torch.manual_seed(7)
    odd = {}
    for drop in (False, True):
        loader = DataLoader(test, batch_size=37, shuffle=True, drop_last=drop)
        odd["dropped" if drop else "kept"] = epoch(loader)["pixelSums"]
    torch.manual_seed(0)
    rest, _ = random_split(test, [0.9, 0.1])
    nested, _ = random_split(rest, [300, 600])
    nested = {"seed": 0, **epoch(DataLoader(nested, batch_size=128, shuffle=True))}
    write("orders", cases=cases, odd={"seed": 7, "batchSize": 37, **odd}, nested=nested)


def pixels():
    cases = []
    for mean, std in [(0.5, 0.5), (0.2860, 0.3530), (0.1307, 0.3081), (0, 1)]:
        byte = torch.arange(256, dtype=torch.uint8).float()
        plain = byte.div(255).sub(mean).div(std)
        # The arithmetic of torchvision's Normalize: mean and std as float32 tensors.
        normalized = byte.div(255).sub_(torch.as_tensor(mean)).div_(torch.as_tensor(std))
        assert torch.equal(plain, normalized)
        cases.append({"mean": mean, "std": std, "values": plain.tolist()})
    write("pixels", cases=cases)


def full_set(folder):
    """First labels for seeds 0 to 4 and beyond, where a model has taken `draws` numbers from the generator."""
    labels = read_idx("train-labels-idx1-ubyte", folder)
    cases = []
    # 0: no model. 485,066: SimpleNet (784-256-128-64-10), nn.Linear's own start and then Xavier.
    for draws in (0, 485_066):
        for seed in (0, 1, 2, 3, 4, 2**32 + 5):
            torch.manual_seed(seed)
            torch.rand(draws)
            loader = DataLoader(TensorDataset(labels), batch_size=128, shuffle=True)
            digits = "".join(str(label) for (batch,) in loader for label in batch.tolist())
            md5 = hashlib.md5(digits.encode()).hexdigest()
            cases.append({"seed": str(seed), "draws": draws, "first": digits[:16], "epochMd5": md5})
    pixels = {}
    for split, prefix in (("train", "train"), ("test", "t10k")):
        x = read_idx(f"{prefix}-images-idx3-ubyte", folder).double().div(255)
        pixels[split] = {"mean": x.mean().item(), "std": x.std(correction=0).item()}
    write("full-set", cases=cases, pixels=pixels)


if len(sys.argv) > 1:
    full_set(pathlib.Path(sys.argv[1]))
else:
    orders()
    pixels()
