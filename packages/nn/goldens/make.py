"""PyTorch's results for this package's layers and losses, for its tests.

Usage: python goldens/make.py

Writes linear.json (starting weights), simple-net.json (state dict, output, gradients and losses of a small network),
cross-entropy.json, mse-loss.json, activations.json and losses.json beside itself. Needs PyTorch on a machine with AVX2
or later. Where PyTorch has the channels second, [N, C, …], TensorFlow.js has them last, and so have the goldens.
"""

import itertools
import json
import math
import pathlib

import torch
from torch import nn
from torch.nn import functional as F

HERE = pathlib.Path(__file__).parent


def plain(value):
    """JSON has no NaN and no infinities: they become strings, which Number() of JavaScript reads."""
    if isinstance(value, torch.Tensor):
        value = value.detach().tolist()
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    return value


def write(name, **content):
    content = {"torch": torch.__version__, **content}
    (HERE / f"{name}.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")


def linear():
    starts = []
    for seed, (inputs, outputs) in itertools.product([0, 1, 2**32 + 5], [(3, 2), (7, 5), (64, 3)]):
        torch.manual_seed(seed)
        layer = nn.Linear(inputs, outputs)
        starts.append({"seed": seed, "in": inputs, "out": outputs, "weight": plain(layer.weight.flatten()), "bias": plain(layer.bias)})
    bounds = []
    for inputs in [1, 2, 3, 5, 6, 7, 10, 11, 13, 49, 50, 64, 100, 128, 255, 256, 300, 512, 784, 1000, 1024, 4096]:
        torch.manual_seed(3)
        layer = nn.Linear(inputs, 3)
        bounds.append({"in": inputs, "weight": plain(layer.weight.flatten()[:3]), "bias": plain(layer.bias)})
    write("linear", starts=starts, bounds=bounds)


def simple_net():
    torch.manual_seed(7)
    net = nn.Sequential(nn.Flatten(), nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 4), nn.ReLU(), nn.Linear(4, 4), nn.Sigmoid(), nn.Linear(4, 3))
    x = torch.randn(8, 2, 3)
    labels = torch.randint(0, 3, (8,))
    start = {name: plain(value.clone()) for name, value in net.state_dict().items()}
    optimizer = torch.optim.SGD(net.parameters(), lr=0.5)
    output = net(x)
    losses = []
    for step in range(20):
        optimizer.zero_grad()
        loss = F.cross_entropy(net(x), labels)
        loss.backward()
        if step == 0:
            gradients = {name: plain(parameter.grad.clone()) for name, parameter in net.named_parameters()}
        losses.append(loss.item())
        optimizer.step()
    write("simple-net", x=plain(x), labels=plain(labels), start=start, output=plain(output), gradients=gradients, losses=losses)


