using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;

namespace MLOps.LocalCloud.Engine.Endpoints;

/// <summary>The instance that holds a session of a stateful model.</summary>
internal sealed record HeldSession(Fleet Fleet, LiveVariant Variant, Instance Instance, DateTimeOffset Expires)
{
    /// <summary>Whether the instance is still one of the endpoint's: what is scaled in or replaced takes its sessions with it.</summary>
    public bool IsHeld => Variant.Instances.Contains(Instance);
}

/// <summary>
/// Which instance of an endpoint holds which session. The model makes the id and says until when it lasts; requests that carry it go to
/// that instance alone. Sessions live in their instances' memory, so that none outlives the local cloud.
/// https://docs.aws.amazon.com/sagemaker/latest/dg/stateful-sessions.html
/// </summary>
internal sealed partial class StickySessions(TimeProvider time)
{
    private static readonly TimeSpan Tidying = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, HeldSession> held = new(StringComparer.Ordinal);
    private long tidiedAt = time.GetTimestamp();

    public int Count => held.Count;

    /// <summary>Keeps what a model began, as its header tells it: <c>ID; Expires=2026-01-31T12:00:00Z</c>. False where the header says it in another way.</summary>
    public bool Begin(string header, Fleet fleet, LiveVariant variant, Instance instance)
    {
        var said = HeaderPattern().Match(header);
        if (!said.Success || !DateTimeOffset.TryParse(said.Groups["until"].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var expires))
            return false;
        Tidy();
        held[said.Groups["id"].Value] = new HeldSession(fleet, variant, instance, expires);
        return true;
    }

    /// <summary>The instance of a session; null where it was never begun, has expired, was closed, or its instance is gone.</summary>
    public HeldSession? Find(string id)
    {
        if (!held.TryGetValue(id, out var session))
            return null;
        if (session.Expires > time.GetUtcNow() && session.IsHeld)
            return session;
        held.TryRemove(new(id, session));
        return null;
    }

    public void Close(string id) => held.TryRemove(id, out _);

    /// <summary>Sessions that nobody asks for any more are not kept for ever.</summary>
    private void Tidy()
    {
        var last = Interlocked.Read(ref tidiedAt);
        if (time.GetElapsedTime(last) < Tidying || Interlocked.CompareExchange(ref tidiedAt, time.GetTimestamp(), last) != last)
            return;
        foreach (var id in held.Keys)
            Find(id);
    }

    [GeneratedRegex(@"^(?<id>[a-zA-Z0-9](-*[a-zA-Z0-9])*);\s?Expires=(?<until>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 500)]
    private static partial Regex HeaderPattern();
}
