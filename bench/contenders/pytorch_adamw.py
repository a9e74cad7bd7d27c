"""The run optimizer/adamw in PyTorch: `python pytorch_adamw.py torchvision|memory ROOT LOGS`; pytorch_run.py times it.

3,000 steps, an evaluation on the test set every 500 in batches of 1,000 as in apps/experiments, and TensorBoard's files.
"""
import pathlib
import sys

import torch
from torch import nn
from torch.utils.tensorboard import SummaryWriter

STEPS, EVALUATE_EVERY = 3000, 500
BATCH, TEST_BATCH = 128, 1000


class FromTorchvision:
    """Batches as in PyTorch's tutorials: each image is decoded and normalised every time it is drawn."""

    def __init__(self, root):
        # Imported here, since the batches from memory do not need it.
        import torchvision
        from torch.utils.data import DataLoader
        from torchvision import transforms

        transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
        train, test = (torchvision.datasets.FashionMNIST(root, train=part, transform=transform) for part in (True, False))
        self.train = DataLoader(train, batch_size=BATCH, shuffle=True)
        self.test = DataLoader(test, batch_size=TEST_BATCH)


class Slices:
    """Batches of tensors in memory, which are decoded and normalised once."""

    def __init__(self, raw, part, batch, shuffle):
        pixels = torch.frombuffer(bytearray((raw / f"{part}-images-idx3-ubyte").read_bytes()), dtype=torch.uint8, offset=16)
        labels = torch.frombuffer(bytearray((raw / f"{part}-labels-idx1-ubyte").read_bytes()), dtype=torch.uint8, offset=8)
        self.images = pixels.view(-1, 1, 28, 28).float().div_(255).sub_(0.5).div_(0.5)
        self.labels = labels.long()
        self.batch, self.shuffle = batch, shuffle

    def __iter__(self):
        count = len(self.labels)
        order = torch.randperm(count) if self.shuffle else None
        for start in range(0, count, self.batch):
            which = slice(start, start + self.batch) if order is None else order[start : start + self.batch]
            yield self.images[which], self.labels[which]


class FromMemory:
    def __init__(self, root):
        raw = root / "FashionMNIST" / "raw"
        self.train = Slices(raw, "train", BATCH, shuffle=True)
        self.test = Slices(raw, "t10k", TEST_BATCH, shuffle=False)


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


def run(data, logs):
    model, criterion = build(), nn.CrossEntropyLoss()
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-4)
    step = 0
    with SummaryWriter(logs) as writer:
        while step < STEPS:
            for images, labels in data.train:
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
                    test_loss, accuracy = evaluate(model, data.test, criterion)
                    writer.add_scalar("test_loss", test_loss, step)
                    writer.add_scalar("test_accuracy", accuracy, step)
                if step == STEPS:
                    break


torch.manual_seed(0)
batches, root, logs = sys.argv[1:]
data = {"torchvision": FromTorchvision, "memory": FromMemory}[batches](pathlib.Path(root))
run(data, logs)
