"""The WSGI application behind SageMaker's endpoint: GET /ping and POST /invocations."""
import json
import sys
import traceback

import joblib
import sklearn

from . import codecs, paths, sessions
from .errors import RequestError

STREAMED = 16  # rows in a piece of an answer in JSON lines
REASONS = {200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable",
           415: "Unsupported Media Type", 500: "Internal Server Error", 503: "Service Unavailable"}
SESSION = "X-Amzn-SageMaker-{}Session-Id"


class Model:
    """The estimators of one model folder, by algorithm."""

    def __init__(self, folder):
        self.signature = json.loads((folder / "signature.json").read_text(encoding="utf-8"))
        self.features = [f["name"] for f in self.signature["features"]]
        self.estimators = {name: joblib.load(folder / f"{name}.joblib") for name in self.signature["algorithms"]}
        for estimator in self.estimators.values():
            if "n_jobs" in estimator.get_params():
                estimator.set_params(n_jobs=None)  # one request, one core: the workers share the machine

    def predict(self, rows, algorithm):
        estimator = self.estimators[algorithm]
        if self.signature["task"] == "regression":
            return {"predictions": [{"label": v} for v in estimator.predict(rows).tolist()], "algorithm": algorithm}
        if not hasattr(estimator, "predict_proba"):
            return {"predictions": [{"label": _plain(v)} for v in estimator.predict(rows)], "algorithm": algorithm}
        names = [str(c) for c in estimator.classes_]
        shares = estimator.predict_proba(rows)
        labels = estimator.classes_[shares.argmax(axis=1)]
        return {"predictions": [{"label": _plain(label), "probabilities": dict(zip(names, row))}
                                for label, row in zip(labels, shares.round(6).tolist())],
                "algorithm": algorithm}

    def choose(self, attributes):
        """`logistic`, `algorithm=logistic` or `{"algorithm": "logistic"}`; the default where nothing is asked."""
        word = (attributes or "").strip()
        if word.startswith("{"):
            try:
                word = str(json.loads(word).get("algorithm", ""))
            except json.JSONDecodeError as e:
                raise RequestError(400, f"the custom attributes are not JSON: {e}") from e
        else:
            pairs = dict(p.split("=", 1) for p in word.replace(";", ",").split(",") if "=" in p)
            word = pairs.get("algorithm", "" if pairs else word).strip()
        if not word:
            return self.signature["default"]
        if word not in self.estimators:
            raise RequestError(400, f"there is no algorithm '{word}': this model has {', '.join(self.estimators)}")
        return word


class Application:
    def __init__(self, model, held=None):
        self.model, self.sessions = model, held

    def __call__(self, environ, start_response):
        status, kind, body, headers = self.answer(environ)
        if isinstance(body, bytes):
            headers, body = [("Content-Length", str(len(body))), *headers], [body]
        start_response(f"{status} {REASONS[status]}", [("Content-Type", kind), *headers])
        return body  # what has no length is sent piece by piece, as it is made

    def answer(self, environ):
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        try:
            if path == "/ping":
                return 200, "application/json", b"{}", []
            if path != "/invocations":
                raise RequestError(404, f"there is no {path}: GET /ping, POST /invocations")
            if method != "POST":
                raise RequestError(405, "send a POST")
            return self.invoke(environ)
        except RequestError as e:
            print(f"refused {e.status}: {e}", file=sys.stderr)
            body = json.dumps({"error": str(e)}).encode()
            return e.status, "application/json", body, []
        except Exception as e:  # one bad request must not take the worker with it
            traceback.print_exc()
            return 500, "application/json", json.dumps({"error": f"{type(e).__name__}: {e}"}).encode(), []

    def invoke(self, environ):
        algorithm = self.model.choose(environ.get("HTTP_X_AMZN_SAGEMAKER_CUSTOM_ATTRIBUTES"))
        accept = codecs.choose_accept(environ.get("HTTP_ACCEPT"))
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length) if length else environ["wsgi.input"].read()
        named = [("X-Amzn-SageMaker-Custom-Attributes", f"algorithm={algorithm}")]
        kind = environ.get("CONTENT_TYPE")
        if session := environ.get("HTTP_X_AMZN_SAGEMAKER_SESSION_ID"):
            rows, said = self.session(session, body, kind)
            named += said
            if rows is None:
                return 200, codecs.JSON, b"{}", named
        else:
            rows = codecs.decode(body, kind, self.model.features)
        if accept == codecs.LINES and len(rows) > STREAMED:
            return 200, accept, self.lines(rows, algorithm), named
        return 200, accept, codecs.encode(self.model.predict(rows, algorithm), accept), named

    def session(self, name, body, kind):
        """(rows, headers) of a request of a session; no rows where it only opens or closes one."""
        if self.sessions is None:
            raise RequestError(400, "this model keeps no sessions: SAGEMAKER_ENABLE_STATEFUL_SESSIONS=true in its environment switches them on")
        word, said = sessions.asked(body, kind), []
        if word == sessions.CLOSE:
            self.sessions.close(name)
            return None, [(SESSION.format("Closed-"), name)]
        known = {} if name == sessions.NEW else self.sessions.find(name)["row"]
        rows = None if word else codecs.decode(body, kind, self.model.features, known)
        if name == sessions.NEW:
            name, until = self.sessions.begin()
            said = [(SESSION.format("New-"), f"{name}; Expires={until}")]
        if rows is not None:
            self.sessions.keep(name, self.sessions.find(name), dict(zip(self.model.features, rows[-1].tolist())))
        return rows, said

    def lines(self, rows, algorithm):
        """JSON lines a few rows at a time: whoever reads a stream has the first before the last is predicted."""
        for start in range(0, len(rows), STREAMED):
            yield codecs.encode(self.model.predict(rows[start:start + STREAMED], algorithm), codecs.LINES)


def _plain(value):
    """numpy's scalar as JSON's: text stays text, 1 stays 1."""
    return value.item() if hasattr(value, "item") else value


def application():
    # Rows are checked by the codecs; scikit-learn need not look for NaN again.
    sklearn.set_config(assume_finite=True)
    return Application(Model(paths.model()), sessions.from_environment())
