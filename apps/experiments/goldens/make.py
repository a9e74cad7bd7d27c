#!/usr/bin/env python3
"""Trains the networks of sections 1, 2, 3 and 6 in PyTorch and writes the results: the goldens of this folder.

    python make.py full DIR      reads the full Fashion-MNIST from DIR
    python make.py sample DIR    reads the embedded sample (packages/fashion-mnist-sample/sample)

With `--finals FILE`, the finals that another program recorded of the same runs ({"runs": {RUN: {SEED: {"testAccuracy":
…}}}}), nothing is written where a figure of both differs.

Writes, beside itself, `finals-KIND.json` (of every run the first and the last train loss, the mean of the last hundred,
test loss and accuracy; of section 6 each evaluation too) and `curves-KIND.json` (train loss of every step; of the two
saturated runs and of section 6 the first 20 steps alone, since two correct implementations part after that). Needs
torch 2.15, and takes a quarter of an hour for the full set. Random numbers are drawn in this order after
torch.manual_seed(seed): every Linear's default start, the run's own initialization if it has one, then each epoch the
loader's base seed and the sampler's seed, at each step in training the dropout masks from layer to layer, and the test
loader's base seed at each evaluation. The masks are those of PyTorch without MKL's own stream, so of an AMD or ARM
processor; another's are not written, since their first loss differs from the recorded one.
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
BATCH_SIZE = 128
EPOCHS = {"init": 3, "norm": 1}
# Section 6 counts steps; the sample, a tenth of the data, has a tenth of them.
STEPS = {"optimizer": 3000, "ablation": 10_000}
EVALUATE_EVERY = 500
TENTH = {"full": 1, "sample": 10}
RUNS = ["init/xavier", "init/xavier-x0.1", "init/xavier-x10", "init/zero", "init/unit-gaussian",
        "norm/none", "norm/batchnorm", "norm/layernorm",
        "optimizer/sgd", "optimizer/adamw",
        "ablation/no_ln_no_dropout", "ablation/layernorm_only", "ablation/dropout_only",
        "ablation/layernorm_and_dropout"]
SATURATED = ["init/xavier-x10", "init/unit-gaussian"]
# Number of steps of a curve of which only the head is compared.
HEAD = 20
# Seeds above 2^32 are seeded in another way than small ones.
CURVE_SEEDS = {"full": [0, 2**32 + 12345], "sample": [0, 7, 2**32 + 12345]}


def section_of(run):
    return run.split("/")[0]


def final_seeds(run, kind):
    """Returns the seeds of which a run is trained to its end."""
    if kind == "full" and section_of(run) in STEPS:
        return range(3) if section_of(run) == "optimizer" else range(1)
    return range(5)


def has_whole_curve(run):
    return run not in SATURATED and section_of(run) not in STEPS


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


def mlp(layernorm, dropout):
    parts, width = [nn.Flatten()], 784
    for _ in range(4):
        parts += [nn.Linear(width, 512), *([nn.LayerNorm(512)] if layernorm else []), nn.ReLU(),
                  *([nn.Dropout(dropout)] if dropout else [])]
        width = 512
    return nn.Sequential(*parts, nn.Linear(width, 10))


def build(run):
    section, name = run.split("/")
    if section == "norm":
        return normalized_net(name)
    if section == "init":
        model = simple_net()
    else:
        model = mlp(layernorm=name in ("layernorm_only", "layernorm_and_dropout"),
                    dropout=0.15 if name in ("dropout_only", "layernorm_and_dropout") else 0)
    initialize(model, run)
    return model


def optimizer_of(run, model):
    if section_of(run) == "ablation" or run == "optimizer/adamw":
        return torch.optim.AdamW(model.parameters(), lr=3e-4, weight_decay=0)
    return torch.optim.SGD(model.parameters(), lr=1e-2)


def initialize(model, run):
    for layer in model:
        if not isinstance(layer, nn.Linear):
            continue
        if section_of(run) in STEPS:
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        elif run == "init/zero":
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


def train(run, seed, kind, train_set, test_set, most=None):
    """The losses of all steps, or of `most`, and the evaluations at the end and, in section 6, on the way."""
    torch.manual_seed(seed)
    train_loader = DataLoader(train_set, BATCH_SIZE, shuffle=True)
    test_loader = DataLoader(test_set, BATCH_SIZE)
    model = build(run)
    optimizer = optimizer_of(run, model)
    section = section_of(run)
    if section in STEPS:
        steps, every = STEPS[section] // TENTH[kind], EVALUATE_EVERY // TENTH[kind]
    else:
        steps = every = EPOCHS[section] * len(train_loader)
    losses, evaluations = [], []
    while len(losses) < steps:
        for images, labels in train_loader:
            loss = cross_entropy(model(images), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            if len(losses) == most:
                return losses, None
            if len(losses) % every == 0 or len(losses) == steps:
                evaluations.append({"step": len(losses), **evaluate(model, test_loader)})
            if len(losses) == steps:
                break
    tail = losses[-100:]
    final = {"steps": steps, "firstLoss": losses[0], "lastLoss": losses[-1], "tailLoss": sum(tail) / len(tail),
             "testLoss": evaluations[-1]["loss"], "testAccuracy": evaluations[-1]["accuracy"]}
    return losses, {**final, "evaluations": evaluations} if section in STEPS else final


@torch.no_grad()
def evaluate(model, loader):
    model.eval()
    total = correct = 0
    for images, labels in loader:
        logits = model(images)
        total += cross_entropy(logits, labels, reduction="sum").item()
        correct += (logits.argmax(1) == labels).sum().item()
    model.train()
    return {"loss": total / len(loader.dataset), "accuracy": correct / len(loader.dataset)}


COMPARED = {"steps", "firstLoss", "lastLoss", "testLoss", "testAccuracy"}


def check_finals(finals, path):
    """Ends the program where a figure differs from the recorded one of the same name, run and seed."""
    compared = 0
    for run, seeds in json.loads(path.read_text())["runs"].items():
        for seed, recorded in seeds.items():
            ours = finals.get(run, {}).get(seed, {})
            for name in ours.keys() & recorded.keys() & COMPARED:
                # Sums over other batches or with other kernels differ in the last digits.
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
        for seed in sorted({*final_seeds(run, kind), *CURVE_SEEDS[kind]}):
            whole = has_whole_curve(run) or run in SATURATED or seed in final_seeds(run, kind)
            losses, final = train(run, seed, kind, train_set, test_set, most=None if whole else HEAD)
            if final:
                finals.setdefault(run, {})[str(seed)] = final
            if seed in CURVE_SEEDS[kind]:
                kept = losses if has_whole_curve(run) else losses[:HEAD]
                # Nine digits hold a float32 exactly.
                curves.setdefault(run, {})[str(seed)] = [float(f"{loss:.9g}") for loss in kept]
            print(run, seed, final, flush=True)
    if arguments.finals:
        check_finals(finals, arguments.finals)
    about = f"PyTorch on the {kind} data, sections 1, 2, 3 and 6, one thread; made by make.py"
    for name, runs in (("finals", finals), ("curves", curves)):
        text = json.dumps({"about": about, "torch": torch.__version__, "runs": runs})
        (HERE / f"{name}-{kind}.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
