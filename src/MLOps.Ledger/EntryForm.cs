using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MLOps.Ledger;

/// <summary>The canonical form of an entry, and its hash. The form of a version never changes; a change is a new version.</summary>
public static class EntryForm
{
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.fffffffZ";

    /// <summary>SHA-256 over the UTF-8 of the canonical form without the hash: 64 lower-case hex digits.</summary>
    /// <exception cref="FormatException">The entry has a version that is not known here.</exception>
    public static string HashOf(LedgerEntry entry) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(CanonicalJson.Of(Members(entry)))));

    /// <summary>The line that stands for the entry in an export: the canonical form, with the hash as one more member.</summary>
    public static string LineOf(LedgerEntry entry)
    {
        var members = Members(entry);
        members["hash"] = entry.Hash;
        return CanonicalJson.Of(members);
    }

    /// <summary>Reads such a line.</summary>
    /// <exception cref="FormatException">It is none, or not letter for letter as <see cref="LineOf"/> writes it.</exception>
    public static LedgerEntry Read(string line)
    {
        LedgerEntry entry;
        try
        {
            entry = Entry(JsonNode.Parse(line) as JsonObject ?? throw new FormatException("It is no JSON object."));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException($"It cannot be read: {e.Message}", e);
        }
        return LineOf(entry) == line ? entry : throw new FormatException("It is not in the form that the ledger writes.");
    }

    /// <summary>The time as the form writes it.</summary>
    public static string TimeOf(DateTimeOffset at) => at.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static JsonObject Members(LedgerEntry entry) => entry.Version != LedgerEntry.CurrentVersion
        ? throw new FormatException($"Its form has version {entry.Version}, which is not known here.")
        : new JsonObject
        {
            ["v"] = (long)entry.Version,
            ["seq"] = entry.Sequence,
            ["prev"] = entry.PreviousHash,
            ["at"] = TimeOf(entry.At),
            ["type"] = entry.Type,
            ["kind"] = entry.Kind,
            ["object"] = entry.Object,
            ["connection"] = entry.Connection,
            ["subject"] = entry.Subject,
            ["name"] = entry.Name,
            ["why"] = entry.Why,
            ["evidence"] = entry.Evidence,
            ["of"] = entry.Of,
            ["result"] = entry.Result,
            ["claim"] = entry.Claim,
            ["instance"] = entry.Instance,
            ["requests"] = new JsonArray([.. entry.Requests.Select(r => (JsonNode)r)]),
            ["details"] = new JsonObject(entry.Details.Select(d => KeyValuePair.Create(d.Key, (JsonNode?)d.Value))),
        };

    private static LedgerEntry Entry(JsonObject members)
    {
        return new LedgerEntry
        {
            Version = Number("v") is var version and >= 0 and < int.MaxValue ? (int)version : 0,
            Sequence = Number("seq"),
            PreviousHash = Text("prev"),
            At = DateTimeOffset.TryParseExact(Text("at"), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : throw new FormatException("Its time cannot be read."),
            Type = Text("type"),
            Kind = Text("kind"),
            Object = Text("object"),
            Connection = Text("connection"),
            Subject = Text("subject"),
            Name = Text("name"),
            Why = Text("why"),
            Evidence = Text("evidence"),
            Of = Number("of"),
            Result = Text("result"),
            Claim = Text("claim"),
            Instance = Text("instance"),
            Requests = Member("requests").AsArray().Select(r => r!.GetValue<string>()).ToList(),
            Details = Member("details").AsObject().ToDictionary(d => d.Key, d => d.Value!.GetValue<string>(), StringComparer.Ordinal),
            Hash = Text("hash"),
        };

        JsonNode Member(string name) => members[name] ?? throw new FormatException($"It lacks '{name}'.");

        string Text(string name) => Member(name).GetValue<string>();

        long Number(string name) => Member(name).GetValue<long>();
    }
}
