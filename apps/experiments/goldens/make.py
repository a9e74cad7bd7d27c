#!/usr/bin/env python3
"""Trains the networks of sections 1 to 3 in PyTorch and writes what it gets: the goldens of this folder.

    python make.py full DIR      reads the full Fashion-MNIST from DIR
    python make.py sample DIR    reads the embedded sample (packages/fashion-mnist/sample)

With `--finals FILE`, the finals that another program recorded of the same runs ({"runs": {RUN: {SEED: {"testAccuracy":
…}}}}), nothing is written where a figure of both differs.

Writes, beside itself, `finals-KIND.json` (first and last train loss, test loss and accuracy of every run) and
`curves-KIND.json` (train loss of every step; of the two saturated runs the first 20 steps alone, since two
correct implementations part after that). Needs torch 2.15. Random numbers are drawn in this order after
torch.manual_seed(seed): every Linear's default start, the run's own initialization if it has one, then each
epoch the loader's base seed and the sampler's seed, and the test loader's base seed at the evaluation.
"""
import argparse
import gzip
import json
import pathlib

import numpy
import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, TensorDataset

HERE = pathlib.Path(__file__).resolve().parent
BATCH_SIZE, LEARNING_RATE = 128, 0.01
EPOCHS = {"init": 3, "norm": 1}
RUNS = ["init/xavier", "init/xavier-x0.1", "init/xavier-x10", "init/zero", "init/unit-gaussian",
        "norm/none", "norm/batchnorm", "norm/layernorm"]
SATURATED = ["init/xavier-x10", "init/unit-gaussian"]
# The second seed of the curves lies above 2^32 and does not start like a small one.
FINAL_SEEDS = {"full": range(5), "sample": range(5)}
CURVE_SEEDS = {"full": [0, 2**32 + 12345], "sample": [0, 7, 2**32 + 12345]}


def read_split(folder, prefix):
    def idx(name, header):
        return numpy.frombuffer(gzip.open(folder / f"{prefix}-{name}-ubyte.gz").read()[header:], numpy.uint8)

    images = torch.tensor(idx("images-idx3", 16)).reshape(-1, 1, 28, 28)
    return TensorDataset(images.float().div(255).sub(0.5).div(0.5), torch.tensor(idx("labels-idx1", 8)).long())


def simple_net():
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 256), nn.Tanh(), nn.Linear(256, 128), nn.Tanh(),
                         nn.Linear(128, 64), nn.Tanh(), nn.Linear(64, 10))


def normalized_net(norm):
    layer = {"none": [], "batchnorm": [nn.BatchNorm1d(128)], "layernorm": [nn.LayerNorm(128)]}[norm]
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 128), nn.Tanh(), *layer, nn.Linear(128, 10))


def build(run):
    section, name = run.split("/")
    if section == "norm":
        return normalized_net(name)
    model = simple_net()
    initialize(model, run)
    return model


def initialize(model, run):
    for layer in model:
        if not isinstance(layer, nn.Linear):
            continue
        if run == "init/zero":
            nn.init.zeros_(layer.weight)
        elif run == "init/unit-gaussian":
            nn.init.normal_(layer.weight)
            nn.init.normal_(layer.bias)
            continue
        else:
            nn.init.xavier_uniform_(layer.weight)
            if "-x" in run:
                layer.weight.data.mul_(float(run.split("-x")[1]))
        nn.init.zeros_(layer.bias)


def train(run, seed, train_set, test_set):
    torch.manual_seed(seed)
    train_loader = DataLoader(train_set, BATCH_SIZE, shuffle=True)
    test_loader = DataLoader(test_set, BATCH_SIZE)
    model = build(run)
    optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)
    losses = []
    for _ in range(EPOCHS[run.split("/")[0]]):
        for images, labels in train_loader:
            loss = cross_entropy(model(images), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    model.eval()
    total = correct = 0
    with torch.no_grad():
        for images, labels in test_loader:
            logits = model(images)
            total += cross_entropy(logits, labels, reduction="sum").item()
            correct += (logits.argmax(1) == labels).sum().item()
    return losses, {"steps": len(losses), "firstLoss": losses[0], "lastLoss": losses[-1],
                    "testLoss": total / len(test_set), "testAccuracy": correct / len(test_set)}


def check_finals(finals, path):
    """Ends the program where a figure differs from the recorded one of the same name, run and seed."""
    compared = 0
    for run, seeds in json.loads(path.read_text())["runs"].items():
        for seed, recorded in seeds.items():
            ours = finals.get(run, {}).get(seed, {})
            for name in ours.keys() & recorded.keys():
                # Sums of other batches and kernels differ in the last digits.
                if abs(ours[name] - recorded[name]) > 1e-6 * max(1, abs(recorded[name])):
                    raise SystemExit(f"{run}, seed {seed}: {name} is {ours[name]}, and {recorded[name]} in {path}")
                compared += 1
    if compared == 0:
        raise SystemExit(f"{path} holds none of these runs")
    print(f"{compared} figures are those of {path}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["full", "sample"])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--finals", type=pathlib.Path, help="recorded finals that the new ones must equal")
    arguments = parser.parse_args()
    kind, folder = arguments.kind, arguments.folder
    torch.set_num_threads(1)
    train_set, test_set = read_split(folder, "train"), read_split(folder, "t10k")
    finals, curves = {}, {}
    for run in RUNS:
        for seed in sorted({*FINAL_SEEDS[kind], *CURVE_SEEDS[kind]}):
            losses, final = train(run, seed, train_set, test_set)
            finals.setdefault(run, {})[str(seed)] = final
            if seed in CURVE_SEEDS[kind]:
                kept = losses[:20] if run in SATURATED else losses
                # Nine digits hold a float32 exactly.
                curves.setdefault(run, {})[str(seed)] = [float(f"{loss:.9g}") for loss in kept]
            print(run, seed, final, flush=True)
    if arguments.finals:
        check_finals(finals, arguments.finals)
    about = f"PyTorch on the {kind} data, sections 1 to 3, one thread; made by make.py"
    for name, runs in (("finals", finals), ("curves", curves)):
        text = json.dumps({"about": about, "torch": torch.__version__, "runs": runs})
        (HERE / f"{name}-{kind}.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
