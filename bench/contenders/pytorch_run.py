"""One "step" is the whole run optimizer/adamw in PyTorch, in a process of its own with its imports.

The run itself is pytorch_adamw.py. Unpacking the four files is not timed, since torchvision keeps them unpacked.
"""
import gzip
import importlib.metadata
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from resident import resident

PROGRAM = pathlib.Path(__file__).with_name("pytorch_adamw.py")
task = json.loads(sys.argv[1])
batches = task.get("batches", "torchvision")
if not os.environ.get("FASHION_MNIST_DIR"):
    raise SystemExit("FASHION_MNIST_DIR is not set; set it to the folder of the four files of Fashion-MNIST")
source = pathlib.Path(os.environ["FASHION_MNIST_DIR"])


def unpack(root):
    raw = root / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    for path in source.glob("*-ubyte.gz"):
        (raw / path.stem).write_bytes(gzip.decompress(path.read_bytes()))


def name():
    # The versions come from the packages' metadata: importing the modules here would bring their
    # files into the system's cache before the process that is timed.
    version, vision = (importlib.metadata.version(one).split("+")[0] for one in ("torch", "torchvision"))
    way = {
        "torchvision": f"batches from torchvision {vision}'s DataLoader",
        "memory": "batches sliced from tensors in memory",
    }[batches]
    return f"PyTorch {version} eager, AdamW, {way}; a process with its imports, files unpacked before"


with tempfile.TemporaryDirectory() as folder:
    root = pathlib.Path(folder)
    unpack(root)
    print(json.dumps({"name": name()}), flush=True)
    for i, line in enumerate(sys.stdin):
        times = []
        for k in range(int(line)):
            command = [sys.executable, PROGRAM, batches, root, root / "logs" / f"{i}-{k}"]
            start = time.perf_counter()
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            times.append((time.perf_counter() - start) * 1000)
            if done.returncode != 0:
                raise SystemExit(f"{PROGRAM.name}, exit code {done.returncode}: {done.stderr}")
        print(json.dumps({"times": times, "resident": resident()}), flush=True)
