"""
`train`: reads the channels, fits each algorithm, scores it and leaves the model in /opt/ml/model.

Channels: `train` or `training` (else the only one there is); `validation` or `test` for the scores, else a part of
the training rows is held back. The container's own hyperparameters: target, validation_fraction, folds, random_state.
Metrics are log lines `metric NAME=VALUE`, for a training job's MetricDefinitions.
"""
import json
import time
import traceback

import joblib
import sklearn
from sklearn.base import is_classifier
from sklearn.model_selection import cross_val_score, train_test_split

from . import data, definition, evaluation, hyperparameters, paths, signature
from .errors import UserError


def run():
    """0, or 1 with the reason in /opt/ml/output/failure."""
    try:
        train()
        return 0
    except UserError as e:
        return _fail(str(e))
    except Exception as e:  # the platform shows this text to the author: a trace alone would say nothing
        traceback.print_exc()
        return _fail(f"{type(e).__name__}: {e}")


def train():
    values = hyperparameters.load(paths.config("hyperparameters.json"))
    target = values.pop("target", 0)
    fraction = hyperparameters.take(values, "validation_fraction", 0.2, float)
    folds = hyperparameters.take(values, "folds", 5, int)
    seed = hyperparameters.take(values, "random_state", 42, int)
    estimators, default = definition.algorithms(values)

    learn, check = _tables(target, fraction, seed, any(map(is_classifier, estimators.values())))
    print(f"training on {len(learn.target)} rows, {learn.features.shape[1]} features; "
          f"validating on {len(check.target)} rows; scikit-learn {sklearn.__version__}")
    scores = {}
    details = {}
    for name, estimator in estimators.items():
        prefix = "" if name == definition.SINGLE else name + "_"
        if "random_state" in estimator.get_params() and estimator.get_params()["random_state"] is None:
            estimator.set_params(random_state=seed)  # the same upload gives the same model
        _cross_validate(estimator, learn, folds, prefix)
        start = time.monotonic()
        estimator.fit(learn.features, learn.target)
        print(f"{type(estimator).__name__} fitted in {time.monotonic() - start:.3f} s")
        found, details[name] = evaluation.evaluate(estimator, check)
        for metric, value in found.items():
            scores[prefix + metric] = value
            print(f"metric {prefix}{metric}={value:.6f}")
    _save(estimators, default, learn, scores, details)


def _tables(target, fraction, seed, stratify):
    channels = paths.channels()
    if not channels:
        raise UserError("there is no training data: give the job an input channel 'train'")
    name = next((n for n in ("train", "training") if n in channels), next(iter(channels)))
    learn = data.load(channels[name], target)
    other = next((n for n in ("validation", "test") if n in channels and n != name), None)
    if other:
        check = data.load(channels[other], target)
        if check.features.shape[1] != learn.features.shape[1]:
            raise UserError(f"channel '{other}' has {check.features.shape[1]} features, '{name}' has {learn.features.shape[1]}")
        return learn, check
    if not 0 < fraction < 1:
        raise UserError(f"hyperparameter 'validation_fraction' must be between 0 and 1, not {fraction}")
    try:
        parts = train_test_split(learn.features, learn.target, test_size=fraction, random_state=seed,
                                 stratify=learn.target if stratify else None)
    except ValueError as e:
        raise UserError(f"the rows cannot be split into training and validation: {e}") from e
    return (data.Table(parts[0], parts[2], learn.names, learn.target_name),
            data.Table(parts[1], parts[3], learn.names, learn.target_name))


def _cross_validate(estimator, table, folds, prefix):
    if folds < 2 or len(table.target) < folds * 2:
        return
    for score in cross_val_score(estimator, table.features, table.target, cv=folds, error_score="raise"):
        print(f"metric {prefix}fold_score={score:.6f}")


def _save(estimators, default, learn, scores, details):
    folder = paths.model()
    folder.mkdir(parents=True, exist_ok=True)
    for name, estimator in estimators.items():
        joblib.dump(estimator, folder / f"{name}.joblib")
    described = signature.describe(estimators, default, learn)
    report = {"metrics": scores, "algorithms": details, "rows": len(learn.target), "sklearn": sklearn.__version__}
    for place in (folder, paths.output() / "data"):
        place.mkdir(parents=True, exist_ok=True)
        (place / "signature.json").write_text(json.dumps(described, indent=2), encoding="utf-8")
        (place / "evaluation.json").write_text(json.dumps(report, indent=2), encoding="utf-8")
    print(f"saved {', '.join(estimators)}")


def _fail(message):
    print(f"training failed: {message}")
    try:
        paths.output().mkdir(parents=True, exist_ok=True)
        (paths.output() / "failure").write_text(message, encoding="utf-8")
    except OSError as e:
        print(f"the reason could not be written: {e}")
    return 1
