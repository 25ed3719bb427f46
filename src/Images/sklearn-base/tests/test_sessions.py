import io
import json

import pytest

from scikit import sessions, train
from scikit.handler import Application, Model

ROW = {"sepal_length": 4.6, "sepal_width": 3.1, "petal_length": 1.5, "petal_width": 0.2}
NEW, CLOSED = "X-Amzn-SageMaker-New-Session-Id", "X-Amzn-SageMaker-Closed-Session-Id"


@pytest.fixture
def model(job, iris_rows):
    job(iris_rows, estimator="sklearn.linear_model.LogisticRegression", max_iter=500)
    assert train.run() == 0
    return Model(job.root / "model")


@pytest.fixture
def app(model, monkeypatch):
    monkeypatch.setenv("SAGEMAKER_ENABLE_STATEFUL_SESSIONS", "true")
    return Application(model, sessions.from_environment())


def ask(app, body, session="", content_type="application/json"):
    data = (body if isinstance(body, str) else json.dumps(body)).encode()
    status, _, answer, headers = app.answer({
        "PATH_INFO": "/invocations", "REQUEST_METHOD": "POST", "CONTENT_TYPE": content_type, "CONTENT_LENGTH": str(len(data)),
        "wsgi.input": io.BytesIO(data), "HTTP_X_AMZN_SAGEMAKER_SESSION_ID": session})
    return status, json.loads(answer), dict(headers)


def begin(app, body=None):
    status, answer, headers = ask(app, body or {"requestType": "NEW_SESSION"}, "NEW_SESSION")
    assert status == 200
    return headers[NEW].split(";")[0], answer


def test_a_session_knows_what_was_sent_before(app):
    session, answer = begin(app)
    assert answer == {}
    assert ask(app, {"petal_length": 5.5}, session)[1]["error"].startswith("the object lacks sepal_length")
    assert ask(app, ROW, session)[1]["predictions"][0]["label"] == "setosa"
    assert ask(app, {"petal_length": 5.5, "petal_width": 2.2}, session)[1]["predictions"][0]["label"] == "virginica"
    # What was changed stays changed, a row in CSV is remembered as well, and another session knows nothing of it.
    assert ask(app, {"sepal_width": 3.0}, session)[1]["predictions"][0]["label"] == "virginica"
    assert ask(app, "4.6,3.1,1.5,0.2", session, "text/csv")[0] == 200
    assert ask(app, {"sepal_width": 3.0}, session)[1]["predictions"][0]["label"] == "setosa"
    assert ask(app, {"sepal_width": 3.0}, begin(app)[0])[0] == 400
    assert ask(app, {"sepal_width": 3.0})[0] == 400


def test_a_first_row_may_come_with_the_session(app):
    session, answer = begin(app, ROW)
    assert answer["predictions"][0]["label"] == "setosa"
    assert ask(app, {"petal_length": 5.5, "petal_width": 2.2}, session)[1]["predictions"][0]["label"] == "virginica"


def test_a_session_is_closed_and_expires(app):
    session, _ = begin(app)
    status, _, headers = ask(app, {"requestType": "CLOSE"}, session)
    assert (status, headers[CLOSED]) == (200, session)
    for body in (ROW, {"requestType": "CLOSE"}):
        status, answer, headers = ask(app, body, session)
        assert (status, CLOSED in headers) == (400, False)
        assert "there is no session" in answer["error"]
    app.sessions.lifetime = -1
    session, _ = begin(app)
    assert "it has expired" in ask(app, ROW, session)[1]["error"]
    app.sessions.begin()
    assert len(list(app.sessions.folder.glob("*.json"))) <= 1, "what has expired is not kept"


def test_a_refused_first_row_opens_nothing(app):
    status, _, headers = ask(app, {"petal_length": "long"}, "NEW_SESSION")
    assert (status, NEW in headers) == (400, False)
    assert not list(app.sessions.folder.glob("*"))


@pytest.mark.parametrize("name", ["../secret", "a/b", "a" * 300, "-a", "a_b"])
def test_an_id_cannot_lead_out_of_the_folder(app, name):
    status, answer, _ = ask(app, ROW, name)
    assert (status, answer["error"]) == (400, "a session id has letters, digits and hyphens")


def test_a_model_without_sessions_says_how_to_switch_them_on(model, monkeypatch):
    monkeypatch.delenv("SAGEMAKER_ENABLE_STATEFUL_SESSIONS", raising=False)
    status, answer, _ = ask(Application(model, sessions.from_environment()), ROW, "NEW_SESSION")
    assert status == 400
    assert "SAGEMAKER_ENABLE_STATEFUL_SESSIONS=true" in answer["error"]


def test_too_many_are_refused(app, monkeypatch):
    monkeypatch.setattr(sessions, "MOST", 1)
    begin(app)
    assert ask(app, ROW, "NEW_SESSION")[0] == 503


def test_the_folder_of_the_environment_is_used(model, monkeypatch, tmp_path):
    monkeypatch.setenv("SAGEMAKER_ENABLE_STATEFUL_SESSIONS", "true")
    monkeypatch.setenv("SAGEMAKER_SESSIONS_PATH", str(tmp_path / "kept"))
    begin(Application(model, sessions.from_environment()))
    assert len(list((tmp_path / "kept").glob("*.json"))) == 1
