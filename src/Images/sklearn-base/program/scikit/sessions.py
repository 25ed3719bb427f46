"""
Sessions: a caller sends a whole row once, and then only what is different; a session remembers the rest.

SAGEMAKER_ENABLE_STATEFUL_SESSIONS=true switches them on, SAGEMAKER_SESSIONS_EXPIRATION says how long one lasts (1200 s), and
SAGEMAKER_SESSIONS_PATH where they are kept: in TMPDIR or in memory where nothing is said. The names and the words of the protocol are those of
SageMaker's own containers (aws/model-hosting-container-standards): the header NEW_SESSION with the body {"requestType": "NEW_SESSION"}
opens one, {"requestType": "CLOSE"} closes it. The workers of an instance share its sessions; no other instance knows them.
"""
import atexit
import json
import os
import pathlib
import re
import shutil
import tempfile
import time
import uuid

from .errors import RequestError

NEW = "NEW_SESSION"
CLOSE = "CLOSE"
MOST = 10_000
ID = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9])*")


class Sessions:
    """Small files in a folder: {"expires": seconds since 1970, "row": {feature: number}}."""

    def __init__(self, folder, lifetime):
        self.folder, self.lifetime = folder, lifetime

    def begin(self):
        """(id, when it ends as UTC text)."""
        if len(self._tidied()) >= MOST:
            raise RequestError(503, f"{MOST} sessions are open: close some, or wait until they expire")
        name, expires = str(uuid.uuid4()), int(time.time()) + self.lifetime
        self._write(name, {"expires": expires, "row": {}})
        return name, time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(expires))

    def find(self, name):
        """What the session holds."""
        try:
            held = json.loads(self._path(name).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            held = {"expires": 0}
        if held["expires"] <= time.time():
            raise RequestError(400, f"there is no session '{name}': it has expired, was closed, or another instance holds it")
        return held

    def keep(self, name, held, row):
        self._write(name, {**held, "row": row})

    def close(self, name):
        self.find(name)
        self._path(name).unlink(missing_ok=True)

    def _path(self, name):
        # The id comes from the caller: it must not lead out of the folder.
        if len(name) > 256 or not ID.fullmatch(name):
            raise RequestError(400, "a session id has letters, digits and hyphens")
        return self.folder / f"{name}.json"

    def _write(self, name, held):
        path = self._path(name)
        part = path.with_suffix(f".{os.getpid()}")
        part.write_text(json.dumps(held), encoding="utf-8")
        part.replace(path)

    def _tidied(self):
        """The files of sessions that may still be asked for."""
        files = list(self.folder.glob("*.json"))
        for file in files:
            try:
                if file.stat().st_mtime + self.lifetime < time.time():
                    file.unlink()
            except FileNotFoundError:
                pass  # another worker was quicker
        return [f for f in files if f.exists()]


def from_environment():
    """None where they are not switched on. Called once, before the workers fork."""
    if os.environ.get("SAGEMAKER_ENABLE_STATEFUL_SESSIONS", "").lower() != "true":
        return None
    lifetime = int(os.environ.get("SAGEMAKER_SESSIONS_EXPIRATION", "1200"))
    path = os.environ.get("SAGEMAKER_SESSIONS_PATH")
    if path:
        folder = pathlib.Path(path)
        folder.mkdir(parents=True, exist_ok=True)
    else:
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        folder = pathlib.Path(tempfile.mkdtemp(prefix="sessions-", dir=os.environ.get("TMPDIR") or memory))
        owner = os.getpid()
        atexit.register(lambda: os.getpid() == owner and shutil.rmtree(folder, ignore_errors=True))  # workers end before
    return Sessions(folder, lifetime)


def asked(body, content_type):
    """NEW or CLOSE where the body says that and nothing else; else nothing."""
    if "json" not in (content_type or "") or b"requestType" not in body:
        return ""
    try:
        word = json.loads(body).get("requestType")
    except (ValueError, AttributeError):
        return ""
    return word if word in (NEW, CLOSE) else ""
