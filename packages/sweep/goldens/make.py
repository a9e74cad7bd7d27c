"""What scipy and Optuna compute, for the tests of this package.

Usage: python goldens/make.py [sobol] [statistics] [tpe]

Writes sobol.json, statistics.json and tpe.json beside itself, with the versions in each; without an argument all of
them. tpe.json takes about ten minutes.

Needs: pip install scipy==1.17.1 optuna==5.0.0
"""

import itertools
import json
import math
import pathlib
import sys
import warnings

import numpy as np
import optuna
import scipy
from scipy import stats

HERE = pathlib.Path(__file__).parent
warnings.filterwarnings("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)


def write(name, content):
    versions = {"scipy": scipy.__version__, "numpy": np.__version__, "optuna": optuna.__version__}
    (HERE / f"{name}.json").write_text(json.dumps({**versions, **content}, separators=(",", ":")) + "\n")


def sobol():
    """The first 64 points of 64 dimensions, times 2**6: whole numbers. And one late point."""
    points = stats.qmc.Sobol(64, scramble=False, bits=32).random(64)
    late = stats.qmc.Sobol(64, scramble=False, bits=32)
    late.fast_forward(123_456)
    write("sobol", {"points": (points * 64).astype(int).tolist(), "late": {"n": 123_456, "point": late.random(1)[0].tolist()}})


class Exact:
    """A bootstrap distribution of all n ** n resamples, in place of a result of scipy's."""

    def __init__(self, values):
        n = len(values)
        self.bootstrap_distribution = np.array([np.mean(each) for each in itertools.product(values, repeat=n)])


def power(n, effect):
    """The power of a two-sided paired t-test at 0.05 for a difference of `effect` standard deviations."""
    critical = stats.t.ppf(0.975, n - 1)
    return 1 - stats.nct.cdf(critical, n - 1, effect * math.sqrt(n)) + stats.nct.cdf(-critical, n - 1, effect * math.sqrt(n))


def statistics():
    rng = np.random.default_rng(0)
    samples = {
        "accuracies of five seeds": [881, 886, 879, 884, 882],
        "skewed": [10, 20, 15, 90, 12],
        "two values": [1, 2],
        "ties": [1, 1, 2, 2, 3],
        "around zero": [-30, 20, 10, -10, 40, 5],
        "seven": (1000 * rng.normal(1, 1, 7)).round().tolist(),
    }
    # Whole numbers: their sums are exact, so that equal means are equal numbers.
    bootstrap = []
    for title, values in samples.items():
        for level in [0.9, 0.95]:
            interval = stats.bootstrap(
                (np.array(values),), np.mean, method="BCa", n_resamples=0, confidence_level=level,
                bootstrap_result=Exact(values), vectorized=True,
            ).confidence_interval
            bootstrap.append({"title": title, "values": values, "level": level, "low": interval.low, "high": interval.high})
    large = rng.gamma(2, 1, 30).round(3).tolist()
    interval = stats.bootstrap((np.array(large),), np.mean, method="BCa", n_resamples=1_000_000, batch=10_000, rng=rng).confidence_interval
    drawn = {"values": large, "level": 0.95, "low": interval.low, "high": interval.high}

    flips = []
    for title, values in {**samples, "sixteen": rng.normal(0.3, 1, 16).round(3).tolist()}.items():
        test = stats.permutation_test((np.array(values),), np.mean, permutation_type="samples", n_resamples=np.inf, vectorized=True)
        flips.append({"title": title, "values": values, "p": float(test.pvalue)})
    many = rng.normal(0.35, 1, 40).round(3).tolist()
    test = stats.permutation_test((np.array(many),), np.mean, permutation_type="samples", n_resamples=1_000_000, batch=10_000, rng=rng, vectorized=True)

    seeds = []
    for effect in [0.3, 0.5, 0.8, 1.0, 1.3]:
        n = next(n for n in itertools.count(2) if power(n, effect) >= 0.8)
        seeds.append({"effect": effect, "n": n})
    points = [-37.0, -10.0, -3.5, -3.0, -2.999, -1.0, -1e-8, 0.0, 0.3, 2.5, 3.1, 6.0]
    quantiles = [1e-300, 1e-20, 1e-5, 0.025, 0.3, 0.5, 0.8, 0.975, 1 - 1e-9]
    write("statistics", {
        "bootstrap": bootstrap,
        "drawn": drawn,
        "flips": flips,
        "drawnFlip": {"values": many, "p": float(test.pvalue)},
        "seeds": seeds,
        "normal": {
            "cdf": [[x, float(stats.norm.cdf(x))] for x in points],
            "ppf": [[p, float(stats.norm.ppf(p))] for p in quantiles],
        },
    })


HARTMANN_A = np.array([[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]])
HARTMANN_P = 1e-4 * np.array([
    [1312, 1696, 5569, 124, 8283, 5886], [2329, 4135, 8307, 3736, 1004, 9991],
    [2348, 1451, 3522, 2883, 3047, 6650], [4047, 8828, 8732, 5743, 1091, 381],
])


def branin(x, y):
    return (y - 5.1 / (4 * math.pi**2) * x**2 + 5 / math.pi * x - 6) ** 2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


def hartmann(x):
    return -float(np.array([1, 1.2, 3, 3.2]) @ np.exp(-(HARTMANN_A * (np.array(x) - HARTMANN_P) ** 2).sum(1)))


def mixed(kind, rate, layers, momentum):
    """What a training run is like: the best rate depends on the optimizer, and momentum exists for one of them."""
    center = {"adamw": -3, "sgd": -1, "rmsprop": -3.5}[kind]
    base = {"adamw": 0.1, "sgd": 0.05, "rmsprop": 0.3}[kind]
    bonus = (momentum - 0.9) ** 2 if kind == "sgd" else 0
    return base + 0.2 * (math.log10(rate) - center) ** 2 + 0.02 * abs(layers - 4) + bonus


def draw(u):
    """Noise of the trial's number, the same in both languages."""
    return 2 * ((u * 0.6180339887498949) % 1) - 1


# name: (objective(trial) -> (value told, true value), best, trials)
PROBLEMS = {
    "branin": (lambda t: (branin(t.suggest_float("x", -5, 10), t.suggest_float("y", 0, 15)),) * 2, 0.39788735772973816, 60),
    "hartmann6": (lambda t: (hartmann([t.suggest_float(f"x{i}", 0, 1) for i in range(6)]),) * 2, -3.322368011391339, 100),
    "rosenbrock": (
        lambda t: ((lambda x, y: 100 * (y - x * x) ** 2 + (1 - x) ** 2)(t.suggest_float("x", -2, 2), t.suggest_float("y", -1, 3)),) * 2,
        0, 60,
    ),
    "mixed": (
        lambda t: (
            (lambda kind: mixed(
                kind, t.suggest_float("rate", 1e-6, 1, log=True), t.suggest_int("layers", 1, 8),
                t.suggest_float("momentum", 0, 0.99) if kind == "sgd" else None,
            ))(t.suggest_categorical("kind", ["adamw", "sgd", "rmsprop"])),
        ) * 2,
        0.05, 60,
    ),
    "noisy": (
        lambda t: (lambda true: (true + 5 * draw(t.number), true))(branin(t.suggest_float("x", -5, 10), t.suggest_float("y", 0, 15))),
        0.39788735772973816, 60,
    ),
}


def tpe():
    content = {}
    for name, (objective, best, trials) in PROBLEMS.items():
        regrets = []
        for seed in range(20):
            true = {}

            def run(trial):
                told, true[trial.number] = objective(trial)
                return told

            study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
            study.optimize(run, n_trials=trials)
            # Simple regret: of the trial that looks best, by its value without noise.
            regrets.append(true[study.best_trial.number] - best)
        content[name] = {"trials": trials, "best": best, "regrets": regrets}
        print(name, np.mean(regrets), np.std(regrets, ddof=1), file=sys.stderr)
    write("tpe", {"problems": content})


if __name__ == "__main__":
    for name in sys.argv[1:] or ["sobol", "statistics", "tpe"]:
        {"sobol": sobol, "statistics": statistics, "tpe": tpe}[name]()
