"""
Which estimators an image trains.

An image made from this one may add /opt/program/model.py with

    ALGORITHMS = {"name": EstimatorClass, ...}     # trained in one job, served behind one endpoint
    DEFAULT = "name"                               # answers where a request names none

Without it there is one algorithm, whose class the hyperparameter `estimator` names
(`sklearn.ensemble.RandomForestClassifier`, or a class of a module beside main.py).
"""
import importlib
import importlib.util
import inspect

from . import hyperparameters
from .errors import UserError

SINGLE = "model"


def algorithms(values):
    """Takes the algorithms' hyperparameters out of the values. Answers ({name: estimator}, the default's name)."""
    if importlib.util.find_spec("model") is None:
        return {SINGLE: _single(values)}, SINGLE
    module = importlib.import_module("model")
    classes = module.ALGORITHMS
    own = {name: {} for name in classes}
    for key in list(values):
        # The longest name that fits: with "forest" and "forest_deep", "forest_deep_n" belongs to the second.
        name = max((n for n in classes if key.startswith(n + "_")), key=len, default=None)
        if name is None:
            raise UserError(f"hyperparameter '{key}' is not known: names start with "
                            + " or ".join(f"{n}_" for n in classes))
        own[name][key[len(name) + 1:]] = values.pop(key)
    built = {name: hyperparameters.build(cls, own[name], name + "_") for name, cls in classes.items()}
    return built, getattr(module, "DEFAULT", next(iter(classes)))


def _single(values):
    dotted = values.pop("estimator", None)
    if not dotted:
        raise UserError("hyperparameter 'estimator' is missing: name a class such as sklearn.ensemble.RandomForestClassifier")
    module, _, name = str(dotted).rpartition(".")
    try:
        cls = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as e:
        raise UserError(f"hyperparameter 'estimator': there is no {dotted} ({e})") from e
    if not (inspect.isclass(cls) and hasattr(cls, "fit") and hasattr(cls, "predict")):
        raise UserError(f"hyperparameter 'estimator': {dotted} is no estimator with fit and predict")
    return hyperparameters.build(cls, dict(values))
