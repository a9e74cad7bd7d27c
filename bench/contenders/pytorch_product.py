"""One matrix product of `torch.mm`: `python pytorch_product.py TASK`; the protocol is that of serve.js."""
import json
import sys
import time

import torch

from resident import resident

m, k, n, transpose_a, transpose_b = json.loads(sys.argv[1])["product"]
a = torch.randn(k, m).t() if transpose_a else torch.randn(m, k)
b = torch.randn(n, k).t() if transpose_b else torch.randn(k, n)
print(json.dumps({"name": f"PyTorch {torch.__version__.split('+')[0]}, torch.mm"}), flush=True)
for line in sys.stdin:
    times = []
    for _ in range(int(line)):
        start = time.perf_counter()
        torch.mm(a, b)
        times.append((time.perf_counter() - start) * 1000)
    print(json.dumps({"times": times, "resident": resident()}), flush=True)
