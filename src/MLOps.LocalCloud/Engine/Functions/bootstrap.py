"""Runs a Lambda handler: reads one JSON line an invocation from standard input, answers by lines that begin with a mark.

Environment: _HANDLER, LAMBDA_TASK_ROOT, LOCALCLOUD_MARK. Everything else that is printed is the function's log.
"""
import importlib
import json
import logging
import os
import resource
import sys
import time
import traceback

MARK = os.environ.pop("LOCALCLOUD_MARK")
ROOT = os.environ["LAMBDA_TASK_ROOT"]
requests = os.fdopen(os.dup(0), "r", encoding="utf-8", newline="\n")
answers = os.fdopen(os.dup(1), "wb", buffering=0)
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
sys.stdout.reconfigure(line_buffering=True, errors="backslashreplace")
current = {"id": ""}


def send(kind, **values):
    sys.stdout.flush()
    sys.stderr.flush()
    line = f"{MARK}{json.dumps({'kind': kind, **values}, ensure_ascii=False)}\n".encode("utf-8", "surrogatepass")
    view = memoryview(line)
    while view:
        view = view[answers.write(view):]


class LogHandler(logging.Handler):
    def emit(self, record):
        try:
            stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + ".%03dZ" % record.msecs
            send("log", text=f"[{record.levelname}]\t{stamp}\t{current['id']}\t{self.format(record)}")
        except Exception:
            self.handleError(record)


class Context:
    def __init__(self, request):
        self.aws_request_id = request["id"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.invoked_function_arn = request["arn"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = None
        self.client_context = request.get("clientContext")
        self._deadline = time.monotonic() + request["milliseconds"] / 1000

    def get_remaining_time_in_millis(self):
        return max(int((self._deadline - time.monotonic()) * 1000), 0)

    def log(self, message):
        sys.stdout.write(str(message))


def fault(kind, message, frames=()):
    return {"errorMessage": message, "errorType": kind, "requestId": current["id"], "stackTrace": list(frames)}


def raised(error):
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename != __file__ and "importlib" not in f.filename]
    return fault(type(error).__name__, str(error), traceback.format_list(frames))


def honour_endpoint_url():
    """botocore reads AWS_ENDPOINT_URL since 1.31; distributions that ship an older one are taught to."""
    url = os.environ.get("AWS_ENDPOINT_URL")
    try:
        import botocore
    except ImportError:
        return
    if not url or tuple(int(part) for part in botocore.__version__.split(".")[:2]) >= (1, 31):
        return
    from botocore.session import Session
    create = Session.create_client

    def create_client(self, service_name, region_name=None, api_version=None, use_ssl=True, verify=None, endpoint_url=None, *rest, **named):
        return create(self, service_name, region_name, api_version, use_ssl, verify, endpoint_url or url, *rest, **named)

    Session.create_client = create_client


def load():
    """The handler, or the fault that every invocation is answered with."""
    module, _, name = os.environ["_HANDLER"].rpartition(".")
    if not module:
        return None, fault("Runtime.MalformedHandlerName", f"Bad handler '{name}': not enough values to unpack (expected 2, got 1)")
    try:
        found = importlib.import_module(module.replace("/", "."))
    except ImportError as e:
        return None, fault("Runtime.ImportModuleError", f"Unable to import module '{module}': {e}")
    except SyntaxError as e:
        place = f"File {e.filename}, line {e.lineno}"
        return None, fault("Runtime.UserCodeSyntaxError", f"Syntax error in module '{module}': {e.msg} ({place})")
    except Exception as e:
        return None, raised(e)
    handler = getattr(found, name, None)
    if handler is None:
        return None, fault("Runtime.HandlerNotFound", f"Handler '{name}' missing on module '{module}'")
    return handler, None


def invoke(handler, request):
    try:
        answer = handler(request["event"], Context(request))
    except Exception as e:
        return None, raised(e)
    try:
        return json.dumps(answer, ensure_ascii=False), None
    except (TypeError, ValueError) as e:
        return None, fault("Runtime.MarshalError", f"Unable to marshal response: {e}")


def main():
    sys.path.insert(0, ROOT)
    os.chdir(ROOT)
    logging.getLogger().addHandler(LogHandler())
    logging.getLogger().setLevel(logging.WARNING)
    honour_endpoint_url()
    handler, broken = load()
    send("ready", version=".".join(map(str, sys.version_info[:3])))
    for line in requests:
        request = json.loads(line)
        current["id"] = request["id"]
        os.environ["_X_AMZN_TRACE_ID"] = request["trace"]
        answer, error = (None, {**broken, "requestId": request["id"]}) if broken else invoke(handler, request)
        send("done", answer=answer, error=error, memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


main()
