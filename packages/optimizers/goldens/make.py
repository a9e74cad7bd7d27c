"""What PyTorch's optimizers make of a few parameters of odd shapes, for this package's tests.

Usage: python goldens/make.py [NAME …]

Writes a file for each optimizer, such as sgd.json (every combination of options, at ordinary and absurd rates, with a
gradient that is missing in one step, and the rows of the law suite), problem.json (what they all start from),
schedules.json and clipping.json beside itself; with names, only these.
"""

import itertools
import json
import pathlib
import re
import sys

import torch

HERE = pathlib.Path(__file__).parent
SHAPES = {"matrix": [3, 4], "scalar": [], "empty": [0, 2], "cube": [2, 3, 2], "row": [5]}
STEPS = 30
# The step in which this parameter has no gradient.
MISSING = {"cube": 3, "row": 0}


def write(name, **content):
    if len(sys.argv) > 1 and name not in sys.argv[1:]:
        return
    content = {"torch": torch.__version__, **content}
    (HERE / f"{name}.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")


def numbers(tensor):
    return [float(f"{value:.9g}") for value in tensor.detach().flatten().tolist()]


def starts():
    generator = torch.Generator().manual_seed(1)
    return {name: torch.randn(shape, generator=generator) for name, shape in SHAPES.items()}


def gradients():
    """One list for all cases: a gradient per step and parameter, of magnitudes between 1e-3 and 30."""
    generator = torch.Generator().manual_seed(2)
    steps = []
    for step in range(STEPS):
        scale = 10.0 ** ((step % 4) - 2)
        found = {name: torch.randn(shape, generator=generator) * scale for name, shape in SHAPES.items()}
        steps.append({name: None if MISSING.get(name) == step else value for name, value in found.items()})
    return steps


def run(make, grads, dtype=torch.float32):
    """Parameters after 1, 10 and all steps, the state after 10 and after all, and the largest number that each kind had on
    the way: what cancels leaves the rounding of numbers of that size."""
    parameters = {name: torch.nn.Parameter(value.clone().to(dtype)) for name, value in starts().items()}
    optimizer = make(parameters.values())
    seen = {}
    states = {}
    largest = {}
    for step, found in enumerate(grads):
        for name, parameter in parameters.items():
            parameter.grad = None if found[name] is None else found[name].clone().to(dtype)
        optimizer.step()
        for parameter in parameters.values():
            for key, value in [("parameters", parameter), *optimizer.state[parameter].items()]:
                if value is not None and key != "step" and value.numel() > 0:
                    largest[key] = max(largest.get(key, 0.0), value.abs().max().item())
        if step in (0, 9, STEPS - 1):
            seen[step] = {name: numbers(value) for name, value in parameters.items()}
            states[step] = {name: entries(optimizer.state[parameter]) for name, parameter in parameters.items()}
    return {"parameters": seen, "state": states[STEPS - 1], "after10": states[9], "largest": largest}


def entries(state):
    return {key: value.item() if key == "step" else numbers(value) for key, value in state.items() if value is not None}


def one_of_each_state(cases):
    """Keeps the state after 10 steps where no case before has the same entries."""
    known = []
    for case in cases:
        keys = list(case["after10"]["matrix"])
        if keys in known:
            del case["after10"]
        else:
            known.append(keys)
    return cases


def product(**choices):
    return [dict(zip(choices, values)) for values in itertools.product(*choices.values())]


