namespace MLOps.LocalCloud.Engine.Artifacts;

/// <summary>A place in S3: a bucket and a key or prefix, which may be empty.</summary>
internal sealed record S3Location(string Bucket, string Key)
{
    /// <summary>Reads <c>s3://bucket/key</c>; null where the text is none.</summary>
    public static S3Location? Parse(string? uri)
    {
        if (uri is null || !uri.StartsWith("s3://", StringComparison.OrdinalIgnoreCase))
            return null;
        var parts = uri[5..].Split('/', 2);
        return parts[0].Length == 0 ? null : new S3Location(parts[0], parts.Length > 1 ? parts[1] : "");
    }

    /// <summary>A place below this one.</summary>
    public S3Location Below(string relative) => this with { Key = Key.Length == 0 ? relative : $"{Key.TrimEnd('/')}/{relative}" };

    public override string ToString() => $"s3://{Bucket}/{Key}";
}
