"""The dispatcher on top of the base image's program, laid together as its Dockerfile does."""
import json
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

IMAGES = pathlib.Path(__file__).parents[2]


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    folder = tmp_path_factory.mktemp("opt") / "program"
    shutil.copytree(IMAGES / "sklearn-base" / "program", folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(IMAGES / "dispatcher" / "model.py", folder)
    return folder


def run(program, *arguments, base=None):
    env = {**os.environ, **({"SAGEMAKER_BASE_DIR": str(base)} if base else {})}
    return subprocess.run([sys.executable, program / "main.py", *arguments], env=env, capture_output=True, text=True, timeout=120)


def train(program, base, **values):
    from sklearn.datasets import load_iris
    iris = load_iris()
    data = base / "input" / "data" / "train"
    data.mkdir(parents=True)
    rows = (f"{iris.target_names[t]},{','.join(map(str, x))}" for x, t in zip(iris.data, iris.target))
    (data / "iris.csv").write_text("\n".join(rows))
    (base / "input" / "config").mkdir(parents=True)
    (base / "input" / "config" / "hyperparameters.json").write_text(json.dumps(values))
    return run(program, "train", base=base)


def test_both_algorithms_are_trained_in_one_job_each_with_its_own_hyperparameters(program, tmp_path):
    done = train(program, tmp_path, logistic_max_iter="300", logistic_C="0.5", random_forest_n_estimators="7")
    assert done.returncode == 0, done.stdout
    assert "metric logistic_accuracy=" in done.stdout and "metric random_forest_accuracy=" in done.stdout
    import joblib
    assert joblib.load(tmp_path / "model" / "logistic.joblib").C == 0.5
    assert joblib.load(tmp_path / "model" / "random_forest.joblib").n_estimators == 7


def test_a_hyperparameter_of_neither_algorithm_fails_the_job_and_names_both_prefixes(program, tmp_path):
    done = train(program, tmp_path, svm_C="1")
    assert done.returncode == 1
    assert (tmp_path / "output" / "failure").read_text() == (
        "hyperparameter 'svm_C' is not known: names start with logistic_ or random_forest_")


def test_the_custom_attributes_choose_the_algorithm(program, tmp_path):
    assert train(program, tmp_path, logistic_max_iter="300", random_forest_n_estimators="10").returncode == 0
    script = """
import io, json, sys
sys.path.insert(0, sys.argv[1])
from scikit.handler import application
app = application()
for word in ["", "logistic", "random_forest", "algorithm=random_forest", json.dumps({"algorithm": "logistic"})]:
    status, _, body, headers = app.answer({"PATH_INFO": "/invocations", "REQUEST_METHOD": "POST", "CONTENT_TYPE": "text/csv",
        "CONTENT_LENGTH": "15", "wsgi.input": io.BytesIO(b"4.6,3.1,1.5,0.2"), "HTTP_X_AMZN_SAGEMAKER_CUSTOM_ATTRIBUTES": word})
    answer = json.loads(body)
    print(status, answer["algorithm"], answer["predictions"][0]["label"], dict(headers)["X-Amzn-SageMaker-Custom-Attributes"])
"""
    out = subprocess.run([sys.executable, "-c", script, program], env={**os.environ, "SAGEMAKER_BASE_DIR": str(tmp_path)},
                         capture_output=True, text=True, timeout=60, check=True).stdout.splitlines()
    chosen = ["logistic", "logistic", "random_forest", "random_forest", "logistic"]
    assert out == [f"200 {c} setosa algorithm={c}" for c in chosen]


def test_the_image_checks_itself(program):
    done = run(program, "test")
    assert done.returncode == 0 and "the image trains and answers" in done.stdout
