"""
`serve`: gunicorn in front of the handler. The model is loaded once and the workers, which are processes, share its pages.
Settings: SAGEMAKER_BIND_TO_PORT (8080), SAGEMAKER_BIND_TO_HOST (all), MODEL_SERVER_WORKERS (one a core), MODEL_SERVER_TIMEOUT (60 s).
"""
import os
import sys

from . import paths


def options():
    host = os.environ.get("SAGEMAKER_BIND_TO_HOST", "0.0.0.0")
    port = int(os.environ.get("SAGEMAKER_BIND_TO_PORT", "8080"))
    return {
        "bind": f"{host}:{port}",
        "workers": int(os.environ.get("MODEL_SERVER_WORKERS") or os.cpu_count() or 1),
        "timeout": int(os.environ.get("MODEL_SERVER_TIMEOUT", "60")),
        "preload_app": True,
        "worker_class": "sync",
        "graceful_timeout": 10,
        "worker_tmp_dir": "/dev/shm" if os.access("/dev/shm", os.W_OK) else None,
        "loglevel": "warning",
    }


def run():
    if not (paths.model() / "signature.json").exists():
        print(f"{paths.model()} holds no model of this image (signature.json is missing): train one with `train`", file=sys.stderr)
        return 1
    from gunicorn.app.base import BaseApplication

    from .handler import application

    class Server(BaseApplication):
        def load_config(self):
            for key, value in options().items():
                self.cfg.set(key, value)

        def load(self):
            served = application()
            print(f"serving {', '.join(served.model.estimators)} in {self.cfg.workers} processes", flush=True)
            return served

    Server().run()
    return 0
