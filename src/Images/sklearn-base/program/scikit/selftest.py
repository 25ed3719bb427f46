"""`test`: trains on the iris data that scikit-learn ships and asks the model, all in a temporary folder."""
import io
import json
import os
import tempfile

from sklearn.datasets import load_iris

from . import paths, train
from .definition import SINGLE


def run():
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SAGEMAKER_BASE_DIR"] = folder
        _prepare()
        if train.run() != 0:
            return 1
        from .handler import Application, Model
        app = Application(Model(paths.model()))
        for algorithm in app.model.estimators:
            status, _, body, _ = app.answer({
                "PATH_INFO": "/invocations", "REQUEST_METHOD": "POST", "CONTENT_TYPE": "text/csv",
                "CONTENT_LENGTH": "15", "wsgi.input": io.BytesIO(b"4.6,3.1,1.5,0.2"),
                "HTTP_X_AMZN_SAGEMAKER_CUSTOM_ATTRIBUTES": "" if algorithm == SINGLE else algorithm})
            label = json.loads(body).get("predictions", [{}])[0].get("label")
            if status != 200 or label != "setosa":
                print(f"{algorithm} answered {status} {body!r} where setosa was right")
                return 1
    print("the image trains and answers")
    return 0


def _prepare():
    iris = load_iris()
    channel = paths.base() / "input" / "data" / "train"
    channel.mkdir(parents=True)
    rows = (f"{iris.target_names[t]},{','.join(map(str, x))}" for x, t in zip(iris.data, iris.target))
    (channel / "iris.csv").write_text("\n".join(rows), encoding="utf-8")
    paths.config("").mkdir(parents=True)
    try:
        import model  # noqa: F401  an image with its own algorithms takes their defaults
        values = {}
    except ImportError:
        values = {"estimator": "sklearn.linear_model.LogisticRegression", "max_iter": "1000"}
    paths.config("hyperparameters.json").write_text(json.dumps(values), encoding="utf-8")
