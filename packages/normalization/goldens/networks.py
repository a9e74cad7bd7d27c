"""Small networks of PyTorch's, as files of their weights: for make.py, and for the test that asks PyTorch itself.

Usage: python networks.py < files.json

Reads {name of a network: {file, x}}, the file in base64. Prints for each what the network predicts for x after
load_state_dict(strict=True), and the file that PyTorch makes of it again.
"""

import base64
import json
import sys

import torch
from safetensors.torch import load, save
from torch import nn

NETWORKS = {
    # Every weight is square: a transposed one would fit.
    "square": lambda: nn.Sequential(nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 4)),
    "LayerNorm": lambda: nn.Sequential(nn.Linear(4, 6), nn.LayerNorm(6), nn.ReLU(), nn.Linear(6, 5), nn.LayerNorm(5, bias=False), nn.Tanh(), nn.Linear(5, 3)),
    "BatchNorm": lambda: nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.Tanh(), nn.Linear(6, 5), nn.BatchNorm1d(5, affine=False), nn.Sigmoid(), nn.Linear(5, 3)),
    "both, without biases": lambda: nn.Sequential(nn.Linear(4, 6, bias=False), nn.BatchNorm1d(6), nn.LayerNorm(6, elementwise_affine=False), nn.Tanh(), nn.Linear(6, 2, bias=False)),
}


def trained(name):
    """The network after five steps, so that no weight and no running statistic is where it starts."""
    torch.manual_seed(5)
    net = NETWORKS[name]()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.5)
    for _ in range(5):
        optimizer.zero_grad()
        net(torch.randn(8, 4)).square().mean().backward()
        optimizer.step()
    return net.eval()


def text(net):
    return base64.b64encode(save(net.state_dict())).decode()


def loaded(name, file, x):
    net = NETWORKS[name]()
    net.load_state_dict(load(base64.b64decode(file)), strict=True)
    return {"file": text(net), "output": net.eval()(torch.tensor(x)).tolist()}


if __name__ == "__main__":
    json.dump({name: loaded(name, **given) for name, given in json.load(sys.stdin).items()}, sys.stdout)
