using MLOps.LocalCloud.Engine.Images;

namespace MLOps.Tests.Integration.SageMaker;

/// <summary>
/// An image of one Python file without libraries. Training: the hyperparameters <c>fail</c>, <c>wait</c>, <c>value</c> and <c>hold</c>
/// (the value with which it never ends) say what happens. Serving: the model's file says how; a body of <c>exit</c>, <c>status:N</c> or <c>slow</c> is obeyed, any other
/// echoed. Sessions are kept in the process that began them; each request of one is answered with how many it had;
/// a model of <c>broken</c> does not start, one of <c>failing</c> is healthy and answers every request with 500.
/// </summary>
internal sealed class TinyImage(string folder) : IImageStore
{
    private const string Program = """
        import http.server, json, os, pathlib, signal, sys, time
        SESSIONS = {}
        base = pathlib.Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))

        def train():
            h = json.loads((base / "input/config/hyperparameters.json").read_text())
            rows = (base / "input/data/train/rows.csv").read_text()
            print("training", os.environ["TRAINING_JOB_NAME"], len(rows))
            if "wait" in h:
                def stop(*_):
                    (base / "model/partial").write_text("1")
                    print("asked to stop"); sys.exit(0)
                signal.signal(signal.SIGTERM, stop)
                print("waiting")
                while True: time.sleep(0.02)
            if "fail" in h:
                (base / "output").mkdir(exist_ok=True)
                (base / "output/failure").write_text(h["fail"])
                sys.exit(3)
            print("metric accuracy=0.5"); print("metric accuracy=" + h.get("value", "0.9"))
            while h.get("hold") and h["hold"] == h.get("value"): time.sleep(0.02)
            (base / "model/weights").write_text(h.get("value", "0.9"))
            (base / "output/data/report").write_text("fine")

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def log_message(self, *_): pass
            def answer(self, status, body, **headers):
                self.send_response(status)
                for k, v in headers.items(): self.send_header(k.replace("_", "-"), v)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers(); self.wfile.write(body)
            def do_GET(self): self.answer(200, b"")
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if body == b"exit": os._exit(4)
                if MODEL == b"failing": return self.answer(500, b"no good")
                if body == b"slow": time.sleep(1)
                if body.startswith(b"status:"): return self.answer(int(body[7:]), b"no good")
                print("served", body.decode("utf-8", "replace"))
                session = self.headers.get("X-Amzn-SageMaker-Session-Id", "")
                more = {}
                if session == "NEW_SESSION":
                    session = "s-" + os.urandom(8).hex(); SESSIONS[session] = 0
                    more["X_Amzn_SageMaker_New_Session_Id"] = session if body == b"badly" else session + "; Expires=" + (body.decode() if body[:2] == b"20" else "2099-01-01T00:00:00Z")
                elif session and session not in SESSIONS: return self.answer(400, b"not mine")
                elif body == b"close": del SESSIONS[session]; more["X_Amzn_SageMaker_Closed_Session_Id"] = session
                elif session: SESSIONS[session] += 1; body = str(SESSIONS[session]).encode()
                self.answer(200, MODEL + b"|" + body, Content_Type=self.headers.get("Content-Type", ""),
                            X_Amzn_SageMaker_Custom_Attributes=self.headers.get("X-Amzn-SageMaker-Custom-Attributes", ""), **more)

        if sys.argv[1] == "train":
            train()
        else:
            MODEL = (base / "model/weights").read_bytes()
            if MODEL == b"broken": print("cannot load"); sys.exit(1)
            print("serving", MODEL.decode())
            http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["SAGEMAKER_BIND_TO_PORT"])), Handler).serve_forever()
        """;

    public ImageManifest? Find(string reference) => !reference.Contains("/tiny") ? null : new ImageManifest(
        "sha256:" + new string('0', 64), folder, new Dictionary<string, string> { ["PYTHONUNBUFFERED"] = "1" }, "/opt/program",
        ["python3", "/opt/program/main.py"], [], new Dictionary<string, string>());

    public static void WriteTo(string folder)
    {
        var file = Path.Combine(folder, "opt", "program", "main.py");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, Program);
    }
}
