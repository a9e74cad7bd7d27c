"""What PyTorch's optimizers make of a few parameters of odd shapes, for this package's tests.

Usage: python goldens/make.py [NAME …]

Writes a file for each optimizer, such as sgd.json (every combination of options, at ordinary and absurd rates, with a
gradient that is missing in one step, and the rows of the law suite), problem.json (what they all start from),
schedules.json, averaging.json and clipping.json beside itself; with names, only these.
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


def starts(shapes=SHAPES):
    generator = torch.Generator().manual_seed(1)
    return {name: torch.randn(shape, generator=generator) for name, shape in shapes.items()}


def gradients(shapes=SHAPES):
    """One list for all cases: a gradient per step and parameter, of magnitudes between 1e-3 and 30."""
    generator = torch.Generator().manual_seed(2)
    steps = []
    for step in range(STEPS):
        scale = 10.0 ** ((step % 4) - 2)
        found = {name: torch.randn(shape, generator=generator) * scale for name, shape in shapes.items()}
        steps.append({name: None if MISSING.get(name) == step else value for name, value in found.items()})
    return steps


def run(make, grads, start=None, dtype=None):
    """Parameters after 1, 10 and all steps, the state after 10 and after all, and the largest number that each kind had on
    the way: what cancels leaves the rounding of numbers of that size."""
    parameters = {name: torch.nn.Parameter(value.clone().to(dtype=dtype)) for name, value in (start or starts()).items()}
    optimizer = make(parameters.values())
    seen = {}
    states = {}
    largest = {}
    for step, found in enumerate(grads):
        for name, parameter in parameters.items():
            parameter.grad = None if found[name] is None else found[name].clone().to(dtype=dtype)
        optimizer.step()
        for parameter in parameters.values():
            for key, value in [("parameters", parameter), *optimizer.state[parameter].items()]:
                if value is not None and key != "step" and value.numel() > 0:
                    largest[key] = max(largest.get(key, 0.0), value.abs().max().item())
        if step in (0, 9, len(grads) - 1):
            seen[step] = {name: numbers(value) for name, value in parameters.items()}
            states[step] = {name: entries(optimizer.state[parameter]) for name, parameter in parameters.items()}
    group = {name: value for name, value in optimizer.param_groups[0].items() if name != "params"}
    return {"parameters": seen, "state": states[len(grads) - 1], "after10": states[9], "group": group, "largest": largest}


def entries(state):
    return {key: value.item() if key == "step" else numbers(value) for key, value in state.items() if value is not None}


def one_of_each_state(cases):
    """Keeps the state after 10 steps where no case before has the same entries."""
    known = []
    for case in cases:
        keys = [list(state) for state in case["after10"].values()]
        if keys in known:
            del case["after10"], case["group"]
        else:
            known.append(keys)
    return cases


def product(**choices):
    return [dict(zip(choices, values)) for values in itertools.product(*choices.values())]


def problem(shapes, start, grads):
    return {
        "shapes": shapes,
        "starts": {name: numbers(value) for name, value in start.items()},
        "gradients": [{name: None if value is None else numbers(value) for name, value in step.items()} for step in grads],
    }


def optimizers():
    grads = gradients()
    write("problem", **problem(SHAPES, starts(), grads))
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
    cases = [{"options": one, **run(lambda parameters: Lion(parameters, **torch_names(one)), grads, dtype=torch.float64)} for one in lion_options()]
    write("lion", cases=one_of_each_state(cases), laws=LION_LAWS)


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


def adafactor():
    """Without the parameter that has no elements, whose root mean square PyTorch divides by 0."""
    shapes = {name: shape for name, shape in SHAPES.items() if name != "empty"}
    grads = gradients(shapes)
    options = product(learningRate=[0.01], beta2Decay=[-0.8, -0.5], eps=[(None, 1e-3), (1e-3, 0.5)], d=[1.0, 2.0], weightDecay=[0, 0.1], maximize=[False, True])
    options += product(learningRate=[10.0], weightDecay=[0, 0.1])
    cases = [
        {"options": {**one, **({"eps": (2.0**-23, one["eps"][1])} if one.get("eps", (1,))[0] is None else {})}, **run(lambda parameters: torch.optim.Adafactor(parameters, **torch_names(one)), grads, starts(shapes))}
        for one in options
    ]
    one_of_each_state(cases)
    # Steps relative to a parameter hardly cross 0: the second eps is their lower bound.
    relative = {"weightDecay": 0, "eps": [2.0**-23, 1]}
    laws = [law("Adafactor", relative, 1, 0.1, 0.1, coupled=True), law("Adafactor with d", {**relative, "d": 2, "beta2Decay": -0.5}, 1, 0.1, 0.1, coupled=True)]
    write("adafactor", **problem(shapes, starts(shapes), grads), cases=cases, laws=laws)


def muon():
    """On the transposes, since a weight is [in, out] here and [out, in] in PyTorch. The iteration is computed in float64 in
    `cases`; in `bfloat16`, as PyTorch does it."""
    shapes = {"wide": [3, 8], "tall": [8, 3], "square": [5, 5], "row": [1, 4], "cube": [4, 6]}
    grads = gradients(shapes)

    def transposed(values, kind=torch.float64):
        return {name: None if value is None else value.T.contiguous().to(kind) for name, value in values.items()}

    def train(one, kind):
        found = run(lambda parameters: torch.optim.Muon(parameters, **torch_names(one)), [transposed(step, kind) for step in grads], transposed(starts(shapes), kind))
        back = {name: lambda values, shape=shape[::-1]: numbers(torch.tensor(values, dtype=torch.float64).reshape(shape).T) for name, shape in shapes.items()}
        found["parameters"] = {step: {name: back[name](values) for name, values in seen.items()} for step, seen in found["parameters"].items()}
        for at in ("state", "after10"):
            found[at] = {name: {key: back[name](values) for key, values in state.items()} for name, state in found[at].items()}
        return {"options": one, **found}

    options = product(learningRate=[0.02], weightDecay=[0, 0.1], momentum=[0.95, 0.5], nesterov=[True, False], adjustLearningRate=["original", "matchRmsAdamw", "spectralUnclamped"])
    options += product(learningRate=[1.0], weightDecay=[0.1], nsCoefficients=[(2.0, -1.5, 0.5)], nsSteps=[3, 0], eps=[1e-7, 1.0])
    rounded = [{key: value for key, value in train(one, torch.float32).items() if key not in ("after10", "group")} for one in options[:2]]
    half, torch.bfloat16 = torch.bfloat16, torch.float64
    cases = one_of_each_state([train(one, torch.float64) for one in options])
    torch.bfloat16 = half
    laws = [
        law("Muon", {"weightDecay": 0}, 1, 0.1, 0.02, matrices=True, coupled=True),
        law("Muon without nesterov", {"weightDecay": 0, "nesterov": False, "momentum": 0.5, "adjustLearningRate": "matchRmsAdamw"}, 1, 0.5, 0.05, matrices=True, coupled=True),
    ]
    # The iteration scales small singular values, and the rounding beside them, by up to 3.4445 in each of its steps.
    write("muon", tolerance=5e-6, **problem(shapes, starts(shapes), grads), cases=cases, bfloat16=rounded, laws=laws)


def schedule_free():
    """The formulas of "The Road Less Scheduled" in float64: with z, x and y themselves."""
    grads = gradients()
    warm = [0.2 * min(1, (step + 1) / 10) for step in range(STEPS)]

    def step_of(kind, one, y, gradient, state):
        gradient = -gradient if one["maximize"] else gradient
        if kind == "sgd":
            return gradient + one["weightDecay"] * y
        beta2 = one["betas"][1]
        state["v"] = beta2 * state.get("v", 0) + (1 - beta2) * gradient**2
        return gradient / ((state["v"] / (1 - beta2 ** state["step"])).sqrt() + one["eps"]) + one["weightDecay"] * y

    def train(kind, one, rates=None):
        share = one["momentum"] if kind == "sgd" else one["betas"][0]
        start = {name: value.double() for name, value in starts().items()}
        states = {name: {"step": 0, "sum": 0.0, "z": value, "x": value} for name, value in start.items()}
        y = lambda name: (1 - share) * states[name]["z"] + share * states[name]["x"]
        seen, largest = {}, {}
        for at, found in enumerate(grads):
            rate = one["learningRate"] if rates is None else rates[at]
            for name, gradient in found.items():
                if gradient is None:
                    continue
                state = states[name]
                state["step"] += 1
                state["z"] = state["z"] - rate * step_of(kind, one, y(name), gradient.double(), state)
                state["sum"] += rate**2
                weight = rate**2 / state["sum"]
                state["x"] = (1 - weight) * state["x"] + weight * state["z"]
                for key, value in [("parameters", y(name)), *kept(kind, state)]:
                    if value.numel() > 0:
                        largest[key] = max(largest.get(key, 0.0), value.abs().max().item())
            if at in (0, 9, len(grads) - 1):
                seen[at] = {name: numbers(y(name)) for name in start}
        state = {name: {"step": state["step"], **{key: numbers(value) for key, value in kept(kind, state)}} for name, state in states.items()}
        averages = {name: numbers(state["x"]) for name, state in states.items()}
        return {"options": one, **({} if rates is None else {"rates": rates}), "parameters": seen, "averages": averages, "state": state, "largest": largest}

    def kept(kind, state):
        found = [("z_minus_x", state["z"] - state["x"]), ("weight_sum", torch.tensor(state["sum"], dtype=torch.float64))]
        return found + ([("exp_avg_sq", state["v"])] if kind == "adamw" else [])

    sgd = product(learningRate=[0.1], momentum=[0.9, 0.5, 0.0, 1.0], weightDecay=[0, 0.1], maximize=[False, True])
    adamw = product(learningRate=[0.02], betas=[(0.9, 0.999), (0.5, 0.9)], eps=[1e-8, 1e-3], weightDecay=[0, 0.1], maximize=[False, True])
    sgd_laws = [law("ScheduleFreeSGD", {}, 2, 0.5, 0.01), law("ScheduleFreeSGD with less momentum", {"momentum": 0.5}, 2, 0.5, 8e-3)]
    adamw_laws = [law("ScheduleFreeAdamW", {}, 3, 0.5, 0.1), law("ScheduleFreeAdamW with other betas", {"betas": [0.5, 0.9]}, 3, 0.3, 0.1)]
    for kind, options, laws in [("sgd", sgd, sgd_laws), ("adamw", adamw, adamw_laws)]:
        cases = [*(train(kind, one) for one in options), *(train(kind, one, warm) for one in options[:2])]
        write(f"schedulefree{kind}", **problem(SHAPES, starts(), grads), cases=cases, laws=laws)


def lbfgs():
    """The parameters after each of some steps on Rosenbrock's function of a vector, whose first half is one parameter and whose
    second half is another one; as long as float32 and float64 decide the same and differ by less than 1e-4."""
    options = product(lineSearchFn=[None, "strongWolfe"], historySize=[100, 2], learningRate=[1.0, 0.3], maxIter=[4, 12])
    options += [{"lineSearchFn": "strongWolfe", "maxIter": 10, "maxEval": 6}, {"lineSearchFn": "strongWolfe", "maximize": True, "maxIter": 4}]
    start = [[-0.5, 0.3, 0.8], [0.1, -0.2]]

    def train(one, kind):
        parameters = [torch.nn.Parameter(torch.tensor(value, dtype=kind)) for value in start]
        optimizer = torch.optim.LBFGS(parameters, **torch_names(one))
        sign = -1 if one.get("maximize") else 1
        steps = []
        for _ in range(5):
            losses = []

            def closure():
                optimizer.zero_grad()
                x = torch.cat(parameters)
                loss = sign * ((1 - x[:-1]) ** 2 + 5 * (x[1:] - x[:-1] ** 2) ** 2).sum()
                loss.backward()
                losses.append(loss.item())
                return loss

            optimizer.step(closure)
            state = optimizer.state[parameters[0]]
            steps.append({"loss": losses[0], "parameters": [numbers(value) for value in parameters], "n_iter": state["n_iter"], "func_evals": state["func_evals"], "pairs": len(state["ro"])})
            if len(steps) == 2:
                checkpoint.update({key: plain(value) for key, value in state.items() if key != "al"})
        return steps

    def plain(value):
        if isinstance(value, list):
            return [plain(one) for one in value]
        return value.tolist() if isinstance(value, torch.Tensor) else value

    def agree(a, b):
        near = all(abs(x - y) < 1e-4 for one, other in zip(a["parameters"], b["parameters"]) for x, y in zip(one, other))
        return near and all(a[key] == b[key] for key in ["n_iter", "func_evals", "pairs"])

    found = []
    for one in options:
        checkpoint = {}
        singles = train(one, torch.float32)
        pairs = list(zip(train(one, torch.float64), singles))
        steps = [a for a, _ in itertools.takewhile(lambda pair: agree(*pair), pairs)]
        # PyTorch's state after two steps, where more follow.
        saved = {"checkpoint": checkpoint} if len(steps) > 2 and one["maxIter"] != 12 else {}
        found += [{"options": one, "steps": steps, **saved}] if steps else []
    write("lbfgs", start=start, cases=found)


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
    renamed = {"learningRate": "lr", "adjustLearningRate": "adjust_lr_fn"}
    return {renamed.get(name, snake(name)): snake(value) if isinstance(value, str) else value for name, value in options.items()}


def snake(name):
    return re.sub("([A-Z])", lambda found: "_" + found[0].lower(), name)


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

    def decaying(optimizer):
        parts = [module.LinearLR(optimizer, start_factor=1e-12, total_iters=5), module.ConstantLR(optimizer, factor=1.0, total_iters=1), module.CosineAnnealingLR(optimizer, T_max=12, eta_min=0.01)]
        return module.SequentialLR(optimizer, parts, milestones=[5, 28])

    def averaging(steps, shape):
        return lambda optimizer: Averaging(optimizer, module.ExponentialLR(optimizer, gamma=0.93), 9, steps, shape)

    rows = [
        ("cyclic", 0.1, {"peak": 0.5, "stepSizeUp": 6}, lambda o: module.CyclicLR(o, 0.1, 0.5, step_size_up=6, cycle_momentum=False), 40),
        ("cyclic", 0.1, {"peak": 0.5, "stepSizeUp": 5, "stepSizeDown": 3, "mode": "triangular2"}, lambda o: module.CyclicLR(o, 0.1, 0.5, step_size_up=5, step_size_down=3, mode="triangular2", cycle_momentum=False), 40),
        ("cyclic", 0.1, {"peak": 0.5, "stepSizeUp": 1, "stepSizeDown": 4, "mode": "expRange", "gamma": 0.95}, lambda o: module.CyclicLR(o, 0.1, 0.5, step_size_up=1, step_size_down=4, mode="exp_range", gamma=0.95, cycle_momentum=False), 40),
        ("cyclic", 0.1, {"peak": 0.5, "stepSizeUp": 4, "stepSizeDown": 0}, lambda o: module.CyclicLR(o, 0.1, 0.5, step_size_up=4, step_size_down=0, cycle_momentum=False), 40),
        ("oneCycle", 0.1, {"steps": 3}, lambda o: module.OneCycleLR(o, max_lr=0.1, total_steps=3, cycle_momentum=False), 3),
        ("oneCycle", 0.1, {"steps": 1}, lambda o: module.OneCycleLR(o, max_lr=0.1, total_steps=1, cycle_momentum=False), 1),
        ("oneCycle", 0.1, {"steps": 3, "threePhase": True}, lambda o: module.OneCycleLR(o, max_lr=0.1, total_steps=3, three_phase=True, cycle_momentum=False), 3),
        ("oneCycle", 0.1, {"steps": 7, "warmup": 0, "anneal": "linear"}, lambda o: module.OneCycleLR(o, max_lr=0.1, total_steps=7, pct_start=0.0, anneal_strategy="linear", cycle_momentum=False), 7),
        ("warmupOfNone", 0.3, {}, lambda o: module.SequentialLR(o, [module.LinearLR(o, total_iters=0), module.ExponentialLR(o, gamma=0.9)], milestones=[0]), 20),
        ("constantThenDecay", 0.3, {"steps": 40, "decaySteps": 12, "warmupSteps": 5, "end": 0.01, "anneal": "cosine"}, decaying, 40),
        ("constantThenDecay", 0.3, {"steps": 20, "decaySteps": 8, "anneal": "squareRoot"}, lambda o: module.LambdaLR(o, lambda t: 1 if t < 12 else 1 - (min(t - 12, 8) / 8) ** 0.5), 25),
        ("inverseSquareRoot", 0.3, {"timescale": 9}, lambda o: module.LambdaLR(o, lambda t: (9 / (9 + t)) ** 0.5), 40),
        ("multiplicative", 0.3, {}, lambda o: module.MultiplicativeLR(o, lambda t: 1 - 0.3 / (t + 1)), 40),
        ("chained", 0.3, {}, lambda o: module.ChainedScheduler([module.LinearLR(o, start_factor=0.25, total_iters=6), module.ExponentialLR(o, gamma=0.9), module.StepLR(o, step_size=5, gamma=0.5)]), 40),
        ("swaRate", 0.3, {"start": 9, "rate": 0.05}, averaging(10, "cos"), 40),
        ("swaRate", 0.3, {"start": 9, "rate": 0.05, "steps": 4, "anneal": "linear"}, averaging(4, "linear"), 40),
        ("swaRate", 0.3, {"start": 9, "rate": 0.05, "steps": 0}, averaging(0, "cos"), 40),
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
    write("schedules", schedules=found, momenta=momenta(), plateaus=plateaus())


class Averaging:
    """A scheduler, and from a step on SWALR in its place, as PyTorch's documentation uses them."""

    def __init__(self, optimizer, before, start, steps, shape):
        self.optimizer, self.scheduler, self.start, self.steps, self.shape, self.count = optimizer, before, start, steps, shape, 0

    def step(self):
        self.count += 1
        self.scheduler.step()
        if self.count == self.start:
            self.scheduler = torch.optim.swa_utils.SWALR(self.optimizer, 0.05, anneal_epochs=self.steps, anneal_strategy=self.shape)


