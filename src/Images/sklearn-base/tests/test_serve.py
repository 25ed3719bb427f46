import io
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from scikit import train
from scikit.handler import Application, Model

PROGRAM = pathlib.Path(__file__).parents[1] / "program"


@pytest.fixture
def app(job, iris_rows):
    job(iris_rows, estimator="sklearn.linear_model.LogisticRegression", max_iter=500)
    assert train.run() == 0
    return Application(Model(job.root / "model"))


def ask(app, body, content_type="text/csv", accept="", attributes="", method="POST", path="/invocations"):
    data = body.encode() if isinstance(body, str) else body
    status, kind, answer, headers = app.answer({
        "PATH_INFO": path, "REQUEST_METHOD": method, "CONTENT_TYPE": content_type, "HTTP_ACCEPT": accept,
        "CONTENT_LENGTH": str(len(data)), "wsgi.input": io.BytesIO(data),
        "HTTP_X_AMZN_SAGEMAKER_CUSTOM_ATTRIBUTES": attributes})
    return status, kind, answer.decode(), dict(headers)


SETOSA = [4.6, 3.1, 1.5, 0.2]


@pytest.mark.parametrize("content_type, body", [
    ("text/csv", "4.6,3.1,1.5,0.2"),
    ("text/csv; charset=utf-8", "sepal_length,sepal_width,petal_length,petal_width\n4.6,3.1,1.5,0.2\n"),
    ("application/json", json.dumps(SETOSA)),
    ("application/json", json.dumps([SETOSA])),
    ("application/json", json.dumps({"instances": [SETOSA]})),
    ("application/json", json.dumps({"sepal_length": 4.6, "sepal_width": 3.1, "petal_length": 1.5, "petal_width": 0.2})),
    ("application/jsonlines", json.dumps({"features": SETOSA}) + "\n"),
])
def test_every_form_of_a_row_gets_the_same_answer(app, content_type, body):
    status, kind, answer, _ = ask(app, body, content_type)
    prediction = json.loads(answer)["predictions"]
    assert (status, kind, len(prediction), prediction[0]["label"]) == (200, "application/json", 1, "setosa")
    assert sum(prediction[0]["probabilities"].values()) == pytest.approx(1, abs=1e-4)


def test_csv_is_answered_in_csv_where_it_is_asked_for(app):
    status, kind, answer, _ = ask(app, "4.6,3.1,1.5,0.2\n6.7,3.0,5.2,2.3", accept="text/csv")
    assert (status, kind) == (200, "text/csv")
    assert [line.split(",")[0] for line in answer.splitlines()] == ["setosa", "virginica"]


def test_many_json_lines_are_made_piece_by_piece(app):
    body = "\n".join(["4.6,3.1,1.5,0.2"] * 40)
    status, kind, pieces, headers = app.answer({
        "PATH_INFO": "/invocations", "REQUEST_METHOD": "POST", "CONTENT_TYPE": "text/csv", "HTTP_ACCEPT": "application/jsonlines",
        "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body.encode())})
    pieces = list(pieces)
    assert (status, kind, [p.count(b"\n") for p in pieces]) == (200, "application/jsonlines", [16, 16, 8])
    assert all(json.loads(line)["label"] == "setosa" for line in b"".join(pieces).splitlines())


@pytest.mark.parametrize("status, text, call", [
    (415, "text/csv", dict(body="x", content_type="image/png")),
    (415, "text/csv", dict(body=b"\x89PNG\xff", content_type="image/png")),
    (406, "application/json", dict(body="1,2,3,4", accept="image/png")),
    (400, "sepal_width: \"abc\" is no number", dict(body="4.6,abc,1.5,0.2")),
    (400, "row 1 has 3 values where the model takes 4", dict(body="4.6,3.1,1.5")),
    (400, "must be finite", dict(body="4.6,nan,1.5,0.2")),
    (400, "there is no row", dict(body="")),
    (400, "is not JSON", dict(body="{", content_type="application/json")),
    (400, "lacks petal_width", dict(body='{"sepal_length":1,"sepal_width":1,"petal_length":1}', content_type="application/json")),
    (400, "true is no number", dict(body="[1,2,3,true]", content_type="application/json")),
    (400, "not UTF-8", dict(body=b"\xff\xfe\x00")),
    (400, "there is no algorithm 'svm'", dict(body="4.6,3.1,1.5,0.2", attributes="svm")),
    (404, "there is no /x", dict(body="", path="/x")),
    (405, "send a POST", dict(body="", method="GET")),
])
def test_a_request_that_cannot_be_answered_says_why(app, status, text, call):
    found, _, answer, _ = ask(app, **call)
    assert found == status and text in json.loads(answer)["error"]


def test_served_over_http_by_worker_processes_and_ended_by_sigterm(app, job):
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    env = {**os.environ, "SAGEMAKER_BIND_TO_PORT": str(port), "SAGEMAKER_BIND_TO_HOST": "127.0.0.1", "MODEL_SERVER_WORKERS": "2"}
    server = subprocess.Popen([sys.executable, PROGRAM / "main.py", "serve"], env=env, stdout=subprocess.PIPE, text=True)
    try:
        url = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 30
        while True:
            try:
                assert urllib.request.urlopen(url + "/ping", timeout=2).status == 200
                break
            except (urllib.error.URLError, ConnectionError):
                assert time.monotonic() < deadline and server.poll() is None
                time.sleep(0.05)
        request = urllib.request.Request(url + "/invocations", b"4.6,3.1,1.5,0.2", {"Content-Type": "text/csv"})
        answer = urllib.request.urlopen(request, timeout=10)
        assert json.loads(answer.read())["predictions"][0]["label"] == "setosa"
        assert answer.headers["X-Amzn-SageMaker-Custom-Attributes"] == "algorithm=model"
    finally:
        server.send_signal(signal.SIGTERM)
        said, _ = server.communicate(timeout=15)
    assert server.returncode == 0
    assert said.splitlines() == ["serving model in 2 processes"]


def test_serving_without_a_model_says_what_to_do(job, capsys):
    from scikit import serve
    assert serve.run() == 1
    assert "train one" in capsys.readouterr().err
