"""What a model takes and gives, saved beside it: the playground and the handler read it."""
from sklearn.base import is_classifier

from . import codecs


def describe(estimators, default, table):
    low, high, first = table.features.min(axis=0), table.features.max(axis=0), table.features[0]
    any_one = estimators[default]
    classifier = is_classifier(any_one)
    return {
        "algorithms": list(estimators),
        "default": default,
        "task": "classification" if classifier else "regression",
        "classes": [str(c) for c in any_one.classes_] if classifier else [],
        "features": [{"name": n, "min": float(a), "max": float(b), "example": float(c)}
                     for n, a, b, c in zip(table.names, low, high, first)],
        "target": table.target_name,
        "content_types": list(codecs.CONTENT_TYPES),
        "accept": list(codecs.ACCEPT),
        "sample": ",".join(f"{v:g}" for v in first),
    }
