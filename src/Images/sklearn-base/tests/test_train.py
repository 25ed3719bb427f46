import json
import re

import pytest

from scikit import train

TREE = "sklearn.tree.DecisionTreeClassifier"


def test_any_classifier_is_trained_scored_and_described(job, iris_rows, capsys):
    job(iris_rows, estimator="sklearn.ensemble.RandomForestClassifier", n_estimators=20, max_depth="none")
    assert train.run() == 0
    accuracy = float(re.search(r"^metric accuracy=([0-9.]+)$", capsys.readouterr().out, re.M).group(1))
    assert accuracy >= 0.85
    signature = json.loads((job.root / "model" / "signature.json").read_text())
    assert signature["classes"] == ["setosa", "versicolor", "virginica"]
    assert [f["name"] for f in signature["features"]] == ["sepal_length", "sepal_width", "petal_length", "petal_width"]
    assert json.loads((job.root / "output" / "data" / "evaluation.json").read_text())["metrics"]["accuracy"] == pytest.approx(accuracy, abs=1e-6)


def test_a_regressor_reports_regression_metrics(job, capsys):
    rows = [f"{2 * x + y},{x},{y}" for x in range(12) for y in range(12)]
    job(rows, estimator="sklearn.linear_model.LinearRegression")
    assert train.run() == 0
    out = capsys.readouterr().out
    assert float(re.search(r"metric r2=([0-9.]+)", out).group(1)) > 0.99 and "metric rmse=" in out


def test_the_validation_channel_is_used_where_there_is_one(job, iris_rows, capsys):
    job(iris_rows, estimator=TREE)
    job(iris_rows[:31], channel="validation", estimator=TREE)
    assert train.run() == 0
    assert "training on 150 rows, 4 features; validating on 30 rows" in capsys.readouterr().out


@pytest.mark.parametrize("values, reason", [
    ({}, "hyperparameter 'estimator' is missing"),
    ({"estimator": "sklearn.tree.Oak"}, "there is no sklearn.tree.Oak"),
    ({"estimator": "json.JSONDecoder"}, "is no estimator"),
    ({"estimator": TREE, "depth": 3}, "hyperparameter 'depth' is not known: DecisionTreeClassifier takes"),
    ({"estimator": TREE, "max_depth": "deep"}, "max_depth"),
    ({"estimator": TREE, "target": "colour"}, "no column 'colour'"),
    ({"estimator": TREE, "validation_fraction": 2}, "between 0 and 1"),
])
def test_a_broken_hyperparameter_is_named_in_the_failure_file(job, iris_rows, values, reason):
    job(iris_rows, **values)
    assert train.run() == 1
    assert reason in job.failure()


@pytest.mark.parametrize("rows, reason", [
    (["a,1,2", "b,1,x"] * 5, "line 2, column 3: 'x' is no number"),
    (["a,1,2", "b,1"] * 5, "line 2: 2 columns where the first row has 3"),
    ([""], "holds no rows"),
])
def test_broken_data_is_named_with_its_line(job, rows, reason):
    job(rows, estimator=TREE)
    assert train.run() == 1
    assert reason in job.failure()


def test_no_data_at_all_says_which_channel_to_give(job):
    job(["a,1"], estimator=TREE)
    (job.root / "input" / "data" / "train" / "data.csv").unlink()
    assert train.run() == 1
    assert "give the job an input channel 'train'" in job.failure()


def test_the_same_upload_gives_the_same_model(job, iris_rows, capsys):
    runs = []
    for _ in range(2):
        job(iris_rows, estimator="sklearn.ensemble.RandomForestClassifier", n_estimators=10)
        assert train.run() == 0
        runs.append(re.findall(r"^metric .*$", capsys.readouterr().out, re.M))
    assert runs[0] == runs[1]
