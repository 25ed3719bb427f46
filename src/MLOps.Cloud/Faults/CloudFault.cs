namespace MLOps.Cloud.Faults;

/// <summary>The kinds of trouble with a cloud that a caller can act on.</summary>
public enum CloudFaultKind
{
    /// <summary>The thing does not exist (any more).</summary>
    NotFound,

    /// <summary>The credentials are missing, expired, or may not do this.</summary>
    Denied,

    /// <summary>Too many calls; try later.</summary>
    Throttled,

    /// <summary>No answer: network, name, time-out, or the endpoint is down.</summary>
    Unreachable,

    /// <summary>The request itself is refused: a value that cannot be accepted.</summary>
    Invalid,

    /// <summary>The thing is in a state that does not allow this now.</summary>
    Conflict,

    /// <summary>A quota of the account is used up.</summary>
    LimitExceeded,

    /// <summary>The service does not offer this operation.</summary>
    NotSupported,

    /// <summary>The service failed.</summary>
    ServiceFailure,
}

/// <summary>Why a call to a cloud did not work, in a plain sentence that may be shown to a person.</summary>
/// <param name="Code">The service's own error code, such as <c>PipelineNotFoundException</c>; empty where there was no answer.</param>
/// <param name="RequestId">The request id of the answer, for support; empty where there was none.</param>
public sealed record CloudFault(CloudFaultKind Kind, string Message, string Code = "", string RequestId = "")
{
    /// <summary>Whether the same call may work later without any change.</summary>
    public bool IsTransient => Kind is CloudFaultKind.Throttled or CloudFaultKind.Unreachable or CloudFaultKind.ServiceFailure;
}

/// <summary>Thrown by readers and commands for everything that a cloud refuses or cannot do.</summary>
public sealed class CloudException(CloudFault fault, Exception? inner = null) : Exception(fault.Message, inner)
{
    /// <summary>What went wrong.</summary>
    public CloudFault Fault { get; } = fault;
}
