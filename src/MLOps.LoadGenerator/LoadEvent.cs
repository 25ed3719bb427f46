using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLOps.LoadGenerator;

/// <summary>What the generator tells, one JSON object a line. Times of answers are in milliseconds.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(LoadTick), "tick")]
[JsonDerivedType(typeof(LoadStep), "step")]
[JsonDerivedType(typeof(LoadEnded), "ended")]
[JsonDerivedType(typeof(LoadRefused), "refused")]
public abstract record LoadEvent
{
    /// <summary>How orders and events are written.</summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public string ToLine() => JsonSerializer.Serialize(this, Json);

    /// <summary>Reads a line; null where it is none of the generator's.</summary>
    public static LoadEvent? Read(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<LoadEvent>(line, Json);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return null;
        }
    }
}

/// <summary>How fast answers came, in milliseconds; all 0 where there were none.</summary>
public sealed record Latency(double P50, double P90, double P99, double Max);

/// <summary>Half a second of a run.</summary>
/// <param name="Seconds">Since the run began.</param>
/// <param name="Done">Requests answered since the run began, errors among them.</param>
/// <param name="PerSecond">Answers a second in this half second.</param>
/// <param name="Latency">Of the answers in this half second.</param>
public sealed record LoadTick(double Seconds, int Concurrency, int Done, int Errors, double PerSecond, Latency Latency) : LoadEvent;

/// <summary>A part of a run that kept the same number of requests under way.</summary>
public sealed record LoadStep(int Concurrency, int Requests, int Errors, double Seconds, Latency Latency) : LoadEvent
{
    /// <summary>Answers a second that were no errors.</summary>
    public double PerSecond => Seconds <= 0 ? 0 : (Requests - Errors) / Seconds;
}

/// <summary>The end of a run.</summary>
/// <param name="Reason"><c>done</c>, <c>cancelled</c> or <c>time</c>.</param>
/// <param name="Kinds">How many errors of each kind there were.</param>
/// <param name="FirstError">What the first error said; empty where there was none.</param>
public sealed record LoadEnded(string Reason, int Done, int Errors, double Seconds, Latency Latency, IReadOnlyDictionary<string, int> Kinds, string FirstError) : LoadEvent;

/// <summary>The order cannot be carried out.</summary>
public sealed record LoadRefused(string Message) : LoadEvent;
