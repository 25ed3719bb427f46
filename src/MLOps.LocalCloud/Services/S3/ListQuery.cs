using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.S3;

/// <summary>What the lists of S3 are asked in common, and the part of the answer that they share.</summary>
internal sealed class ListQuery
{
    private readonly bool encoded;
    private readonly string limitMember;
    private readonly int asked;

    public ListQuery(JsonObject input, string limitMember)
    {
        this.limitMember = limitMember;
        Prefix = input.Text("Prefix") ?? "";
        Delimiter = input.Text("Delimiter") is { Length: > 0 } delimiter ? delimiter : null;
        encoded = input.Text("EncodingType") switch
        {
            null => false,
            "url" => true,
            _ => throw S3Errors.InvalidArgument("Invalid Encoding Method specified in Request"),
        };
        asked = input.Whole(limitMember) ?? ListOperations.LargestPage;
        if (asked < 0)
            throw S3Errors.InvalidArgument($"Argument {limitMember} must be an integer between 0 and 2147483647");
    }

    public string Prefix { get; }

    public string? Delimiter { get; }

    public int Limit => Math.Min(asked, ListOperations.LargestPage);

    /// <summary>A key as the caller wants it: with <c>EncodingType=url</c> any Unicode survives XML.</summary>
    public string Encode(string key) => encoded ? Uri.EscapeDataString(key).Replace("%2F", "/", StringComparison.Ordinal) : key;

    /// <summary>The members that all lists answer.</summary>
    public JsonObject Answer<T>(string bucket, Page<T> page) => new()
    {
        [limitMember == "MaxUploads" ? "Bucket" : "Name"] = bucket,
        [nameof(Prefix)] = Encode(Prefix),
        [nameof(Delimiter)] = Delimiter is null ? null : Encode(Delimiter),
        [limitMember] = Limit,
        ["IsTruncated"] = page.Truncated,
        ["EncodingType"] = encoded ? "url" : null,
        ["CommonPrefixes"] = new JsonArray([.. page.CommonPrefixes.Select(p => new JsonObject { [nameof(Prefix)] = Encode(p) })]),
    };
}
