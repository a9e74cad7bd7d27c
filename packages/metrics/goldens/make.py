"""The results of torchmetrics and scikit-learn, for the tests of this package.

Usage: python goldens/make.py

Writes classification.json, roc-auc.json and regression.json beside itself, with the versions in each. Outputs are
float32 values. torchmetrics computes in float32, scikit-learn in float64. JSON has no NaN: it is the string "NaN".

Needs: pip install torch==2.15.0 torchmetrics==1.9.0 scikit-learn==1.9.1
"""

import json
import math
import pathlib
import warnings

import numpy as np
import sklearn
import torch
import torchmetrics
from sklearn import metrics as sk
from torchmetrics import classification as tm

HERE = pathlib.Path(__file__).parent
AVERAGES = ["micro", "macro", "weighted", "none"]
NAN = float("nan")

warnings.filterwarnings("ignore")


def plain(value):
    """A tensor, an array or a number as JSON keeps it."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def write(name, cases):
    versions = {"torch": torch.__version__, "torchmetrics": torchmetrics.__version__, "sklearn": sklearn.__version__}
    content = {**versions, "cases": [plain(case) for case in cases]}
    (HERE / f"{name}.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")


def classification(title, classes, labels, logits=None, predicted=None, ignore_index=None, top_k=()):
    labels = torch.tensor(labels)
    preds = torch.tensor(logits, dtype=torch.float32) if logits is not None else torch.tensor(predicted)
    counted = np.ones(len(labels), bool) if ignore_index is None else (labels != ignore_index).numpy()
    chosen = (preds.argmax(1) if logits is not None else preds).numpy()[counted]
    truth = labels.numpy()[counted]
    options = {"num_classes": classes, "ignore_index": ignore_index}
    every = list(range(classes))

    def torch_scores(zero_division):
        kinds = {"precision": tm.MulticlassPrecision, "recall": tm.MulticlassRecall, "f1": tm.MulticlassF1Score}
        return {
            name: {a: kind(**options, average=a, zero_division=zero_division)(preds, labels) for a in AVERAGES}
            for name, kind in kinds.items()
        }

    def sklearn_scores(zero_division):
        kinds = {"precision": sk.precision_score, "recall": sk.recall_score, "f1": sk.f1_score}
        return {
            name: {
                # Without labels, scikit-learn leaves absent classes out of the mean, as torchmetrics does.
                a: kind(truth, chosen, average=None, labels=every, zero_division=zero_division)
                if a == "none"
                else kind(truth, chosen, average=a, zero_division=zero_division)
                for a in AVERAGES
            }
            for name, kind in kinds.items()
        }

    return {
        "title": title,
        "classes": classes,
        "labels": labels,
        "logits": None if logits is None else preds,
        "predicted": predicted,
        "ignoreIndex": ignore_index,
        "torchmetrics": {
            "accuracy": tm.MulticlassAccuracy(**options, average="micro")(preds, labels),
            "topK": [
                {"k": k, "accuracy": tm.MulticlassAccuracy(**options, average="micro", top_k=k)(preds, labels)}
                for k in top_k
            ],
            "confusionMatrix": {
                str(normalize).lower(): tm.MulticlassConfusionMatrix(**options, normalize=normalize)(preds, labels)
                for normalize in (None, "true", "pred", "all")
            },
            "scores": [{"zeroDivision": z, **torch_scores(z)} for z in (0, 1)],
        },
        "sklearn": {
            "accuracy": sk.accuracy_score(truth, chosen),
            "confusionMatrix": {
                str(normalize).lower(): sk.confusion_matrix(truth, chosen, labels=every, normalize=normalize)
                for normalize in (None, "true", "pred", "all")
            },
            "scores": [{"zeroDivision": z, **sklearn_scores(z)} for z in (0, 1, NAN)],
        },
    }


def roc_auc(title, classes, labels, scores, ignore_index=None, from_logits=False, torch_too=True):
    labels = np.array(labels)
    scores = np.array(scores, np.float32)
    counted = np.ones(len(labels), bool) if ignore_index is None else labels != ignore_index
    truth, given = labels[counted], scores[counted].astype(np.float64)
    if from_logits:
        exponentials = np.exp(given - given.max(1, keepdims=True))
        given = exponentials / exponentials.sum(1, keepdims=True)
    case = {"title": title, "classes": classes, "labels": labels, "scores": scores}
    case |= {"ignoreIndex": ignore_index, "fromLogits": from_logits}
    preds, target = torch.tensor(given, dtype=torch.float32), torch.tensor(truth)
    if scores.ndim == 1:
        case["sklearn"] = {"macro": sk.roc_auc_score(truth, given)}
        if torch_too:
            case["torchmetrics"] = {"macro": tm.BinaryAUROC()(preds, target)}
        return case
    each = [sk.roc_auc_score(truth == c, given[:, c]) for c in range(classes)]
    if np.isnan(each).any():
        # scikit-learn refuses an absent class of several; NaN is what its average of the binary ones gives.
        case["sklearn"] = {"none": each, "macro": NAN, "weighted": NAN}
    else:
        case["sklearn"] = {"none": each} | {
            a: sk.roc_auc_score(truth, given, multi_class="ovr", average=a) for a in ("macro", "weighted")
        }
    if torch_too:
        case["torchmetrics"] = {
            a: tm.MulticlassAUROC(classes, average=a)(preds, target) for a in ("macro", "weighted", "none")
        }
    return case


def regression(title, labels, outputs):
    y, x = np.array(labels, np.float32), np.array(outputs, np.float32)
    target, preds = torch.tensor(y), torch.tensor(x)
    y64, x64 = y.astype(np.float64), x.astype(np.float64)
    case = {"title": title, "labels": y, "outputs": x}
    case["sklearn"] = {
        "mse": sk.mean_squared_error(y64, x64),
        "rmse": math.sqrt(np.mean((y64 - x64) ** 2)),
        "mae": sk.mean_absolute_error(y64, x64),
        "r2": sk.r2_score(y64, x64),
    }
    case["torchmetrics"] = {
        "mse": torchmetrics.MeanSquaredError()(preds, target),
        "rmse": torchmetrics.MeanSquaredError(squared=False)(preds, target),
        "mae": torchmetrics.MeanAbsoluteError()(preds, target),
        **({"r2": torchmetrics.R2Score()(preds, target)} if len(y) > 1 else {}),
    }
    return case


rng = np.random.default_rng(0)


def normals(*shape):
    return rng.normal(size=shape).astype(np.float32).tolist()


def classes_of(n, classes):
    return rng.integers(0, classes, n).tolist()


def probabilities(n, classes):
    return torch.softmax(torch.tensor(normals(n, classes)), 1).tolist()


write(
    "classification",
    [
        classification("40 rows of 4 classes", 4, classes_of(40, 4), logits=normals(40, 4), top_k=(1, 2, 3, 4)),
        classification("two classes", 2, classes_of(25, 2), logits=normals(25, 2), top_k=(1, 2)),
        classification("probabilities", 3, classes_of(30, 3), logits=probabilities(30, 3), top_k=(2,)),
        classification("predicted classes", 5, classes_of(60, 5), predicted=classes_of(60, 5)),
        classification("equal logits", 3, [0, 1, 2, 2, 1], logits=[[1, 1, 0], [1, 1, 0], [0, 2, 2], [3, 3, 3], [3, 3, 3]]),
        classification("a class that is neither labelled nor predicted", 4, [0, 1, 3, 0, 3], predicted=[0, 3, 3, 1, 0]),
        classification("a class that is never predicted", 3, [0, 1, 2, 2], predicted=[0, 1, 0, 1]),
        classification("a class that is predicted and never labelled", 3, [0, 1, 1, 0], predicted=[0, 1, 2, 2]),
        classification("rows of a single class, all right", 3, [1, 1, 1], predicted=[1, 1, 1]),
        classification("rows of a single class, all wrong", 3, [1, 1, 1], predicted=[0, 0, 0]),
        classification("one row", 2, [1], logits=[[0.5, -0.5]], top_k=(1, 2)),
        classification(
            "ignored labels, -100", 3, [0, -100, 2, 1, -100, 1, 0, 2], logits=normals(8, 3), ignore_index=-100, top_k=(2,)
        ),
        classification(
            "ignored labels, a class that is predicted too",
            3,
            [0, 1, 2, 2, 0, 1, 1],
            predicted=[0, 2, 2, 1, 1, 1, 0],
            ignore_index=0,
        ),
    ],
)
write(
    "roc-auc",
    [
        roc_auc("50 scores", 2, classes_of(50, 2), normals(50)),
        # In [0, 1], since torchmetrics takes the sigmoid of others, whose rounding makes ties.
        roc_auc("scores with many ties", 2, classes_of(60, 2), (rng.integers(0, 5, 60) / 8).tolist()),
        roc_auc("all scores equal", 2, [0, 1, 1, 0, 1], [0.5] * 5),
        roc_auc("perfect", 2, [0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9]),
        roc_auc("reversed", 2, [1, 1, 0, 0], [0.1, 0.2, 0.8, 0.9]),
        roc_auc("only positives", 2, [1, 1, 1], [0.1, 0.2, 0.3], torch_too=False),
        roc_auc("ignored labels", 2, [0, -1, 1, 1, 0, -1, 1], [0.2, 0.9, 0.4, 0.3, 0.35, 0.1, 0.8], ignore_index=-1),
        roc_auc("probabilities of 3 classes", 3, classes_of(40, 3), probabilities(40, 3)),
        roc_auc(
            "probabilities with ties",
            3,
            classes_of(40, 3),
            [[[0.5, 0.25, 0.25], [0.25, 0.5, 0.25], [0.25, 0.25, 0.5], [0.5, 0.5, 0]][i] for i in rng.integers(0, 4, 40)],
        ),
        roc_auc("logits of 4 classes", 4, classes_of(50, 4), normals(50, 4), from_logits=True),
        roc_auc("a class without labels", 3, [0, 1, 0, 1, 1], probabilities(5, 3), torch_too=False),
    ],
)
write(
    "regression",
    [
        regression("40 values", normals(40), normals(40)),
        regression("good predictions", (y := np.array(normals(30))).tolist(), (y + 0.1 * np.array(normals(30))).tolist()),
        regression("two columns", normals(20, 2), normals(20, 2)),
        regression("labels near 3000", (3000 + np.array(normals(30))).tolist(), (3000 + np.array(normals(30))).tolist()),
        regression("equal labels", [2, 2, 2], [1, 2, 3]),
        regression("equal labels, predicted exactly", [2, 2, 2], [2, 2, 2]),
        regression("predicted exactly", [1, 2, 4], [1, 2, 4]),
        regression("one row", [1.5], [1]),
    ],
)
