"""The run optimizer/adamw in PyTorch, as its tutorials write it; a "step" is all of it, but for the imports."""
import gzip
import json
import os
import pathlib
import sys
import tempfile
import time

import torch
import torchvision
from torch import nn
from torch.utils.data import DataLoader
from torch.utils.tensorboard import SummaryWriter
from torchvision import transforms

STEPS, EVALUATE_EVERY = 3000, 500
if "FASHION_MNIST_DIR" not in os.environ:
    raise SystemExit("set FASHION_MNIST_DIR to the folder of the four files")
source = pathlib.Path(os.environ["FASHION_MNIST_DIR"])


def unpacked(root):
    """torchvision reads the files as they are when they are unpacked."""
    raw = root / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    for path in source.glob("*-ubyte.gz"):
        (raw / path.stem).write_bytes(gzip.decompress(path.read_bytes()))
    return root


def build():
    widths = [784, 512, 512, 512, 512, 10]
    layers = [nn.Flatten()]
    for before, after in zip(widths, widths[1:]):
        layers += [nn.Linear(before, after), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def evaluate(model, loader, criterion):
    model.eval()
    loss, correct, count = 0.0, 0, 0
    with torch.no_grad():
        for images, labels in loader:
            logits = model(images)
            loss += criterion(logits, labels).item() * len(labels)
            correct += (logits.argmax(1) == labels).sum().item()
            count += len(labels)
    model.train()
    return loss / count, correct / count


def run(root, logs):
    torch.manual_seed(0)
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    train, test = (torchvision.datasets.FashionMNIST(root, train=part, transform=transform) for part in (True, False))
    loader = DataLoader(train, batch_size=128, shuffle=True)
    test_loader = DataLoader(test, batch_size=128)
    model, criterion = build(), nn.CrossEntropyLoss()
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-4)
    step = 0
    with SummaryWriter(logs) as writer:
        while step < STEPS:
            for images, labels in loader:
                optimizer.zero_grad()
                logits = model(images)
                loss = criterion(logits, labels)
                loss.backward()
                optimizer.step()
                step += 1
                writer.add_scalar("train_loss", loss.item(), step)
                writer.add_scalar("train_accuracy", (logits.argmax(1) == labels).float().mean().item(), step)
                writer.add_scalar("learning_rate", optimizer.param_groups[0]["lr"], step)
                if step % EVALUATE_EVERY == 0:
                    test_loss, accuracy = evaluate(model, test_loader, criterion)
                    writer.add_scalar("test_loss", test_loss, step)
                    writer.add_scalar("test_accuracy", accuracy, step)
                if step == STEPS:
                    break


with tempfile.TemporaryDirectory() as folder:
    root = unpacked(pathlib.Path(folder))
    name = f"PyTorch {torch.__version__}, torchvision {torchvision.__version__}, {torch.get_num_threads()} threads"
    print(json.dumps({"name": name}), flush=True)
    for i, line in enumerate(sys.stdin):
        times = []
        for k in range(int(line)):
            start = time.perf_counter()
            run(root, root / "logs" / f"{i}-{k}")
            times.append((time.perf_counter() - start) * 1000)
        print(json.dumps(times), flush=True)
