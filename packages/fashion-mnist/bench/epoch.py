"""One epoch of PyTorch's DataLoader over torchvision's FashionMNIST for each line on standard input; see epoch.js."""
import sys
import time

import torch
import torchvision
from torch.utils.data import DataLoader
from torchvision import transforms

transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
train = torchvision.datasets.FashionMNIST(sys.argv[1], train=True, transform=transform)
loader = DataLoader(train, batch_size=128, shuffle=True)
print(f"torch {torch.__version__}, torchvision {torchvision.__version__}, {torch.get_num_threads()} threads", flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    for images, labels in loader:
        pass
    print(time.perf_counter() - start, flush=True)
