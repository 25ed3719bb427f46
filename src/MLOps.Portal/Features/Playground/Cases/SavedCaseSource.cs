using System.Security.Cryptography;
using System.Text;
using MLOps.Cloud.Cases;
using MLOps.Cloud.Evidence;
using MLOps.Cloud.Faults;
using MLOps.Portal.Features.Playground.Formats;
using GateCase = MLOps.Cloud.Cases.SavedCase;

namespace MLOps.Portal.Features.Playground.Cases;

/// <summary>
/// Hands the cases that people saved here to sign-offs: <c>playground</c> for those of the candidate's endpoints, DEV's before production's,
/// <c>playground:ENDPOINT</c> for those of one endpoint.
/// </summary>
internal sealed class SavedCaseSource(CaseStore store) : ICaseSource
{
    private const string Scheme = "playground";
    private static readonly UTF8Encoding Text = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public bool Knows(string place) => place == Scheme || place.StartsWith(Scheme + ":", StringComparison.Ordinal);

    public async Task<CaseSet> ReadAsync(string place, SignOffEvidence candidate, int most, CancellationToken cancelled = default)
    {
        string[] endpoints = place == Scheme ? [candidate.DevelopmentEndpointName, candidate.ProductionEndpointName] : [place[(Scheme.Length + 1)..]];
        var saved = new List<SavedCase>();
        foreach (var endpoint in endpoints.Where(e => e.Length > 0))
            saved.AddRange(await store.ListAsync(candidate.Connection, endpoint, cancelled));
        var name = string.Join(" and ", endpoints.Where(e => e.Length > 0));
        if (saved.Count == 0)
            throw new CloudException(new CloudFault(CloudFaultKind.NotFound, $"Nobody has saved cases for {name} in the playground."));
        var cases = saved.SelectMany(Rows).DistinctBy(c => (c.Body, c.ContentType, c.CustomAttributes)).Select((c, i) => c with { Number = i + 1 }).ToList();
        if (cases.Count == 0)
            throw new CloudException(new CloudFault(CloudFaultKind.Invalid, $"The cases that are saved for {name} are no text: a sign-off asks text only."));
        var all = string.Join('\n', cases.Select(c => $"{c.ContentType}\t{c.Accept}\t{c.CustomAttributes}\t{c.Label}\t{c.Body}"));
        return new CaseSet($"the playground: cases saved for {name}", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all))), cases[0].ContentType, [.. cases.Take(most)], cases.Count);
    }

    /// <summary>The requests of a case: a body of several rows with as many right answers is a request for each; bytes that are no text are none.</summary>
    private static IEnumerable<GateCase> Rows(SavedCase saved)
    {
        string body;
        try
        {
            body = Text.GetString(saved.Body);
        }
        catch (DecoderFallbackException)
        {
            yield break;
        }
        var labels = Expectation.Split(saved.Expected);
        var lines = MediaTypes.IsCsv(saved.ContentType) ? Lines(body) : [body];
        if (lines.Length > 1 && lines.Length == labels.Count)
        {
            foreach (var (line, label) in lines.Zip(labels))
                yield return Case(saved, line, label);
            yield break;
        }
        // Only one prediction is read of an answer: several right answers to one request cannot be told apart there.
        yield return Case(saved, body, labels.Count == 1 && labels[0].Length > 0 && labels[0][0] is not ('{' or '[') ? labels[0] : null);
    }

    private static string[] Lines(string body)
    {
        var lines = body.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        try
        {
            return BodyFormats.CsvRows(body).Count == lines.Length ? lines : [body];
        }
        catch (FormatException)
        {
            return [body];
        }
    }

    private static GateCase Case(SavedCase saved, string body, string? label) =>
        new(0, body, label, saved.CustomAttributes) { ContentType = saved.ContentType, Accept = saved.Accept };
}