def optimizers():
    grads = gradients()
    common = {
        "shapes": SHAPES,
        "starts": {name: numbers(value) for name, value in starts().items()},
        "gradients": [{name: None if value is None else numbers(value) for name, value in step.items()} for step in grads],
    }
    write("problem", **common)
    for name, kind, options, laws in [
        ("sgd", torch.optim.SGD, sgd_options(), SGD_LAWS),
        ("adam", torch.optim.Adam, adam_options([0, 0.1]), ADAM_LAWS),
        ("adamw", torch.optim.AdamW, adam_options([0, 0.01, 0.3]), ADAMW_LAWS),
        ("rmsprop", torch.optim.RMSprop, rmsprop_options(), RMSPROP_LAWS),
        ("adagrad", torch.optim.Adagrad, adagrad_options(), ADAGRAD_LAWS),
        ("adamax", torch.optim.Adamax, adamax_options(), ADAMAX_LAWS),
        ("adadelta", torch.optim.Adadelta, adadelta_options(), ADADELTA_LAWS),
        ("nadam", torch.optim.NAdam, nadam_options(), NADAM_LAWS),
        ("radam", torch.optim.RAdam, radam_options(), RADAM_LAWS),
        ("asgd", torch.optim.ASGD, asgd_options(), ASGD_LAWS),
        ("rprop", torch.optim.Rprop, rprop_options(), RPROP_LAWS),
    ]:
        cases = [{"options": one, **run(lambda parameters: kind(parameters, **torch_names(one)), grads)} for one in options]
        write(name, cases=one_of_each_state(cases), laws=laws)
    # Not one of PyTorch's own.
    cases = [{"options": one, **run(lambda parameters: Lion(parameters, **torch_names(one)), grads, torch.float64)} for one in lion_options()]
    write("lion", cases=cases, laws=LION_LAWS)


class Lion(torch.optim.Optimizer):
    """The formula of the paper (X. Chen et al., 2023, algorithm 2), for parameters of float64."""

    def __init__(self, parameters, lr, betas, weight_decay, maximize):
        super().__init__(parameters, {"lr": lr, "betas": betas, "weight_decay": weight_decay, "maximize": maximize})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                gradient = -parameter.grad if group["maximize"] else parameter.grad
                mean = self.state[parameter].get("exp_avg", torch.zeros_like(parameter))
                direction = torch.sign(beta1 * mean + (1 - beta1) * gradient)
                parameter -= group["lr"] * (direction + group["weight_decay"] * parameter)
                self.state[parameter]["exp_avg"] = beta2 * mean + (1 - beta2) * gradient


def lion_options():
    ordinary = product(learningRate=[0.01], betas=[(0.9, 0.99), (0.5, 0.9), (0.0, 0.0)], weightDecay=[0, 0.3], maximize=[False, True])
    return ordinary + product(learningRate=[10.0], betas=[(0.9, 0.99)], weightDecay=[0, 0.01], maximize=[False])


def law(title, options, kept, parabola, rosenbrock, **traits):
    """A row of the law suite: a set of options that takes a path of its own, the tensors that it keeps for a variable, and
    rates that fall to 0: one at which it converges on a parabola in 200 steps, and one at which Rosenbrock falls below 1 in
    300. `traits` are those of PyTorch that the laws have to know, as `OptimizerCase` of tooling/testing names them."""
    return {"title": title, "options": options, "kept": kept, "rates": {"parabola": parabola, "rosenbrock": rosenbrock}, **traits}


SGD_LAWS = [
    law("SGD", {}, 0, 0.05, 2e-3),
    law("SGD with momentum", {"momentum": 0.9}, 1, 0.02, 5e-4),
    law("SGD dampened", {"momentum": 0.9, "dampening": 0.5}, 1, 0.02, 5e-4),
    law("SGD with nesterov", {"momentum": 0.9, "nesterov": True}, 1, 0.02, 5e-4),
]
LION_LAWS = [law("Lion", {}, 1, 0.1, 0.02), law("Lion with other betas", {"betas": [0.5, 0.8]}, 1, 0.05, 0.02)]
ADAM_LAWS = [law("Adam", {}, 2, 0.1, 0.05), law("Adam with amsgrad", {"amsgrad": True}, 3, 0.1, 0.05)]
ADAMW_LAWS = [
    law("AdamW", {"weightDecay": 0}, 2, 0.1, 0.05),
    law("AdamW with amsgrad", {"weightDecay": 0, "amsgrad": True, "betas": [0.8, 0.99]}, 3, 0.1, 0.05),
]


