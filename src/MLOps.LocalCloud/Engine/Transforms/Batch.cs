using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;

namespace MLOps.LocalCloud.Engine.Transforms;

/// <summary>What one request carries.</summary>
/// <param name="Records">The records as they are in the input; empty where the whole object is one.</param>
internal sealed record Batch(IReadOnlyList<string> Records, byte[] Body)
{
    /// <summary>Cuts a downloaded object into requests.</summary>
    /// <exception cref="TransformFault">A record does not fit into a request, or a filter cannot read it.</exception>
    public static async IAsyncEnumerable<Batch> ReadAsync(TransformPlan plan, string path, [EnumeratorCancellation] CancellationToken cancelled)
    {
        await using var file = File.OpenRead(path);
        await using Stream content = plan.Compressed ? new GZipStream(file, CompressionMode.Decompress) : file;
        if (plan.Lines)
            await foreach (var batch in LinesAsync(plan, content, cancelled))
                yield return batch;
        else
            yield return await WholeAsync(plan, content, cancelled);
    }

    private static async Task<Batch> WholeAsync(TransformPlan plan, Stream content, CancellationToken cancelled)
    {
        using var whole = new MemoryStream();
        await content.CopyToAsync(whole, cancelled);
        var body = whole.ToArray();
        if (plan.InputFilter is null && !plan.Join)
            return body.LongLength <= plan.MostBytes ? new Batch([], body) : throw TooLarge(plan, body.LongLength);
        var text = Encoding.UTF8.GetString(body);
        body = Encoding.UTF8.GetBytes(Filtered(plan, text));
        return body.LongLength <= plan.MostBytes ? new Batch([text], body) : throw TooLarge(plan, body.LongLength);
    }

    private static async IAsyncEnumerable<Batch> LinesAsync(TransformPlan plan, Stream content, [EnumeratorCancellation] CancellationToken cancelled)
    {
        using var reader = new StreamReader(content, Encoding.UTF8);
        var records = new List<string>();
        using var body = new MemoryStream();
        while (await reader.ReadLineAsync(cancelled) is { } line)
        {
            if (line.Length == 0)
                continue;
            var record = Encoding.UTF8.GetBytes(Filtered(plan, line));
            if (record.LongLength > plan.MostBytes)
                throw TooLarge(plan, record.LongLength);
            if (records.Count > 0 && (plan.Single || body.Length + 1 + record.LongLength > plan.MostBytes))
            {
                yield return new Batch([.. records], body.ToArray());
                records.Clear();
                body.SetLength(0);
            }
            if (records.Count > 0)
                body.WriteByte((byte)'\n');
            body.Write(record);
            records.Add(line);
        }
        if (records.Count > 0)
            yield return new Batch([.. records], body.ToArray());
    }

    private static string Filtered(TransformPlan plan, string record)
    {
        if (plan.InputFilter is null)
            return record;
        var format = RecordFormat.Of(plan.ContentType);
        try
        {
            return format.Write(plan.InputFilter.Select(format.Read(record)) ?? throw new FormatException("a record has nothing that the InputFilter selects"));
        }
        catch (FormatException e)
        {
            throw new TransformFault($"ClientError: The InputFilter cannot be used: {e.Message}.");
        }
    }

    private static TransformFault TooLarge(TransformPlan plan, long bytes) => new(
        $"ClientError: A record has {bytes} bytes, more than the {plan.MostBytes} of MaxPayloadInMB. Split the input (SplitType Line) or raise the limit.");
}
