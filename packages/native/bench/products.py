"""Times torch.mm(out=) on two threads: reads lines `m k n transposeA transposeB milliseconds`, answers with GFLOP/s.

The 20th percentile of the turn's single times, as bench/products.js takes its own.
"""

import sys
import time

import torch

torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else 2)


def measure(m, k, n, transpose_a, transpose_b, milliseconds):
    a = torch.randn(k, m).t() if transpose_a else torch.randn(m, k)
    b = torch.randn(n, k).t() if transpose_b else torch.randn(k, n)
    y = torch.empty(m, n)
    end = time.perf_counter() + milliseconds / 1000
    times = []
    while time.perf_counter() < end:
        start = time.perf_counter()
        torch.mm(a, b, out=y)
        times.append(time.perf_counter() - start)
    times.sort()
    return 2e-9 * m * k * n / times[len(times) // 5]


print(torch.__version__, flush=True)
for line in sys.stdin:
    m, k, n, transpose_a, transpose_b, milliseconds = map(int, line.split())
    print(measure(m, k, n, transpose_a, transpose_b, milliseconds), flush=True)