RMSPROP_LAWS = [
    law("RMSprop", {}, 1, 0.1, 0.01),
    law("RMSprop with momentum", {"momentum": 0.9}, 2, 0.1, 5e-3),
    law("RMSprop centered", {"centered": True}, 2, 0.1, 0.01),
    law("RMSprop centered with momentum", {"centered": True, "momentum": 0.5, "alpha": 0.9}, 3, 0.1, 0.02),
]
ADAGRAD_LAWS = [law("Adagrad", {}, 1, 1, 0.08), law("Adagrad with a rate that decays", {"lrDecay": 1e-3, "initialAccumulatorValue": 0.1}, 1, 1, 0.08)]
ADAMAX_LAWS = [law("Adamax", {}, 2, 0.1, 0.05)]
ADADELTA_LAWS = [law("Adadelta", {}, 2, 20, 5)]
NADAM_LAWS = [law("NAdam", {}, 3, 0.1, 0.05), law("NAdam with a decay of momentum", {"betas": [0.8, 0.99], "momentumDecay": 0.1}, 3, 0.1, 0.05)]
RADAM_LAWS = [law("RAdam", {}, 2, 0.2, 0.015), law("RAdam with other betas", {"betas": [0.8, 0.99]}, 2, 0.1, 0.015)]
# A lambd that 1 − lambd · eta rounds away, so that gradients of 0 change nothing, and a power by which the rate falls.
ASGD_LAWS = [
    law("ASGD", {"lambd": 1e-8, "alpha": 1e7}, 3, 0.05, 3e-3, rateActs="a step later"),
    law("ASGD with an average", {"lambd": 1e-8, "alpha": 2e7, "t0": 1}, 3, 0.05, 3e-3, rateActs="a step later"),
]
RPROP_LAWS = [law("Rprop", {}, 2, 0.1, 0.02, rateActs="at first", ignoresNaN=True), law("Rprop with other etas", {"etas": [0.3, 1.5]}, 2, 0.1, 0.02, rateActs="at first", ignoresNaN=True)]


def torch_names(options):
    return {"lr" if name == "learningRate" else re.sub("([A-Z])", lambda found: "_" + found[0].lower(), name): value for name, value in options.items()}


def sgd_options():
    options = product(learningRate=[0.1], momentum=[0, 0.9], dampening=[0, 0.3], nesterov=[False, True], weightDecay=[0, 0.1], maximize=[False, True])
    absurd = product(learningRate=[10.0], momentum=[0, 0.5], weightDecay=[0, 0.1])
    return [one for one in options if not one["nesterov"] or (one["momentum"] > 0 and one["dampening"] == 0)] + absurd


def adam_options(decays):
    ordinary = product(learningRate=[0.01], betas=[(0.9, 0.999), (0.5, 0.9), (0.0, 0.0)], eps=[1e-8, 1e-3], weightDecay=decays, amsgrad=[False, True], maximize=[False, True])
    return ordinary + product(learningRate=[10.0], betas=[(0.9, 0.999)], eps=[1e-8], weightDecay=decays, amsgrad=[False, True])


def rmsprop_options():
    ordinary = product(learningRate=[0.01], alpha=[0.99, 0.5], eps=[1e-8, 1e-3], weightDecay=[0, 0.1], momentum=[0, 0.9], centered=[False, True])
    return [{}] + ordinary + product(learningRate=[0.01], momentum=[0, 0.9], centered=[False, True], maximize=[True]) + [{"learningRate": 10.0}]


def adagrad_options():
    ordinary = product(learningRate=[0.1], lrDecay=[0, 0.1], weightDecay=[0, 0.1], initialAccumulatorValue=[0, 0.5], eps=[1e-10, 1e-3], maximize=[False, True])
    return [{}] + ordinary + [{"learningRate": 10.0}]


