"""Writes features/torch-names.json: the public names of PyTorch that FEATURES.md compares with.

    python apps/docs/scripts/torch_names.py

It needs torch alone. Names that a module does not list in `__all__` are its public functions.
"""

import inspect
import json
from pathlib import Path

import torch
from torch import nn, optim
from torch.optim import lr_scheduler, swa_utils

# What `torch.optim` lists beside its classes: modules and a function that torch's own tools call.
NOT_OPTIMIZERS = {"functional", "lr_scheduler", "swa_utils", "swap_in_optimizer_params_and_state"}


def initializers():
    """The functions that write in place, and `calculate_gain`; the names without `_` are deprecated."""
    functions = [name for name, _ in inspect.getmembers(nn.init, inspect.isfunction)]
    return [name for name in functions if name.endswith("_") and not name.startswith("_")] + ["calculate_gain"]


def layers(*modules):
    """The public classes of modules of `torch.nn.modules`."""
    return [name for module in modules for name in getattr(nn.modules, module).__all__]


NAMES = {
    "torch.nn.init": sorted(initializers()),
    "torch.optim": [name for name in optim.__all__ if name not in NOT_OPTIMIZERS],
    "torch.optim.lr_scheduler": lr_scheduler.__all__,
    "torch.optim.swa_utils": swa_utils.__all__,
    "torch.nn, normalization": layers("batchnorm", "instancenorm", "normalization"),
    "torch.nn, dropout": layers("dropout"),
    "torch.nn, activations": layers("activation"),
    "torch.nn, losses": layers("loss"),
}

path = Path(__file__).parent.parent / "features" / "torch-names.json"
path.parent.mkdir(exist_ok=True)
version = torch.__version__.split("+")[0]
path.write_text(json.dumps({"torch": version, "names": NAMES}, indent=2) + "\n")
print(f"{sum(map(len, NAMES.values()))} names of PyTorch {version}")