def cross_entropy():
    torch.manual_seed(11)
    logits = torch.round(torch.randn(5, 4) * 3, decimals=3)
    weight = torch.tensor([0.5, 2.0, 0.0, 1.25])
    label_sets = {"plain": [3, 0, 1, 2, 1], "ignored": [3, -100, 1, -100, 0], "all ignored": [-100] * 5}
    cases = []

    def add(title, logits, labels, weighted=False, **options):
        x = logits.clone().requires_grad_()
        loss = F.cross_entropy(x, torch.tensor(labels), weight=weight if weighted else None, **options)
        # Different factors for the rows, so that no row's gradient can stand for another's.
        (loss * torch.arange(1.0, loss.numel() + 1).reshape(loss.shape)).sum().backward()
        names = {"label_smoothing": "labelSmoothing", "ignore_index": "ignoreIndex"}
        cases.append({
            "title": title, "logits": plain(logits), "labels": labels, "weighted": weighted,
            "options": {names.get(key, key): value for key, value in options.items()},
            "loss": plain(loss.flatten()), "gradient": plain(x.grad.flatten()),
        })

    for (title, labels), weighted, smoothing, reduction in itertools.product(
        label_sets.items(), [False, True], [0.0, 0.1, 1.0], ["mean", "sum", "none"]
    ):
        add(f"{title} labels, smoothing {smoothing}, {reduction}{', weighted' if weighted else ''}",
            logits, labels, weighted, label_smoothing=smoothing, reduction=reduction)
    for reduction in ["mean", "sum", "none"]:
        add(f"a class ignored, {reduction}", logits, label_sets["plain"], ignore_index=1, reduction=reduction)
        add(f"a class ignored, weighted, {reduction}", logits, label_sets["plain"], True, ignore_index=1, reduction=reduction)
    for reduction in ["mean", "sum"]:
        add(f"labels of weight 0 only, {reduction}", logits, [2, 2, 2, 2, 2], True, reduction=reduction)
    for smoothing, reduction in itertools.product([0.0, 0.1, 1.0], ["mean", "sum", "none"]):
        add(f"labels of weight 0, others ignored, smoothing {smoothing}, {reduction}",
            logits, [2, -100, 2, -100, -100], True, label_smoothing=smoothing, reduction=reduction)
    extreme = torch.tensor([[1e4, -1e4, 0.0, 9999.0], [-1e4, -1e4, -1e4, -1e4], [3e38, -3e38, 0.0, 1.0]])
    for reduction in ["mean", "none"]:
        add(f"extreme logits, {reduction}", extreme, [0, 1, 0], reduction=reduction)
        add(f"extreme logits, wrong, {reduction}", extreme, [1, 2, 3], reduction=reduction)
        add(f"extreme logits, smoothed, {reduction}", extreme[:2], [1, 2], reduction=reduction, label_smoothing=0.1)
    infinite = torch.tensor([[0.0, -math.inf, 1.0, 2.0], [-math.inf, 0.5, -math.inf, -math.inf]])
    add("logits of -Infinity", infinite, [0, 1], reduction="none")
    add("logits of -Infinity, of the label", infinite, [1, 0], reduction="none")
    add("a row of -Infinity", torch.full((1, 4), -math.inf), [0], reduction="none")
    add("a logit of Infinity", torch.tensor([[math.inf, 0.0, 1.0, 2.0]]), [0], reduction="none")
    add("one class", torch.tensor([[3.0], [4.0]]), [0, 0], reduction="none")
    write("cross-entropy", weight=plain(weight), cases=cases)


def mse_loss():
    torch.manual_seed(5)
    prediction, target = torch.randn(3, 2), torch.randn(3, 2)
    losses = {reduction: plain(F.mse_loss(prediction, target, reduction=reduction).flatten()) for reduction in ["mean", "sum", "none"]}
    write("mse-loss", prediction=plain(prediction), target=plain(target), losses=losses)


NAMES = {
    "label_smoothing": "labelSmoothing", "ignore_index": "ignoreIndex", "log_target": "logTarget", "pos_weight": "posWeight",
    "reduction": "reduction", "beta": "beta", "delta": "delta", "weight": "weight",
}


def channels_last(x):
    """[N, C, d1, …] as TensorFlow.js has it: [N, d1, …, C]."""
    return x.movedim(1, -1) if x.dim() > 2 else x


def tensor(x):
    return {"shape": list(x.shape), "values": plain(x.flatten())}


