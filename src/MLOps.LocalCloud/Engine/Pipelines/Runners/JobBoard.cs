using System.Collections.Concurrent;

namespace MLOps.LocalCloud.Engine.Pipelines.Runners;

/// <summary>Jobs that functions work at: who waits for the result of which.</summary>
internal sealed class JobBoard
{
    private readonly ConcurrentDictionary<string, Job> jobs = new();

    public Job Open(ActionContext context, System.Text.Json.Nodes.JsonObject data)
    {
        var job = new Job(Guid.NewGuid().ToString(), context, data);
        jobs[job.Id] = job;
        return job;
    }

    public Job? Find(string id) => jobs.GetValueOrDefault(id);

    public void Close(Job job) => jobs.TryRemove(job.Id, out _);
}

/// <summary>One call of a function: it ends when the function reports a result for it.</summary>
internal sealed class Job(string id, ActionContext context, System.Text.Json.Nodes.JsonObject data)
{
    private readonly TaskCompletionSource<JobResult> done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Id { get; } = id;
    public ActionContext Context { get; } = context;

    /// <summary>What the function is told, without credentials.</summary>
    public System.Text.Json.Nodes.JsonObject Data { get; } = data;

    public Task<JobResult> Done => done.Task;

    /// <summary>False where a result was reported before.</summary>
    public bool TryReport(JobResult result) => done.TrySetResult(result);
}

/// <summary>A result; with a continuation token the function wants to be called again.</summary>
internal sealed record JobResult(ActionOutcome Outcome, string? ContinuationToken = null);