def momenta():
    """The momentum of schedulers that cycle it, and what it makes of a parameter."""
    module = torch.optim.lr_scheduler
    rows = [
        ("oneCycle", {"steps": 12, "warmup": 0.4}, {"peak": 0.1}, lambda o: module.OneCycleLR(o, max_lr=0.1, total_steps=12, pct_start=0.4)),
        ("oneCycle", {"steps": 12, "threePhase": True, "baseMomentum": 0.5, "maxMomentum": 0.9}, {"peak": 0.1}, lambda o: module.OneCycleLR(o, max_lr=0.1, total_steps=12, three_phase=True, base_momentum=0.5, max_momentum=0.9)),
        ("cyclic", {"stepSizeUp": 3, "stepSizeDown": 2}, {"base": 0.02, "peak": 0.1}, lambda o: module.CyclicLR(o, 0.02, 0.1, step_size_up=3, step_size_down=2)),
        ("cyclic", {"stepSizeUp": 3, "mode": "triangular2", "baseMomentum": 0.6}, {"base": 0.02, "peak": 0.1}, lambda o: module.CyclicLR(o, 0.02, 0.1, step_size_up=3, mode="triangular2", base_momentum=0.6)),
    ]
    found = []
    for (name, options, rate, make), kind in itertools.product(rows, [torch.optim.SGD, torch.optim.AdamW]):
        parameter = torch.nn.Parameter(torch.tensor([1.0, -2.0]))
        optimizer = kind([parameter], lr=0.1, **({"momentum": 0.9} if kind is torch.optim.SGD else {}))
        scheduler = make(optimizer)
        seen, values = [], []
        for step in range(12):
            group = optimizer.param_groups[0]
            seen.append(group["momentum"] if "momentum" in group else group["betas"][0])
            optimizer.zero_grad()
            (parameter**2 * torch.tensor([1.0, 3.0])).sum().backward()
            optimizer.step()
            values.append(numbers(parameter))
            if step < 11:
                scheduler.step()
        found.append({"name": name, "options": options, "rate": rate, "optimizer": kind.__name__, "momenta": seen, "parameter": values})
    return found


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
        # Below 0, where a relative threshold is on the other side of the best value.
        ({"factor": 0.5, "patience": 2, "threshold": 0.2}, [value - 2 for value in falling]),
        ({"factor": 0.5, "patience": 2, "threshold": 0.2, "thresholdMode": "abs"}, [value - 2 for value in falling]),
        ({"factor": 0.5, "patience": 2, "threshold": 1.0}, falling[:20]),
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