def activations():
    """Edges and ordinary numbers through every activation, and their gradients."""
    positive = [0.0, 1e-20, 1e-7, 1e-4, 1e-3, 1e-2, 0.1, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 2.9999998, 3.0, 3.0000002, 4.0, 5.0,
                6.0, 9.5, 10.0, 19.5, 20.0, 20.5, 50.0, 88.0, 89.0, 100.0, 1e4, 1e10, 1e38, math.inf]
    edges = torch.tensor([-x for x in reversed(positive)] + positive + [math.nan])
    torch.manual_seed(13)
    matrix, images = torch.randn(3, 6) * 2, torch.randn(2, 4, 3, 2) * 2
    cases = []

    def add(title, layer, x):
        x = x.clone().requires_grad_()
        y = layer(x)
        dy = 1 - 0.75 * torch.arange(float(y.numel())).remainder(3).reshape(y.shape)
        y.backward(dy)
        case = {"title": title, "x": tensor(channels_last(x)), "y": tensor(channels_last(y)),
                "dy": tensor(channels_last(dy)), "dx": tensor(channels_last(x.grad))}
        for parameter in layer.parameters():
            case["dWeight"] = plain(parameter.grad)
        cases.append(case)

    for title, layer in {
        "Tanh": nn.Tanh(), "ReLU": nn.ReLU(), "Sigmoid": nn.Sigmoid(),
        "GELU": nn.GELU(), "GELU, tanh": nn.GELU(approximate="tanh"), "SiLU": nn.SiLU(), "Mish": nn.Mish(),
        "Hardswish": nn.Hardswish(), "LeakyReLU": nn.LeakyReLU(), "LeakyReLU, 0.3": nn.LeakyReLU(0.3),
        "LeakyReLU, -0.5": nn.LeakyReLU(-0.5), "LeakyReLU, 0": nn.LeakyReLU(0.0), "LeakyReLU, 2": nn.LeakyReLU(2.0),
        "ELU": nn.ELU(), "ELU, 0.5": nn.ELU(0.5), "SELU": nn.SELU(), "Softplus": nn.Softplus(),
        "Softplus, beta 2": nn.Softplus(beta=2), "Softplus, beta 0.5, threshold 5": nn.Softplus(beta=0.5, threshold=5),
    }.items():
        add(title, layer, edges)
    for title, x in {"a matrix": matrix, "images": images}.items():
        add(f"PReLU, {title}", nn.PReLU(), x)
        add(f"PReLU of channels, {title}", nn.PReLU(x.shape[1], init=0.1), x)
        add(f"GLU, {title}", nn.GLU(dim=1), x)
        add(f"Softmax, {title}", nn.Softmax(dim=1), x)
        add(f"LogSoftmax, {title}", nn.LogSoftmax(dim=1), x)
    add("PReLU, edges", nn.PReLU(), edges.nan_to_num(0.0, 1e4, -1e4))
    add("Softmax of dimension 0, a matrix", nn.Softmax(dim=0), matrix)
    add("LogSoftmax of dimension 0, a matrix", nn.LogSoftmax(dim=0), matrix)
    add("GLU of dimension 0, images", nn.GLU(dim=0), images)
    rows = torch.tensor([[1e4, -1e4, 0.0], [-1e4, -1e4, -1e4], [3e38, -3e38, 0.0], [5.0, 5.0, 5.0], [0.0, -math.inf, 1.0],
                         [-math.inf] * 3, [math.inf, 0.0, 1.0], [math.nan, 0.0, 1.0]])
    add("Softmax, edges", nn.Softmax(dim=1), rows)
    add("LogSoftmax, edges", nn.LogSoftmax(dim=1), rows)
    add("Softmax, a vector", nn.Softmax(dim=0), matrix[0])
    add("LogSoftmax, a vector", nn.LogSoftmax(dim=0), matrix[0])
    write("activations", cases=cases)


