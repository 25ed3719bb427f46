using System.Text;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Faults;
using MLOps.Portal.Features.Playground.Requests;

namespace MLOps.Portal.Features.Playground.Answers;

/// <summary>A request that was sent, with what has come of it so far.</summary>
public sealed class Attempt(InvocationRequest request, SendMode mode, DateTimeOffset at)
{
    private readonly StringBuilder arrived = new();
    private readonly Decoder decoder = Encoding.UTF8.GetDecoder();
    private readonly Lock gate = new();

    public InvocationRequest Request { get; } = request;

    public SendMode Mode { get; } = mode;

    public DateTimeOffset At { get; } = at;

    /// <summary>What the model said; null until it is there.</summary>
    public InvocationResult? Answer { get; set; }

    /// <summary>Why the cloud did not take it.</summary>
    public CloudFault? Fault { get; set; }

    /// <summary>Where an asynchronous answer will be.</summary>
    public AsyncInvocation? Waiting { get; set; }

    public bool IsRunning => Answer is null && Fault is null;

    public int Pieces { get; private set; }

    public TimeSpan? FirstAfter { get; private set; }

    /// <summary>The text that has arrived of an answer that streams.</summary>
    public string Arrived
    {
        get
        {
            lock (gate)
                return arrived.ToString();
        }
    }

    /// <summary>Takes a piece; it may end inside a character.</summary>
    public void Take(StreamPiece piece)
    {
        lock (gate)
        {
            Pieces++;
            FirstAfter ??= piece.After;
            var letters = new char[Encoding.UTF8.GetMaxCharCount(piece.Bytes.Length)];
            arrived.Append(letters, 0, decoder.GetChars(piece.Bytes.Span, letters, flush: false));
        }
    }
}
