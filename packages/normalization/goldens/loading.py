"""Files that Python loads or refuses: what its strict and its lenient load make of each, for make.py."""

import base64
import json
import pathlib
import tempfile

import torch
from safetensors.torch import load, load_model, save, save_model
from torch import nn


class Net(nn.Module):
    """A body whose weight is tied to a second layer's, a norm, a head."""

    def __init__(self, classes=3):
        super().__init__()
        self.body = nn.Linear(4, 4)
        self.norm = nn.BatchNorm1d(4)
        self.tied = nn.Linear(4, 4)
        self.tied.weight = self.body.weight
        self.head = nn.Linear(4, classes)

    def forward(self, x):
        return self.head(self.tied(self.norm(self.body(x))))


def trained(classes=3):
    torch.manual_seed(9)
    net = Net(classes)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.5)
    for _ in range(3):
        optimizer.zero_grad()
        net(torch.randn(8, 4)).square().mean().backward()
        optimizer.step()
    return net.eval()


def without(state, *endings):
    return {name: value for name, value in state.items() if not name.endswith(endings)}


def saved_once(net):
    """As safetensors' save_model writes it: of tied weights one name."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "model.safetensors"
        save_model(net, path)
        return path.read_bytes()


def strict(data, once):
    """True if Python's strict load accepts the file: safetensors' load_model for what its save_model wrote."""
    net = Net()
    try:
        if once:
            with tempfile.TemporaryDirectory() as folder:
                path = pathlib.Path(folder) / "model.safetensors"
                path.write_bytes(data)
                load_model(net, path, strict=True)
        else:
            net.load_state_dict(load(data), strict=True)
    except RuntimeError:
        return None
    return net.eval()


def lenient(data):
    """The names that load_state_dict(strict=False) leaves out, or null if it refuses too."""
    try:
        missing, unexpected = Net().load_state_dict(load(data), strict=False)
    except RuntimeError:
        return None
    return {"missing": missing, "unexpected": unexpected}


def cases():
    net = trained()
    state = {name: value.clone() for name, value in net.state_dict().items()}
    wrapped = torch.nn.DataParallel(net)
    files = {
        "whole": (save(state), False),
        "no counts": (save(without(state, "num_batches_tracked")), False),
        "tied weights once": (saved_once(net), True),
        "tied weights once, no counts": (save(without(load(saved_once(net)), "num_batches_tracked")), True),
        "no running mean": (save(without(state, "running_mean")), False),
        "tied weights under neither name": (save(without(state, "body.weight", "tied.weight")), True),
        "no head": (save(without(state, "head.weight", "head.bias")), False),
        "another head": (save({name: value.clone() for name, value in trained(5).state_dict().items()}), False),
        "DataParallel": (save({name: value.clone() for name, value in wrapped.state_dict().items()}), False),
        "torch.compile": (save({f"_orig_mod.{name}": value for name, value in state.items()}), False),
        "both": (save({f"module._orig_mod.{name}": value for name, value in state.items()}), False),
        "a part of a larger model": (save({f"encoder.net.{name}": value for name, value in state.items()}), False),
    }
    torch.manual_seed(1)
    x = torch.randn(5, 4)
    result = []
    for title, (data, once) in files.items():
        loaded = strict(data, once)
        result.append({
            "title": title,
            "file": base64.b64encode(data).decode(),
            "output": None if loaded is None else loaded(x).flatten().tolist(),
            "lenient": lenient(data),
        })
    return {"x": x.flatten().tolist(), "files": result}


def write(path):
    content = {"torch": torch.__version__, **cases()}
    path.write_text(json.dumps(content, separators=(",", ":")) + "\n")
