using Amazon.Runtime.Internal.Transform;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Calls;

/// <summary>
/// Keeps the HTTP headers of the answer to the call that is made inside its <c>using</c>: the SDK's responses hold only those that the
/// API describes.
/// </summary>
internal sealed class AnswerHeaders : IDisposable
{
    private static readonly AsyncLocal<AnswerHeaders?> Current = new();

    private AnswerHeaders()
    {
    }

    public ValueList<Setting> Settings { get; private set; } = [];

    public static AnswerHeaders Keep() => Current.Value = new AnswerHeaders();

    /// <summary>Takes what an answer brought, where somebody asked for it.</summary>
    public static void Take(IWebResponseData? answer)
    {
        if (answer is not null && Current.Value is { } keeper)
            keeper.Settings = answer.GetHeaderNames().Order(StringComparer.OrdinalIgnoreCase).Select(name => new Setting(name, answer.GetHeaderValue(name) ?? "")).ToValueList();
    }

    public void Dispose() => Current.Value = null;
}
