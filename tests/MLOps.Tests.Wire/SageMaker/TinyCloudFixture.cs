using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using MLOps.LocalCloud.Engine.Images;
using MLOps.LocalCloud.Protocol;
using MLOps.Tests.Wire.Support;

namespace MLOps.Tests.Wire.SageMaker;

/// <summary>A local cloud whose one image, <c>tiny</c>, answers every ping and echoes every request; its model is an empty object.</summary>
public sealed class TinyCloudFixture : LocalCloudFixture
{
    /// <summary>What the scripts share: names, and a bucket, a role and a model's object that exist.</summary>
    public const string Prelude = """
        import io, tarfile
        sm = client("sagemaker")
        ROLE, IMAGE, DATA = "arn:aws:iam::123456789012:role/sage", "123456789012.dkr.ecr.us-east-1.amazonaws.com/tiny:latest", "s3://data/m/model.tar.gz"
        SPEC = {"Containers": [{"Image": IMAGE, "ModelDataUrl": DATA, "Environment": {"A": "1"}}], "SupportedContentTypes": ["text/csv"], "SupportedResponseMIMETypes": ["text/csv"]}
        try:
            client("iam").create_role(RoleName="sage", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}]}))
            client("s3").create_bucket(Bucket="data")
        except ClientError: pass
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as t: t.addfile(tarfile.TarInfo("weights"))
        client("s3").put_object(Bucket="data", Key="m/model.tar.gz", Body=packed.getvalue())
        def package(group, **more):
            return sm.create_model_package(ModelPackageGroupName=group, InferenceSpecification=SPEC, CustomerMetadataProperties={"metric:accuracy": "0.97"}, **more)["ModelPackageArn"]
        def refused(part, call, **arguments):
            try: call(**arguments)
            except ClientError as e: assert part in str(e), e
            else: raise AssertionError("it was not refused: " + part)

        """;

    protected override void Configure(WebApplicationBuilder builder)
    {
        base.Configure(builder);
        builder.Services.AddSingleton<IImageStore>(_ => new TinyImage(Path.Combine(StateFolder, "tiny-image")));
    }

    private sealed class TinyImage : IImageStore
    {
        private const string Program = """
            import http.server, os
            class Handler(http.server.BaseHTTPRequestHandler):
                protocol_version = "HTTP/1.1"
                def log_message(self, *_): pass
                def answer(self, body):
                    self.send_response(200); self.send_header("Content-Length", str(len(body))); self.send_header("Content-Type", "text/csv"); self.end_headers(); self.wfile.write(body)
                def do_GET(self): self.answer(b"")
                def do_POST(self): self.answer(self.rfile.read(int(self.headers["Content-Length"])))
            http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["SAGEMAKER_BIND_TO_PORT"])), Handler).serve_forever()
            """;

        private readonly string folder;

        public TinyImage(string folder)
        {
            this.folder = folder;
            Directory.CreateDirectory(Path.Combine(folder, "opt", "program"));
            File.WriteAllText(Path.Combine(folder, "opt", "program", "main.py"), Program, Encoding.ASCII);
        }

        public ImageManifest? Find(string reference) => !reference.Contains("/tiny", StringComparison.Ordinal) ? null : new ImageManifest(
            "sha256:" + new string('0', 64), folder, new Dictionary<string, string>(), "/opt/program", ["python3", "/opt/program/main.py"], [], new Dictionary<string, string>());
    }
}
