import json
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "program"))


@pytest.fixture
def job(tmp_path, monkeypatch):
    """A training job's folder: job(rows, **hyperparameters) writes it; job.root is /opt/ml."""
    monkeypatch.setenv("SAGEMAKER_BASE_DIR", str(tmp_path))

    def write(rows, channel="train", **values):
        folder = tmp_path / "input" / "data" / channel
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "data.csv").write_text("\n".join(rows), encoding="utf-8")
        config = tmp_path / "input" / "config"
        config.mkdir(parents=True, exist_ok=True)
        (config / "hyperparameters.json").write_text(json.dumps({k: str(v) for k, v in values.items()}), encoding="utf-8")

    write.root = tmp_path
    write.failure = lambda: (tmp_path / "output" / "failure").read_text(encoding="utf-8")
    return write


@pytest.fixture(scope="session")
def iris_rows():
    from sklearn.datasets import load_iris
    iris = load_iris()
    return ["species,sepal_length,sepal_width,petal_length,petal_width"] + [
        f"{iris.target_names[t]},{','.join(map(str, x))}" for x, t in zip(iris.data, iris.target)]
