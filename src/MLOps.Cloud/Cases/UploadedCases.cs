using System.Text;
using MLOps.Cloud.Evidence;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Objects;

namespace MLOps.Cloud.Cases;

/// <summary>Cases that lie beside the model: a file of the upload (<c>upload:validation/cases.csv</c>), or an object (<c>s3://bucket/key</c>).</summary>
internal sealed class UploadedCases(IObjectStore objects) : ICaseSource
{
    private const string Upload = "upload:";

    public bool Knows(string place) => place.StartsWith(Upload, StringComparison.Ordinal) || ObjectRef.Parse(place) is not null;

    public async Task<CaseSet> ReadAsync(string place, SignOffEvidence candidate, int most, CancellationToken cancelled = default)
    {
        if (ObjectRef.Parse(place) is { } source)
            return CaseFile.Read(place, Encoding.UTF8.GetString(await objects.ReadAsync(candidate.Connection, source, cancelled: cancelled)), most);
        var file = place[Upload.Length..];
        return candidate.Candidate.Files.TryGetValue(file, out var text)
            ? CaseFile.Read($"{file} of the upload", text, most)
            : throw new CloudException(new CloudFault(CloudFaultKind.NotFound, $"The upload holds no {file}."));
    }
}
