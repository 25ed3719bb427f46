using System.Text;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Objects;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Capture;

/// <inheritdoc/>
internal sealed class CaptureReader(IObjectStore objects, TimeProvider time) : ICaptureReader
{
    private const int MostFiles = 200;
    private const int MostPages = 20;
    private const int LargestFile = 8 << 20;
    private const int LargestSum = 32 << 20;

    public async Task<CapturedTraffic> ReadAsync(
        string connection, string uri, string endpoint, DateTimeOffset since, int most = 500, CancellationToken cancelled = default)
    {
        var place = ObjectRef.Parse(uri.TrimEnd('/') + $"/{endpoint}/")
            ?? throw new CloudException(new CloudFault(CloudFaultKind.Invalid, $"{uri} is no place in S3."));
        var (files, cut) = await FilesAsync(connection, place, since, cancelled);
        var requests = new List<CapturedRequest>();
        var (read, bytes) = (0, 0L);
        // Newest files first, a few at a time, until there is enough.
        foreach (var several in files.Chunk(8))
        {
            if (requests.Count >= most || bytes > LargestSum || read >= MostFiles)
            {
                cut = true;
                break;
            }
            foreach (var lines in await Several.ReadAsync(several, (file, token) => LinesAsync(connection, place.Bucket, file, place.Key, token), cancelled))
                requests.AddRange(lines);
            read += several.Length;
            bytes += several.Sum(f => f.Size);
        }
        var newest = requests.Where(r => r.At >= since).OrderByDescending(r => r.At).ThenBy(r => r.Id, StringComparer.Ordinal).Take(most).ToValueList();
        return new CapturedTraffic(newest, read, cut || newest.Count < requests.Count(r => r.At >= since));
    }

    /// <summary>The files since a time, newest first. Their keys end in <c>VARIANT/yyyy/MM/dd/HH/name.jsonl</c>.</summary>
    private async Task<(List<ObjectInfo> Files, bool Cut)> FilesAsync(string connection, ObjectRef place, DateTimeOffset since, CancellationToken cancelled)
    {
        var found = new List<ObjectInfo>();
        var variants = await VariantsAsync(connection, place, cancelled);
        var cut = false;
        foreach (var variant in variants)
        {
            for (var day = time.GetUtcNow().UtcDateTime.Date; day >= since.UtcDateTime.Date && found.Count < MostFiles * 4; day = day.AddDays(-1))
            {
                string? next = null;
                var pages = 0;
                do
                {
                    var page = await objects.ListAsync(connection, place.Bucket, $"{place.Key}{variant}/{day:yyyy/MM/dd}/", next, cancelled);
                    found.AddRange(page.Items.Where(o => o.Key.EndsWith(".jsonl", StringComparison.Ordinal) && o.Size is > 0 and <= LargestFile && o.Modified >= since));
                    next = page.Next;
                }
                while (next is not null && ++pages < MostPages);
                cut |= next is not null;
            }
        }
        return ([.. found.OrderByDescending(f => f.Modified)], cut);
    }

    /// <summary>The names of the folders below the endpoint's.</summary>
    private async Task<List<string>> VariantsAsync(string connection, ObjectRef place, CancellationToken cancelled)
    {
        var names = new List<string>();
        string? next = null;
        var pages = 0;
        do
        {
            var page = await objects.ListAsync(connection, place.Bucket, place.Key, next, cancelled);
            foreach (var name in page.Items.Select(o => o.Key[place.Key.Length..].Split('/')[0]))
                if (!names.Contains(name))
                    names.Add(name);
            next = page.Next;
        }
        while (next is not null && ++pages < MostPages);
        return names;
    }

    private async Task<IReadOnlyList<CapturedRequest>> LinesAsync(string connection, string bucket, ObjectInfo file, string prefix, CancellationToken cancelled)
    {
        try
        {
            var text = Encoding.UTF8.GetString(await objects.ReadAsync(connection, new ObjectRef(bucket, file.Key), LargestFile, cancelled));
            var variant = file.Key[prefix.Length..].Split('/')[0];
            return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => CaptureLine.Read(line, variant)).OfType<CapturedRequest>()];
        }
        catch (CloudException e) when (e.Fault.Kind == CloudFaultKind.NotFound)
        {
            return []; // a lifecycle rule took it meanwhile
        }
    }
}