def losses():
    """Losses and their gradients, for the first argument and, where PyTorch has them, for the second."""
    torch.manual_seed(17)
    cases = []

    def add(name, title, x, target, second=False, **options):
        x = x.clone().requires_grad_()
        target = target.clone().requires_grad_(second)
        loss = getattr(F, name)(x, target, **options)
        # Different factors for the elements, so that no element's gradient can stand for another's.
        factors = torch.arange(1.0, loss.numel() + 1).reshape(loss.shape)
        (loss * factors).sum().backward()
        cases.append({
            "name": name, "title": title, "x": tensor(channels_last(x)), "labels": not target.dtype.is_floating_point,
            "target": tensor(channels_last(target) if target.dim() == x.dim() else target),
            "options": {NAMES[key]: tensor(value) if isinstance(value, torch.Tensor) else value for key, value in options.items()},
            # A loss for each row has no channels, so its order is TensorFlow.js' already.
            "loss": tensor(channels_last(loss) if loss.dim() == x.dim() else loss),
            "factors": tensor(channels_last(factors) if loss.dim() == x.dim() else factors),
            "gradient": plain(channels_last(x.grad).flatten()),
            "second": plain(channels_last(target.grad).flatten()) if second else None,
        })

    reductions = ["mean", "sum", "none"]

    # Errors on both sides of 1 and 0.5, exactly there, and 0.
    far = torch.tensor([-math.inf, -1e30, -1e4, -2.0, -1.0, -0.75, -0.5, -0.25, -1e-4, -1e-8, 0.0,
                        1e-8, 1e-4, 0.25, 0.5, 0.75, 1.0, 2.0, 1e4, 1e30, math.inf, math.nan])
    x, target = torch.randn(4, 3), torch.randn(4, 3)
    for name, variants in {
        "mse_loss": [{}], "l1_loss": [{}], "smooth_l1_loss": [{}, {"beta": 0.5}, {"beta": 0.0}], "huber_loss": [{}, {"delta": 0.5}],
    }.items():
        for options in variants:
            for reduction in reductions:
                add(name, f"{reduction} {options}", x, target, True, reduction=reduction, **options)
            add(name, f"edges {options}", far, torch.zeros(22), True, reduction="none", **options)
            add(name, f"edges of the target {options}", torch.zeros(22), far, True, reduction="none", **options)

    logits, probabilities = torch.randn(4, 3) * 3, torch.rand(4, 3)
    weight, pos_weight = torch.tensor([0.5, 2.0, 1.5]), torch.tensor([3.0, 0.25, 1.0])
    rows = torch.rand(4, 1)
    for weighted, reduction in itertools.product([{}, {"weight": weight}, {"weight": rows}, {"weight": torch.rand(4, 3)}], reductions):
        shape = list(weighted["weight"].shape) if weighted else "none"
        add("binary_cross_entropy", f"weight {shape}, {reduction}", torch.sigmoid(logits), probabilities, not weighted, reduction=reduction, **weighted)
        for positive in [{}, {"pos_weight": pos_weight}, {"pos_weight": rows}]:
            of = list(positive["pos_weight"].shape) if positive else "none"
            add("binary_cross_entropy_with_logits", f"weight {shape}, pos_weight {of}, {reduction}", logits, probabilities, True,
                reduction=reduction, **weighted, **positive)
    images, marks = torch.randn(2, 3, 2, 2), torch.rand(2, 3, 2, 2)
    add("binary_cross_entropy_with_logits", "images", images, marks, reduction="none")
    scores = [-math.inf, -1e38, -1e4, -100.0, -89.0, -20.0, -5.0, -1e-4, -1e-8, 0.0, 1e-8, 1e-4, 5.0, 20.0, 89.0, 100.0, 1e4, 1e38, math.inf, math.nan]
    pairs = torch.tensor(list(itertools.product(scores, [0.0, 0.3, 1.0])))
    add("binary_cross_entropy_with_logits", "edges", pairs[:, 0], pairs[:, 1], reduction="none")
    add("binary_cross_entropy_with_logits", "edges, pos_weight", pairs[:, 0], pairs[:, 1], reduction="none", pos_weight=torch.tensor([2.5]))
    # No numbers below 1.2e-38, which TensorFlow takes for 0.
    shares = [0.0, 2e-38, 1e-12, 1e-7, 1e-3, 0.25, 0.5, 0.75, 0.999, 0.9999999, 1.0]
    pairs = torch.tensor(list(itertools.product(shares, [0.0, 0.3, 1.0])))
    add("binary_cross_entropy", "edges", pairs[:, 0], pairs[:, 1], reduction="none")

    log_probabilities, others = torch.log_softmax(torch.randn(4, 3), 1), torch.softmax(torch.randn(4, 3), 1)
    for reduction in [*reductions, "batchmean"]:
        add("kl_div", reduction, log_probabilities, others, True, reduction=reduction)
        add("kl_div", f"{reduction}, log_target", log_probabilities, others.log(), True, reduction=reduction, log_target=True)
    pairs = torch.tensor(list(itertools.product([-math.inf, -1e30, -100.0, -1.0, 0.0, math.nan], [0.0, 1e-30, 0.5, 1.0])))
    add("kl_div", "edges", pairs[:, 0], pairs[:, 1], reduction="none")
    pairs = torch.tensor(list(itertools.product([-math.inf, -1e30, -80.0, -1.0, 0.0, math.nan], [-math.inf, -1e30, -80.0, -1.0, 0.0])))
    add("kl_div", "edges, log_target", pairs[:, 0], pairs[:, 1], reduction="none", log_target=True)

    logits = torch.randn(4, 3) * 2
    sentences, pictures = torch.randn(2, 3, 5) * 2, torch.randn(2, 3, 2, 2) * 2
    class_weight = torch.tensor([0.5, 0.0, 2.0])
    for shape, x in {"[N, C]": logits, "[N, L, C]": sentences, "[N, H, W, C]": pictures}.items():
        labels = torch.randint(0, 3, (x.shape[0], *x.shape[2:]))
        ignored = labels.clone()
        ignored.view(-1)[::3] = -100
        soft = torch.softmax(torch.randn(x.shape), 1)
        for reduction, weighted in itertools.product(reductions, [{}, {"weight": class_weight}]):
            title = f"{shape}, {reduction}{', weighted' if weighted else ''}"
            for kind, target in {"labels": labels, "some ignored": ignored, "all ignored": torch.full_like(labels, -100)}.items():
                add("nll_loss", f"{title}, {kind}", torch.log_softmax(x, 1), target, reduction=reduction, **weighted)
                for smoothing in [0.0, 0.1] if x.dim() > 2 else []:
                    add("cross_entropy", f"{title}, {kind}, smoothing {smoothing}", x, target, reduction=reduction,
                        label_smoothing=smoothing, **weighted)
            for smoothing in [0.0, 0.1, 1.0]:
                add("cross_entropy", f"{title}, probabilities, smoothing {smoothing}", x, soft, True, reduction=reduction,
                    label_smoothing=smoothing, **weighted)
    add("cross_entropy", "a class ignored", sentences, torch.randint(0, 3, (2, 5)), reduction="none", ignore_index=1)
    add("nll_loss", "a class ignored", log_probabilities, torch.tensor([0, 1, 2, 1]), ignore_index=1)
    weightless = {"weight": torch.tensor([1.0, 0.0, 2.0])}
    for reduction in reductions:
        add("nll_loss", f"labels of weight 0, others ignored, {reduction}", log_probabilities, torch.tensor([1, -100, 1, -100]),
            reduction=reduction, **weightless)
        add("cross_entropy", f"rows of labels of weight 0, others ignored, {reduction}", sentences[:1],
            torch.tensor([[1, -100, 1, -100, 1]]), reduction=reduction, **weightless)
        add("cross_entropy", f"probabilities of weight 0, {reduction}", logits, torch.tensor([[0.0, 1.0, 0.0]]).expand(4, 3), True,
            reduction=reduction, **weightless)
    add("cross_entropy", "a row alone", torch.tensor([1.0, 2.0, 0.5]), torch.tensor(2))
    add("cross_entropy", "a row alone, probabilities", torch.tensor([1.0, 2.0, 0.5]), torch.tensor([0.2, 0.3, 0.5]), True)
    add("cross_entropy", "targets that do not add up to 1", logits, torch.rand(4, 3) * 3 - 1, True)
    hard = torch.tensor([[1e4, -1e4, 0.0], [3e38, -3e38, 0.0], [-1e4, -1e4, -1e4], [0.0, -math.inf, 1.0], [math.nan, 0.0, 1.0]])
    add("cross_entropy", "extreme logits, probabilities", hard, torch.tensor([[0.2, 0.3, 0.5]]).expand(5, 3), reduction="none")
    add("cross_entropy", "extreme logits, one-hot probabilities", hard, torch.tensor([[1.0, 0.0, 0.0]]).expand(5, 3), reduction="none")
    add("nll_loss", "log-probabilities of -Infinity and NaN", torch.log_softmax(hard, 1), torch.tensor([0, 1, 2, 1, 0]), reduction="none")

    write("losses", cases=cases)


if __name__ == "__main__":
    linear()
    simple_net()
    cross_entropy()
    mse_loss()
    activations()
    losses()
