import json

from scikit import processing, train


def test_evaluate_writes_the_confusion_of_each_algorithm(job, monkeypatch):
    rows = ["label,a,b"] + [f"{'x' if i % 2 else 'y'},{i % 2},{i}" for i in range(40)]
    job(rows, estimator="sklearn.tree.DecisionTreeClassifier", target="label", _tuning_objective_metric="accuracy")
    assert train.run() == 0
    validation = job.root / "processing" / "validation"
    validation.mkdir(parents=True)
    (validation / "rows.csv").write_text("\n".join([*rows, "x,0,98"]), encoding="utf-8")
    (job.root / "model").rename(job.root / "processing" / "model")
    monkeypatch.setenv("TARGET", "label")

    assert processing.run() == 0
    report = json.loads((job.root / "processing" / "evaluation" / "evaluation.json").read_text())
    assert report["rows"] == 41
    assert report["algorithms"]["model"]["classes"] == ["x", "y"]
    assert report["algorithms"]["model"]["confusion"] == [[20, 1], [0, 20]]
    assert (job.root / "output" / "message").read_text().startswith("41 rows: model accuracy 0.97")


def test_evaluate_without_a_model_says_so(job):
    (job.root / "processing" / "model").mkdir(parents=True)
    (job.root / "output").mkdir()
    assert processing.run() == 1
    assert "signature.json" in (job.root / "output" / "message").read_text()
