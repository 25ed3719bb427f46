using MLOps.Cloud.Endpoints;
using MLOps.Portal.Features.Playground.Answers;
using MLOps.Portal.Features.Playground.Requests;

namespace MLOps.Portal.Features.Playground.History;

/// <summary>A request that a person sent, with the beginning of its answer.</summary>
public sealed class SentRequest
{
    /// <summary>Grows with time.</summary>
    public string Id { get; set; } = Guid.CreateVersion7().ToString("n");

    public required string UserId { get; set; }

    public required string Connection { get; set; }

    public required string Endpoint { get; set; }

    public string Variant { get; set; } = "";

    public SendMode Mode { get; set; }

    public string ContentType { get; set; } = "";

    public string Accept { get; set; } = "";

    public string CustomAttributes { get; set; } = "";

    public string TargetModel { get; set; } = "";

    public string SessionId { get; set; } = "";

    public string InferenceId { get; set; } = "";

    /// <summary>The body; only its beginning where it is long.</summary>
    public required byte[] Body { get; set; }

    public DateTimeOffset At { get; set; }

    /// <summary>The model's status; 0 where the cloud refused.</summary>
    public int Status { get; set; }

    public double Milliseconds { get; set; }

    public byte[] Answer { get; set; } = [];

    public string AnswerType { get; set; } = "";

    public string AnswerVariant { get; set; } = "";

    public string AnswerAttributes { get; set; } = "";

    public string Fault { get; set; } = "";

    private const int KeptBody = 64 * 1024;
    private const int KeptAnswer = 32 * 1024;

    /// <summary>An attempt that has ended as it is kept.</summary>
    public static SentRequest Of(string userId, string connection, Attempt attempt)
    {
        var (request, answer) = (attempt.Request, attempt.Answer);
        return new SentRequest
        {
            UserId = userId, Connection = connection, Endpoint = request.Endpoint, Variant = request.TargetVariant, Mode = attempt.Mode,
            ContentType = request.ContentType, Accept = request.Accept, CustomAttributes = request.CustomAttributes,
            TargetModel = request.TargetModel, SessionId = request.SessionId, InferenceId = request.InferenceId,
            Body = Start(request.Body, KeptBody), At = attempt.At, Status = answer?.StatusCode ?? 0, Milliseconds = answer?.Latency.TotalMilliseconds ?? 0,
            Answer = answer is null ? [] : Start(answer.Body, KeptAnswer), AnswerType = answer?.ContentType ?? "", AnswerVariant = answer?.Variant ?? "",
            AnswerAttributes = answer?.CustomAttributes ?? "", Fault = attempt.Fault?.Message ?? answer?.BrokenOff ?? "",
        };
    }

    /// <summary>The attempt as it was.</summary>
    public Attempt ToAttempt()
    {
        var request = new InvocationRequest(Endpoint, Body)
        {
            ContentType = ContentType, Accept = Accept, CustomAttributes = CustomAttributes, TargetVariant = Variant, TargetModel = TargetModel, SessionId = SessionId, InferenceId = InferenceId,
        };
        var attempt = new Attempt(request, Mode, At);
        if (Status == 0)
            attempt.Fault = new(MLOps.Cloud.Faults.CloudFaultKind.Invalid, Fault);
        else
            attempt.Answer = new(Status, Answer, AnswerType, AnswerVariant, TimeSpan.FromMilliseconds(Milliseconds)) { CustomAttributes = AnswerAttributes, BrokenOff = Fault };
        return attempt;
    }

    private static byte[] Start(ReadOnlyMemory<byte> bytes, int most) => bytes[..Math.Min(most, bytes.Length)].ToArray();
}
