using System.Diagnostics;
using MLOps.LocalCloud;
using MLOps.LocalCloud.Engine.Processes;
using Microsoft.Extensions.DependencyInjection;

namespace MLOps.Tests.Integration.Workloads;

/// <summary>What stands in for programs that a machine lacks, by each Python that the machine has.</summary>
public sealed class ShimTests(CloudHost cloud) : IClassFixture<CloudHost>
{
    [Fact]
    public async Task Aws_LoginPassword_ComesFromTheLocalCloudWhateverBotocoreIsInstalled()
    {
        var shim = Path.Combine(Directory.CreateTempSubdirectory("shim-").FullName, "aws.py");
        try
        {
            await using (var source = typeof(LocalCloudApplication).Assembly.GetManifestResourceStream("shims/aws")!)
            await using (var target = File.Create(shim))
                await source.CopyToAsync(target, TestContext.Current.CancellationToken);
            // Distributions ship an older botocore than a virtual environment has; both must do.
            var pythons = new[] { cloud.Services.GetRequiredService<PythonLocator>().Find("boto3"), "/usr/bin/python3" }.Distinct().Where(HasBoto3).ToList();
            pythons.Should().NotBeEmpty();
            foreach (var python in pythons)
            {
                var start = Start(python, shim, "ecr", "get-login-password", "--region", "us-east-1");
                start.Environment["AWS_ENDPOINT_URL"] = cloud.Url.ToString();
                start.Environment["AWS_ACCESS_KEY_ID"] = start.Environment["AWS_SECRET_ACCESS_KEY"] = "local";
                using var process = Process.Start(start)!;
                var password = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
                var fault = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
                await process.WaitForExitAsync(TestContext.Current.CancellationToken);
                (process.ExitCode, password.Trim().Length > 20).Should().Be((0, true), $"{python}: {fault}");
            }
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(shim)!, true);
        }
    }

    private static bool HasBoto3(string python)
    {
        if (!File.Exists(python))
            return false;
        using var process = Process.Start(Start(python, "-c", "import boto3"))!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private static ProcessStartInfo Start(string program, params string[] arguments) => new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
}
