using System.Text;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Faults;

namespace MLOps.Portal.Features.Playground;

/// <summary>A request with what came of it: the model's answer, or the cloud's refusal.</summary>
public sealed record Exchange(InvocationRequest Request, InvocationResult? Answer, CloudFault? Fault, DateTimeOffset At);

/// <summary>What was tried while this tab is open, newest first.</summary>
public sealed class PlaygroundSession
{
    private const int Capacity = 25;

    /// <summary>Larger bodies are not kept, so that a session does not hold megabytes.</summary>
    private const int KeptBodyBytes = 256 * 1024;

    private readonly List<Exchange> history = [];

    public IReadOnlyList<Exchange> History => history;

    public Exchange Add(Exchange exchange)
    {
        if (exchange.Request.Body.Length > KeptBodyBytes)
            exchange = exchange with { Request = exchange.Request with { Body = exchange.Request.Body[..KeptBodyBytes].ToArray() } };
        history.Insert(0, exchange);
        if (history.Count > Capacity)
            history.RemoveAt(Capacity);
        return exchange;
    }
}

/// <summary>The request that is being written.</summary>
internal sealed class Draft
{
    public string ContentType { get; set; } = "text/csv";

    public string Accept { get; set; } = "application/json";

    public string CustomAttributes { get; set; } = "";

    public string Body { get; set; } = Samples.Bodies[0].Body;

    public void Take(InvocationRequest request) =>
        (ContentType, Accept, CustomAttributes, Body) = (request.ContentType, request.Accept, request.CustomAttributes, Encoding.UTF8.GetString(request.Body.Span));
}
