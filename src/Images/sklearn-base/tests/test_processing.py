import io
import json
import tarfile

import pytest

from scikit import processing, train


def test_evaluate_writes_the_confusion_of_each_algorithm(job, monkeypatch):
    rows = ["label,a,b"] + [f"{'x' if i % 2 else 'y'},{i % 2},{i}" for i in range(40)]
    job(rows, estimator="sklearn.tree.DecisionTreeClassifier", target="label", _tuning_objective_metric="accuracy")
    assert train.run() == 0
    validation = job.root / "processing" / "validation"
    validation.mkdir(parents=True)
    (validation / "rows.csv").write_text("\n".join([*rows, "x,0,98"]), encoding="utf-8")
    model = job.root / "processing" / "model"
    model.mkdir()
    with tarfile.open(model / "model.tar.gz", "w:gz") as archive:  # as SageMaker hands it over
        archive.add(job.root / "model", arcname=".")
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


@pytest.mark.parametrize("newer", [True, False])
def test_evaluate_of_an_archive_that_reaches_out_writes_nothing_there(job, monkeypatch, newer):
    if not newer:
        monkeypatch.delattr(tarfile, "data_filter", raising=False)
    model = job.root / "processing" / "model"
    model.mkdir(parents=True)
    (job.root / "output").mkdir()
    with tarfile.open(model / "model.tar.gz", "w:gz") as archive:
        member = tarfile.TarInfo("../outside.txt")
        member.size = 3
        archive.addfile(member, io.BytesIO(b"bad"))
    with pytest.raises((processing.UserError, tarfile.TarError)):
        processing.evaluate(model, job.root, 0)
    assert not list(job.root.parent.rglob("outside.txt"))