def adamax_options():
    ordinary = product(learningRate=[0.01], betas=[(0.9, 0.999), (0.5, 0.9), (0.0, 0.0)], eps=[1e-8, 1e-3], weightDecay=[0, 0.1], maximize=[False, True])
    return [{}] + ordinary + [{"learningRate": 10.0}]


def adadelta_options():
    ordinary = product(rho=[0.9, 0.5], eps=[1e-6, 1e-3], weightDecay=[0, 0.1], maximize=[False, True])
    # Without averages nothing damps how a step follows the rounding of the parameter that decay adds to the gradient.
    return [{}] + ordinary + product(rho=[0.0], eps=[1e-6, 1e-3], maximize=[False, True]) + [{"learningRate": 100.0}]


# L2, decoupled, or none.
DECAYS = [{}, {"weightDecay": 0.1}, {"weightDecay": 0.1, "decoupledWeightDecay": True}]


def nadam_options():
    ordinary = product(learningRate=[0.01], betas=[(0.9, 0.999), (0.5, 0.9), (0.0, 0.0)], momentumDecay=[4e-3, 0.5], eps=[1e-8, 1e-3])
    return [{}] + [{**one, **decay} for one in ordinary for decay in DECAYS] + product(maximize=[True], decoupledWeightDecay=[False, True], weightDecay=[0.1]) + [{"learningRate": 10.0}]


def radam_options():
    ordinary = product(learningRate=[0.01], betas=[(0.9, 0.999), (0.5, 0.9), (0.0, 0.0), (0.9, 0.5)], eps=[1e-8, 1e-3])
    return [{}] + [{**one, **decay} for one in ordinary for decay in DECAYS] + product(maximize=[True], decoupledWeightDecay=[False, True], weightDecay=[0.1]) + [{"learningRate": 10.0}]


def asgd_options():
    ordinary = product(learningRate=[0.1], lambd=[1e-4, 0.1], alpha=[0.75, 0.5], t0=[1e6, 5], weightDecay=[0, 0.1], maximize=[False, True])
    return [{}] + ordinary + [{"learningRate": 10.0}]


def rprop_options():
    return [{}] + product(learningRate=[0.01, 10.0], etas=[(0.5, 1.2), (0.3, 1.5)], stepSizes=[(1e-6, 50), (5e-3, 0.02)], maximize=[False, True])


def schedules():
    """40 rates of each scheduler. What PyTorch does past the end and we do not is cut off where it begins."""
    module = torch.optim.lr_scheduler

    def warm(optimizer):
        first = module.LinearLR(optimizer, start_factor=0.1, end_factor=1.0, total_iters=8)
        return module.SequentialLR(optimizer, [first, module.CosineAnnealingLR(optimizer, T_max=30)], milestones=[8])

    def joined(optimizer):
        parts = [module.ExponentialLR(optimizer, gamma=0.9), module.StepLR(optimizer, step_size=3, gamma=0.5), module.PolynomialLR(optimizer, total_iters=9, power=2.0)]
        return module.SequentialLR(optimizer, parts, milestones=[7, 19])

    rows = [
        ("linear", 0.5, {"steps": 11, "end": 0.05}, lambda o: module.LinearLR(o, start_factor=1.0, end_factor=0.1, total_iters=11), 40),
        ("step", 0.3, {"stepSize": 7, "gamma": 0.3}, lambda o: module.StepLR(o, step_size=7, gamma=0.3), 40),
        ("multiStep", 0.3, {"milestones": [3, 11, 11, 30], "gamma": 0.5}, lambda o: module.MultiStepLR(o, milestones=[3, 11, 11, 30], gamma=0.5), 40),
        ("exponential", 0.3, {"gamma": 0.93}, lambda o: module.ExponentialLR(o, gamma=0.93), 40),
        ("polynomial", 0.3, {"steps": 25, "power": 1.7}, lambda o: module.PolynomialLR(o, total_iters=25, power=1.7), 40),
        ("cosine", 0.3, {"steps": 35, "end": 0.01}, lambda o: module.CosineAnnealingLR(o, T_max=35, eta_min=0.01), 36),
        ("cosineWarmRestarts", 0.3, {"period": 4, "multiplier": 2, "end": 0.01}, lambda o: module.CosineAnnealingWarmRestarts(o, T_0=4, T_mult=2, eta_min=0.01), 40),
        ("cosineWarmRestarts", 0.3, {"period": 7}, lambda o: module.CosineAnnealingWarmRestarts(o, T_0=7), 40),
        ("oneCycle", 0.3, {"steps": 40}, lambda o: module.OneCycleLR(o, max_lr=0.3, total_steps=40, cycle_momentum=False), 40),
        ("oneCycle", 0.3, {"steps": 33, "warmup": 0.4, "divFactor": 10, "finalDivFactor": 100, "anneal": "linear"}, lambda o: module.OneCycleLR(o, max_lr=0.3, total_steps=33, pct_start=0.4, div_factor=10, final_div_factor=100, anneal_strategy="linear", cycle_momentum=False), 33),
        ("oneCycle", 0.3, {"steps": 40, "warmup": 0.25, "threePhase": True}, lambda o: module.OneCycleLR(o, max_lr=0.3, total_steps=40, pct_start=0.25, three_phase=True, cycle_momentum=False), 40),
        ("warmupCosine", 0.3, {}, warm, 39),
        ("joined", 0.3, {}, joined, 40),
    ]
    found = [{"name": name, "rate": rate, "options": options, "rates": rates(make, rate, count)} for name, rate, options, make, count in rows]
    write("schedules", schedules=found, plateaus=plateaus())


