namespace MLOps.AwsSdk.Generator.Model;

/// <summary>An operation of the API.</summary>
public sealed class Operation
{
    internal Operation(string name, Json json, Json pagination, IReadOnlyDictionary<string, Shape> shapes)
    {
        Name = name;
        IsClient = json["client"].IsTrue;
        HttpMethod = json["http"]["method"].Text ?? "POST";
        RequestUri = json["http"]["requestUri"].Text ?? "/";
        Input = Find(json["input"]);
        Output = Find(json["output"]);
        ResultWrapper = json["output"]["resultWrapper"].Text;
        Errors = [.. json["errors"].Items.Select(e => Find(e)!)];
        Paginator = pagination.Exists && Input is not null && Output is not null ? new Paginator(pagination) : null;

        Shape? Find(Json reference) => reference["shape"].Text is not { } shape ? null
            : shapes.TryGetValue(shape, out var found) ? found
            : throw new FormatException($"operation {name} uses the unknown shape {shape}");
    }

    public string Name { get; }

    /// <summary>A method is generated for it.</summary>
    public bool IsClient { get; }

    public string HttpMethod { get; }

    /// <summary>The path with <c>{Member}</c> for members in it (rest-json); else <c>/</c>.</summary>
    public string RequestUri { get; }

    public Shape? Input { get; }

    public Shape? Output { get; }

    /// <summary>The element around the answer's members (query).</summary>
    public string? ResultWrapper { get; }

    public IReadOnlyList<Shape> Errors { get; }

    public Paginator? Paginator { get; }

    public string Request => Name + "Request";

    public string Response => Name + "Response";
}

/// <summary>How the pages of an operation follow each other.</summary>
public sealed class Paginator
{
    internal Paginator(Json json)
    {
        InputTokens = Names(json["input_token"]);
        OutputTokens = Names(json["output_token"]);
        ResultKeys = Names(json["result_key"]);
        LimitKey = json["limit_key"].Text;
        MoreResults = json["more_results"].Text;
    }

    public IReadOnlyList<string> InputTokens { get; }

    public IReadOnlyList<string> OutputTokens { get; }

    public IReadOnlyList<string> ResultKeys { get; }

    public string? LimitKey { get; }

    /// <summary>The member that says whether another page follows, where the token does not.</summary>
    public string? MoreResults { get; }

    private static IReadOnlyList<string> Names(Json json) =>
        json.Text is { } one ? [one] : [.. json.Items.Select(i => i.Text!)];
}