def averaging():
    """The averages of a model's parameters and buffers after each of some updates, and running statistics that update_bn
    computes over batches of unequal sizes."""
    utils = torch.optim.swa_utils
    generator = torch.Generator().manual_seed(5)
    model = torch.nn.BatchNorm1d(3)
    draws = []
    for step in range(6):
        draws.append({name: torch.randn([3], generator=generator) for name in ["weight", "bias", "running_mean", "running_var"]})
        draws[-1]["num_batches_tracked"] = torch.tensor(7 * step + 2)
    rows = [
        ("ExponentialMovingAverage", {"decay": 0.9}, {"multi_avg_fn": utils.get_ema_multi_avg_fn(0.9)}),
        ("ExponentialMovingAverage", {"decay": 0.3}, {"multi_avg_fn": utils.get_ema_multi_avg_fn(0.3)}),
        ("ExponentialMovingAverage", {}, {"avg_fn": utils.get_ema_avg_fn()}),
        ("StochasticWeightAveraging", {}, {}),
        ("StochasticWeightAveraging", {}, {"multi_avg_fn": utils.get_swa_multi_avg_fn()}),
    ]
    cases = []
    for (name, options, functions), use_buffers in itertools.product(rows, [False, True]):
        if use_buffers and name == "StochasticWeightAveraging" and functions:
            # PyTorch 2.15 cannot average the int64 buffer with this function.
            continue
        averaged = utils.AveragedModel(model, use_buffers=use_buffers, **functions)
        seen = []
        for draw in draws:
            model.load_state_dict(draw)
            averaged.update_parameters(model)
            seen.append({key: numbers(value) for key, value in averaged.state_dict().items()})
        cases.append({"name": name, "options": {**options, "useBuffers": use_buffers}, "after": [seen[0], seen[1], seen[-1]]})
    batches = [torch.randn([size, 3], generator=generator) * size + 1 for size in (4, 2, 5)]
    model.load_state_dict(draws[0])
    utils.update_bn(batches, model)
    statistics = {key: numbers(value) for key, value in model.state_dict().items()}
    write("averaging", draws=[{key: numbers(value) for key, value in draw.items()} for draw in draws], cases=cases, batches=[value.tolist() for value in batches], statistics=statistics)


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
    adafactor()
    muon()
    schedule_free()
    lbfgs()
    schedules()
    averaging()
    clipping()