def rates(make, rate, count):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=rate)
    scheduler = make(optimizer)
    seen = []
    for step in range(count):
        seen.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if step < count - 1:
            scheduler.step()
    return seen


def plateaus():
    generator = torch.Generator().manual_seed(3)
    falling = [1 / (1 + step / 5) + 0.3 * torch.rand([], generator=generator).item() for step in range(60)]
    rows = [
        ({"factor": 0.5, "patience": 2}, falling),
        ({"factor": 0.3, "patience": 1, "cooldown": 3, "threshold": 0.05, "thresholdMode": "abs"}, falling),
        ({"factor": 0.5, "patience": 0, "mode": "max", "minLearningRate": 0.01}, [-value for value in falling]),
        ({"factor": 0.5, "patience": 3, "mode": "max", "threshold": 0.1, "eps": 0.02}, [2 - value for value in falling]),
    ]
    names = {"thresholdMode": "threshold_mode", "minLearningRate": "min_lr"}
    found = []
    for options, values in rows:
        optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.4)
        plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, **{names.get(name, name): value for name, value in options.items()})
        seen = []
        for value in values:
            plateau.step(value)
            seen.append(optimizer.param_groups[0]["lr"])
        found.append({"options": options, "values": values, "rates": seen})
    return found


def clipping():
    generator = torch.Generator().manual_seed(4)
    start = [torch.randn(shape, generator=generator) * 3 for shape in ([3, 4], [], [0, 2], [5])]
    found = []
    for norm_type, max_norm in itertools.product([1, 2, float("inf")], [0.5, 5.0, 1000.0]):
        parameters = [torch.nn.Parameter(torch.zeros_like(value)) for value in start]
        for parameter, value in zip(parameters, start):
            # PyTorch has no infinity norm of nothing.
            parameter.grad = None if value.numel() == 0 and norm_type == float("inf") else value.clone()
        norm = torch.nn.utils.clip_grad_norm_(parameters, max_norm, norm_type=norm_type)
        found.append({"normType": str(norm_type).replace("inf", "Infinity"), "maxNorm": max_norm, "norm": norm.item(), "grads": [[] if parameter.grad is None else numbers(parameter.grad) for parameter in parameters]})
    write("clipping", shapes=[list(value.shape) for value in start], start=[numbers(value) for value in start], cases=found)


if __name__ == "__main__":
    optimizers()
    schedules()
    clipping()
