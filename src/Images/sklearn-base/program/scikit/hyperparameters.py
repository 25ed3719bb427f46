"""SageMaker sends every hyperparameter as text; estimators want numbers, flags and None."""
import ast
import inspect
import json

from .errors import UserError


def load(path):
    if not path.exists():
        return {}
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as e:
        raise UserError(f"hyperparameters.json is not JSON: {e}") from e
    # A tuning job adds names of its own, such as _tuning_objective_metric.
    return {str(k): parse(v) for k, v in values.items() if not str(k).startswith("_tuning_")}


def parse(text):
    """'10' -> 10, '0.5' -> 0.5, 'true' -> True, 'none' -> None, '[1, 2]' -> [1, 2]; anything else stays text."""
    if not isinstance(text, str):
        return text
    word = text.strip()
    constants = {"true": True, "false": False, "none": None, "null": None}
    if word.lower() in constants:
        return constants[word.lower()]
    try:
        return ast.literal_eval(word)
    except (ValueError, SyntaxError):
        return text


def take(values, name, default, kind):
    """Removes one of the container's own settings from the values and checks its kind."""
    value = values.pop(name, default)
    try:
        return kind(value)
    except (TypeError, ValueError) as e:
        raise UserError(f"hyperparameter '{name}' must be {kind.__name__}, not {value!r}") from e


def build(estimator_class, values, prefix=""):
    """An estimator with these parameters; a name that it does not take is an error that lists what it takes."""
    known = [p for p in inspect.signature(estimator_class.__init__).parameters if p not in ("self", "args", "kwargs")]
    for name in values:
        if name.split("__")[0] not in known:
            raise UserError(f"hyperparameter '{prefix}{name}' is not known: "
                            f"{estimator_class.__name__} takes {', '.join(sorted(known))}")
    return estimator_class().set_params(**values)
