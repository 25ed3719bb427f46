using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using MLOps.LocalCloud.Engine.Pipelines.Records;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Pipelines.Runners;

/// <summary>
/// Invoke/Lambda: calls the function with CodePipeline's event and waits until it reports by PutJobSuccessResult or
/// PutJobFailureResult; with a continuation token it is called again.
/// </summary>
internal sealed class LambdaRunner(JobBoard board, TimeProvider time, IOptions<LocalCloudOptions> options) : IActionRunner
{
    /// <summary>AWS invokes asynchronously: a function that fails is called twice more.</summary>
    private const int Attempts = 3;

    private static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(250);

    public string Type => "Invoke/Lambda";

    public async Task<ActionOutcome> RunAsync(ActionContext context, CancellationToken cancelled)
    {
        var function = context.Required("FunctionName");
        var token = context.ContinuationToken;
        using var limit = new CancellationTokenSource(context.Action.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancelled, limit.Token);
        try
        {
            while (true)
            {
                var result = await CallAsync(context, function, token, both.Token);
                if (result.ContinuationToken is null)
                    return result.Outcome;
                token = result.ContinuationToken;
                await Task.Delay(TimeSpan.FromSeconds(options.Value.ContinuationSeconds), time, both.Token);
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancelled.IsCancellationRequested)
        {
            return ActionOutcome.Failure("JobFailed", $"The function {function} reported no result within {context.Action.Timeout.TotalMinutes:0} minutes");
        }
    }

    private async Task<JobResult> CallAsync(ActionContext context, string function, string? token, CancellationToken cancelled)
    {
        var job = board.Open(context, Data(context, token));
        try
        {
            context.Report(record => record.JobId = job.Id);
            var credentials = await CredentialsAsync(context, cancelled);
            var data = (JsonObject)job.Data.DeepClone();
            data["artifactCredentials"] = credentials;
            var called = InvokeAsync(context, function, new JsonObject
            {
                ["CodePipeline.job"] = new JsonObject { ["id"] = job.Id, ["accountId"] = context.Scope.Account, ["data"] = data },
            }, job, cancelled);
            var first = await Task.WhenAny(job.Done, called);
            if (first == called && await called is { } fault && !job.Done.IsCompleted)
                return new JobResult(fault);
            return await job.Done.WaitAsync(cancelled);
        }
        finally
        {
            board.Close(job);
        }
    }

    /// <summary>Null once the function ended well; a failure once it has failed too often without a result.</summary>
    private async Task<ActionOutcome?> InvokeAsync(ActionContext context, string function, JsonObject payload, Job job, CancellationToken cancelled)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (hasFailed, text) = await OnceAsync(context, function, payload, cancelled);
            if (!hasFailed)
                return null;
            if (attempt == Attempts || job.Done.IsCompleted)
                return ActionOutcome.Failure("JobFailed", $"The function {function} failed: {ErrorText(text)}");
        }
    }

    /// <summary>One call; where all of the function's processes are busy it waits for one, as Lambda's own queue does.</summary>
    private async Task<(bool HasFailed, string Answer)> OnceAsync(ActionContext context, string function, JsonObject payload, CancellationToken cancelled)
    {
        while (true)
        {
            using var body = new MemoryStream(Encoding.UTF8.GetBytes(payload.ToJsonString()));
            var input = new JsonObject { ["FunctionName"] = function, ["InvocationType"] = "RequestResponse" };
            try
            {
                var answer = await context.Cloud.CallAsync(new OperationCall("lambda", "Invoke", context.Scope, input)
                { Body = body, Principal = context.Pipeline.RoleArn, Cancelled = cancelled });
                using var reader = new StreamReader(answer.Body ?? Stream.Null);
                return (answer.Output.Text("FunctionError") is not null, await reader.ReadToEndAsync(cancelled));
            }
            catch (AwsException e) when (e.Code == "TooManyRequestsException")
            {
                await Task.Delay(Busy, time, cancelled);
            }
        }
    }

    private static string ErrorText(string payload)
    {
        try
        {
            return JsonNode.Parse(payload)?["errorMessage"]?.GetValue<string>() ?? payload;
        }
        catch (System.Text.Json.JsonException)
        {
            return payload;
        }
    }

    /// <summary>The job's data as GetJobDetails and the event have it.</summary>
    private static JsonObject Data(ActionContext context, string? token)
    {
        var data = new JsonObject
        {
            ["actionConfiguration"] = new JsonObject { ["configuration"] = new JsonObject(context.Configuration.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value))) },
            ["inputArtifacts"] = new JsonArray([.. context.Inputs.Select(Artifact)]),
            ["outputArtifacts"] = new JsonArray([.. context.Outputs.Select(Artifact)]),
        };
        if (token is not null)
            data["continuationToken"] = token;
        return data;
    }

    private static JsonNode Artifact(ArtifactRecord artifact) => new JsonObject
    {
        ["name"] = artifact.Name,
        ["location"] = new JsonObject
        {
            ["type"] = "S3",
            ["s3Location"] = new JsonObject { ["bucketName"] = artifact.Bucket, ["objectKey"] = artifact.Key },
        },
    };

    /// <summary>Credentials of the pipeline's role, with which the function reads and writes the artifacts.</summary>
    private static async Task<JsonObject> CredentialsAsync(ActionContext context, CancellationToken cancelled)
    {
        var answer = await context.CallAsync("sts", "AssumeRole", new JsonObject
        {
            ["RoleArn"] = context.Pipeline.RoleArn,
            ["RoleSessionName"] = "codepipeline",
        }, cancelled);
        var credentials = answer.Object("Credentials")!;
        return new JsonObject
        {
            ["accessKeyId"] = credentials.Text("AccessKeyId"),
            ["secretAccessKey"] = credentials.Text("SecretAccessKey"),
            ["sessionToken"] = credentials.Text("SessionToken"),
        };
    }
}
