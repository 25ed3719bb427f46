namespace MLOps.Tests.Wire.Support;

/// <summary>
/// Runs a Python script that has boto3. The script finds <c>boto3</c>, <c>json</c>, <c>sys</c> and <c>ClientError</c>
/// imported, and <c>client(service, **options)</c>, which makes a client of the local cloud under test.
/// </summary>
public static class PythonScript
{
    private const string Prelude = """
        import json, os, sys
        import boto3
        from botocore.config import Config
        from botocore.exceptions import ClientError
        def client(service, **options):
            options.setdefault("config", Config(retries={"max_attempts": 0}, parameter_validation=options.pop("validate", True)))
            return boto3.client(service, endpoint_url=os.environ["AWS_ENDPOINT_URL"], **options)

        """;

    private static readonly ClientTool Python = new("A Python with boto3",
        [Environment.GetEnvironmentVariable("MLOPS_TEST_PYTHON") ?? "", "python3", "/usr/bin/python3"], ["-c", "import boto3"],
        "install boto3 (pip install boto3), or name a Python that has it in MLOPS_TEST_PYTHON.");

    /// <summary>Runs the script; <paramref name="arguments"/> are <c>sys.argv[1:]</c>.</summary>
    public static async Task<ClientRun> RunAsync(string address, string script, params string[] arguments) =>
        await ClientProcess.RunAsync(await Python.RequireAsync(), ["-", .. arguments], address, Prelude + script);
}
