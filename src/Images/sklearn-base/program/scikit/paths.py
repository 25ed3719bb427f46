"""SageMaker's folders. SAGEMAKER_BASE_DIR moves them, for a run without a container."""
import os
import pathlib


def base():
    return pathlib.Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))


def config(name):
    return base() / "input" / "config" / name


def channels():
    """The channels that hold files, by name."""
    root = base() / "input" / "data"
    if not root.is_dir():
        return {}
    return {p.name: p for p in sorted(root.iterdir()) if p.is_dir() and any(p.rglob("*"))}


def model():
    return base() / "model"


def processing(name):
    return base() / "processing" / name


def output():
    return base() / "output"
