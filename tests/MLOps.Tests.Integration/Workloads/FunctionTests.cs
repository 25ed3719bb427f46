using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.Tests.Integration.Workloads;

public sealed class FunctionTests(CloudHost cloud) : IClassFixture<CloudHost>
{
    private async Task<(JsonObject Output, JsonNode? Payload)> InvokeAsync(string name, string payload = "{}", string kind = "RequestResponse")
    {
        var answer = await cloud.Caller.CallAsync(new OperationCall("lambda", "Invoke", CloudHost.Scope, new JsonObject { ["FunctionName"] = name, ["InvocationType"] = kind, ["LogType"] = "Tail" })
        {
            Body = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(payload)),
            Principal = cloud.Role,
        });
        return (answer.Output, answer.Body is null ? null : JsonNode.Parse(answer.Body));
    }

    [Fact]
    public async Task Invoke_HandlerThatCallsBack_AnswersWithContextEnvironmentAndLog()
    {
        await cloud.CreateFunctionAsync("caller", """
            import boto3, logging, os
            calls = 0
            logging.getLogger().setLevel(logging.INFO)
            def handler(event, context):
                global calls
                calls += 1
                print("printed", event["name"])
                logging.info("two\nlines")
                return {"calls": calls, "left": context.get_remaining_time_in_millis(), "stage": os.environ["STAGE"],
                        "name": context.function_name, "who": boto3.client("sts").get_caller_identity()["Arn"]}
            """, input => input["Environment"] = new JsonObject { ["Variables"] = new JsonObject { ["STAGE"] = "dev" } });
        var (output, payload) = await InvokeAsync("caller", """{"name": "ÆØ\u2028"}""");
        output.Text("FunctionError").Should().BeNull(payload?.ToJsonString());
        payload!["who"]!.ToString().Should().EndWith(":assumed-role/workload/caller");
        payload["stage"]!.ToString().Should().Be("dev");
        payload["left"]!.GetValue<int>().Should().BeInRange(10_000, 30_000);
        (await InvokeAsync("caller", """{"name": "again"}""")).Payload!["calls"]!.GetValue<int>().Should().Be(2, "the process is warm");
        var tail = System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(output.Text("LogResult")!));
        tail.Should().Contain("printed ÆØ").And.Contain("[INFO]").And.Contain("START RequestId").And.Contain("REPORT RequestId");
        var log = await CloudHost.EventuallyAsync(() => cloud.LogAsync("/aws/lambda/caller"), l => l.Count(m => m.StartsWith("REPORT", StringComparison.Ordinal)) == 2);
        log.Count(m => m.Contains("two\nlines", StringComparison.Ordinal)).Should().Be(2, "each invocation logs one event of two lines");
        log.Should().ContainSingle(m => m.Contains("Init Duration", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("raises", "def handler(e, c):\n    raise ValueError('no such iris')", "ValueError", "no such iris")]
    [InlineData("imports", "import no_such_module", "Runtime.ImportModuleError", "Unable to import module 'index': No module named 'no_such_module'")]
    [InlineData("lacks", "x = 1", "Runtime.HandlerNotFound", "Handler 'handler' missing on module 'index'")]
    [InlineData("breaks", "def handler(e, c)\n    pass", "Runtime.UserCodeSyntaxError", "Syntax error in module 'index'")]
    [InlineData("ends", "import os\ndef handler(e, c):\n    os._exit(3)", "Runtime.ExitError", "Runtime exited with error: exit status 3")]
    [InlineData("answers", "def handler(e, c):\n    return {1, 2}", "Runtime.MarshalError", "Unable to marshal response: Object of type set is not JSON serializable")]
    [InlineData("sleeps", "import time\ndef handler(e, c):\n    time.sleep(30)", "Sandbox.Timedout", "Task timed out after 1.00 seconds")]
    public async Task Invoke_HandlerFails_AnswersTheErrorInLambdasShape(string name, string code, string type, string message)
    {
        await cloud.CreateFunctionAsync(name, code, input => input["Timeout"] = name == "sleeps" ? 1 : 20);
        var (output, payload) = await InvokeAsync(name);
        output.Text("FunctionError").Should().Be("Unhandled");
        payload!["errorType"]!.ToString().Should().Be(type);
        payload["errorMessage"]!.ToString().Should().Contain(message);
        if (name == "raises")
            payload["stackTrace"]!.AsArray().Should().ContainSingle().Which!.ToString().Should().Contain("index.py\", line 2, in handler");
        (await InvokeAsync(name)).Output.Text("FunctionError").Should().Be("Unhandled", "the next invocation gets a process of its own");
    }

    [Fact]
    public async Task Invoke_Event_IsTriedThreeTimesAndSurvivesNothingElse()
    {
        await cloud.CreateFunctionAsync("flaky", "def handler(e, c):\n    print('try')\n    raise RuntimeError('again')");
        var (output, _) = await InvokeAsync("flaky", kind: "Event");
        output.Whole("StatusCode").Should().Be(202);
        var log = await CloudHost.EventuallyAsync(() => cloud.LogAsync("/aws/lambda/flaky"), l => l.Count(m => m.StartsWith("REPORT", StringComparison.Ordinal)) >= 3);
        log.Count(m => m == "try").Should().Be(3);
        log.Where(m => m.StartsWith("START", StringComparison.Ordinal)).Distinct().Should().ContainSingle("retries carry the same request id");
    }

    [Fact]
    public async Task UpdateFunctionCode_NewCode_IsWhatTheNextInvocationRuns()
    {
        await cloud.CreateFunctionAsync("changing", "def handler(e, c):\n    return 1");
        (await InvokeAsync("changing")).Payload!.GetValue<int>().Should().Be(1);
        await cloud.PutAsync("code.zip", CloudHost.Zip(("index.py", "def handler(e, c):\n    return 2")));
        await cloud.CallAsync("lambda", "UpdateFunctionCode", new JsonObject { ["FunctionName"] = "changing", ["S3Bucket"] = "work", ["S3Key"] = "code.zip" });
        (await InvokeAsync("changing")).Payload!.GetValue<int>().Should().Be(2);
    }

    [Fact]
    public async Task CreateFunction_WhatIsNotOffered_IsRefusedWithItsReason()
    {
        Func<Task> node = () => cloud.CreateFunctionAsync("js", "", input => input["Runtime"] = "nodejs18.x");
        (await node.Should().ThrowAsync<AwsException>()).Which.Should().Match<AwsException>(e => e.Code == "InvalidParameterValueException" && e.Message.Contains("nodejs18.x"));
        Func<Task> role = () => cloud.CreateFunctionAsync("norole", "", input => input["Role"] = "arn:aws:iam::123456789012:role/nobody");
        await role.Should().ThrowAsync<AwsException>().WithMessage("The role defined for the function cannot be assumed by Lambda.");
        Func<Task> zip = () => cloud.CreateFunctionAsync("nozip", "", input => input["Code"] = new JsonObject { ["ZipFile"] = Convert.ToBase64String("no zip"u8) });
        await zip.Should().ThrowAsync<AwsException>().WithMessage("Could not unzip uploaded file*");
        Func<Task> unknown = () => InvokeAsync("unknown");
        (await unknown.Should().ThrowAsync<AwsException>()).Which.Status.Should().Be(404);
    }
}
