using System.Diagnostics;
using MLOps.LocalCloud;
using MLOps.Tests.Wire.Support;

namespace MLOps.Tests.Wire.Data;

public sealed class KillTests
{
    [Fact]
    public async Task LocalCloud_KilledWhileWriting_HasAllThatItAnswered()
    {
        var folder = Directory.CreateTempSubdirectory("mlops-kill-").FullName;
        try
        {
            var port = FreePort();
            using var first = Start(folder, port);
            var answered = Path.Combine(folder, "answered");
            var writing = PythonScript.RunAsync($"http://127.0.0.1:{port}", """
                import time
                from botocore.exceptions import BotoCoreError
                s3, sqs = client("s3"), client("sqs")
                for attempt in range(600):
                    try:
                        s3.create_bucket(Bucket="kept"); break
                    except BotoCoreError:
                        time.sleep(0.1)
                url = sqs.create_queue(QueueName="kept")["QueueUrl"]
                with open(sys.argv[1], "w", buffering=1) as notes:
                    try:
                        for i in range(100000):
                            s3.put_object(Bucket="kept", Key=f"k/{i}", Body=str(i).encode() * 1000)
                            sqs.send_message(QueueUrl=url, MessageBody=str(i))
                            print(i, file=notes)
                    except BotoCoreError:
                        pass
                """, answered);
            await WaitAsync(() => File.Exists(answered) && File.ReadLines(answered).Count() > 50, writing);
            first.Kill();
            (await writing).Succeeded();
            var last = int.Parse(File.ReadLines(answered).Last());

            await using var app = LocalCloudApplication.Build(new LocalCloudOptions { Port = 0, StateFolder = Path.Combine(folder, "state") });
            await app.StartAsync(TestContext.Current.CancellationToken);
            (await PythonScript.RunAsync(app.Urls.Single(), """
                s3, sqs = client("s3"), client("sqs")
                for i in range(int(sys.argv[1]) + 1):
                    assert s3.get_object(Bucket="kept", Key=f"k/{i}")["Body"].read() == str(i).encode() * 1000
                attributes = sqs.get_queue_attributes(QueueUrl=sqs.get_queue_url(QueueName="kept")["QueueUrl"], AttributeNames=["All"])["Attributes"]
                assert int(attributes["ApproximateNumberOfMessages"]) >= int(sys.argv[1]) + 1, attributes
                """, last.ToString())).Succeeded();
            await app.StopAsync(TestContext.Current.CancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Process Start(string folder, int port)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "MLOps.LocalCloud.dll")]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LocalCloud__Port"] = port.ToString();
        start.Environment["LocalCloud__StateFolder"] = Path.Combine(folder, "state");
        start.Environment["Logging__LogLevel__Default"] = "Error";
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task WaitAsync(Func<bool> condition, Task writing)
    {
        for (var deadline = DateTime.UtcNow.AddSeconds(90); !condition(); await Task.Delay(50, TestContext.Current.CancellationToken))
            if (DateTime.UtcNow > deadline || writing.IsCompleted)
                Assert.Fail("The writer did not get going.");
    }
}
