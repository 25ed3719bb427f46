namespace MLOps.Tests.Wire.Support;

/// <summary>Runs the AWS CLI; its output is JSON.</summary>
public static class AwsCli
{
    private static readonly ClientTool Cli = new("The AWS CLI",
        [Environment.GetEnvironmentVariable("MLOPS_TEST_AWS") ?? "", "aws"], ["--version"],
        "install it (pip install awscli), or name it in MLOPS_TEST_AWS.");

    /// <summary>Runs <c>aws</c> with the arguments. The address is given as an option too: version 1 ignores the variable for SQS.</summary>
    public static async Task<ClientRun> RunAsync(string address, params string[] arguments) =>
        await ClientProcess.RunAsync(await Cli.RequireAsync(), ["--output", "json", "--endpoint-url", address, .. arguments], address);
}
