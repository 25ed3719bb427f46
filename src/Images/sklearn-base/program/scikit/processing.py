"""
`evaluate`: a processing job that asks a trained model about rows whose labels are known, and counts who was taken for whom.

Inputs, below /opt/ml/processing: `model` (the training job's model.tar.gz, or the files it holds) and `validation` (CSV as for
training). The variable TARGET names the label's column: its name or index, 0 where it is not given.
Output: `evaluation/evaluation.json`, {"rows": N, "algorithms": {NAME: {"metrics": {...}, "classes": [...], "confusion": [[...]]}}};
a row of `confusion` is the true class, a column the predicted one. The first words of the result are the job's exit message.
"""
import json
import os
import tarfile
import tempfile
from pathlib import Path

import joblib

from . import data, evaluation, paths
from .errors import UserError


def run():
    """0, or 1 with the reason in the exit message."""
    try:
        report = evaluate(paths.processing("model"), paths.processing("validation"), os.environ.get("TARGET", 0))
    except UserError as e:
        print(f"evaluation failed: {e}")
        _say(str(e))
        return 1
    folder = paths.processing("evaluation")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "evaluation.json").write_text(json.dumps(report, indent=2), encoding="utf-8")
    _say(f"{report['rows']} rows: " + "; ".join(
        f"{name} " + ", ".join(f"{metric} {value:.4f}" for metric, value in found["metrics"].items())
        for name, found in report["algorithms"].items()))
    print(json.dumps(report))
    return 0


def evaluate(model, validation, target):
    with tempfile.TemporaryDirectory() as scratch:
        folder = _unpacked(model, Path(scratch))
        try:
            signature = json.loads((folder / "signature.json").read_text(encoding="utf-8"))
        except FileNotFoundError as e:
            raise UserError("the model holds no signature.json: it is no model of this image") from e
        table = data.load(validation, target)
        if table.features.shape[1] != len(signature["features"]):
            raise UserError(f"the data has {table.features.shape[1]} features, the model takes {len(signature['features'])}")
        found = {}
        for name in signature["algorithms"]:
            scores, details = evaluation.evaluate(joblib.load(folder / f"{name}.joblib"), table)
            found[name] = {"metrics": scores, **details}
    return {"rows": len(table.target), "algorithms": found}


def _unpacked(folder, scratch):
    archives = sorted(folder.rglob("*.tar.gz")) if folder.is_dir() else []
    if not archives:
        return folder
    with tarfile.open(archives[0]) as archive:
        if hasattr(tarfile, "data_filter"):
            archive.extractall(scratch, filter="data")
        else:  # Python before 3.11.4
            archive.extractall(scratch, members=_plain(archive, scratch.resolve()))
    return scratch


def _plain(archive, scratch):
    """Files and folders that stay below the folder; a model holds nothing else."""
    for member in archive.getmembers():
        if not (member.isfile() or member.isdir()) or not (scratch / member.name).resolve().is_relative_to(scratch):
            raise UserError(f"the model's archive holds {member.name}, which is no file below its own folder")
        yield member


def _say(message):
    paths.output().mkdir(parents=True, exist_ok=True)
    (paths.output() / "message").write_text(message[:1024], encoding="utf-8")
