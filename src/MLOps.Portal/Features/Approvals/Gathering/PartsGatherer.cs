using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MLOps.Cloud.Cases;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Evidence;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Inventory;
using MLOps.Portal.Features.Approvals.Gates;

namespace MLOps.Portal.Features.Approvals.Gathering;

/// <summary>Gathers the parts that take a while. A part that fails says so, and stops no other.</summary>
internal sealed partial class PartsGatherer(
    IEnumerable<ICaseSource> sources, ICaseRunner runner, ITrainingDataReader data, GateBook gates, IInventory<EndpointSummary> endpoints,
    TimeProvider time, ILogger<PartsGatherer> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    // A model that is still loading, a throttled call: what passes by itself is no reason to close a gate until somebody comes by.
    private const int MostTries = 8;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1), LongestPause = TimeSpan.FromSeconds(15);

    /// <summary>Stands for the cases that the gate asks, and for how they are compared: what was measured by others does not count.</summary>
    public string CasesKey(CandidateKey key)
    {
        var gate = gates.For(key.Pipeline, key.Action);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{gate.Cases}\n{gate.MostCases}\n{gate.Tolerance:R}"))))[..16];
    }

    /// <summary>Gathers everything that is not done; <paramref name="change"/> applies each step to the state.</summary>
    public Task GatherAsync(CandidateKey key, SignOffEvidence evidence, Action<Func<GatheredEvidence, GatheredEvidence>> change, CancellationToken cancelled) => Task.WhenAll(
        TryAsync(s => s.DataPart, (s, part) => s with { DataPart = part }, token => DataAsync(evidence, change, token), change, cancelled),
        TryAsync(s => s.CasesPart, (s, part) => s with { CasesPart = part }, token => CasesAsync(key, evidence, change, token), change, cancelled));

    private async Task DataAsync(SignOffEvidence evidence, Action<Func<GatheredEvidence, GatheredEvidence>> change, CancellationToken cancelled)
    {
        if (evidence.Candidate.Job is null)
            throw new CloudException(new CloudFault(CloudFaultKind.NotFound, "The training job could not be read."));
        var found = await data.ReadAsync(evidence.Connection, evidence.Candidate.Job, cancelled);
        change(s => s with { Data = found, DataPart = s.DataPart with { State = PartState.Done } });
    }

    private async Task CasesAsync(CandidateKey key, SignOffEvidence evidence, Action<Func<GatheredEvidence, GatheredEvidence>> change, CancellationToken cancelled)
    {
        var gate = gates.For(key.Pipeline, key.Action);
        if (gate.Cases == "none")
        {
            change(s => s with { CasesPart = s.CasesPart with { State = PartState.NotThere, Detail = "The gate asks for none." } });
            return;
        }
        if (await ReadAsync(gate, evidence, cancelled) is not { } cases)
        {
            const string Why = "The upload holds no validation/cases.csv, nobody has saved cases in the playground, and the gate names no other place.";
            change(s => s with { CasesPart = s.CasesPart with { State = PartState.NotThere, Detail = Why } });
            return;
        }
        var (candidate, production) = Targets(key, evidence);
        var all = cases.Cases.Count * (production is null ? 1 : 2);
        change(s => s with { CasesPart = s.CasesPart with { Of = all } });
        var results = await runner.RunAsync(
            cases, candidate, production, gate.Tolerance,
            asked => change(s => s with { CasesPart = s.CasesPart with { Done = Math.Max(asked, s.CasesPart.Done) } }), cancelled);
        if (key.Variant.Length == 0 && WasReplaced(evidence.DevelopmentEndpoint!))
            throw new CloudException(new CloudFault(CloudFaultKind.Conflict, $"{evidence.DevelopmentEndpointName} was deployed anew while it was asked."));
        change(s => s with { Cases = results, CasesPart = s.CasesPart with { State = PartState.Done, Done = all } });
    }

    /// <summary>The gate's cases; null where the gate names no place and there are none at the usual ones.</summary>
    private async Task<CaseSet?> ReadAsync(Gate gate, SignOffEvidence evidence, CancellationToken cancelled)
    {
        var isUsual = gate.Cases.Length == 0;
        var place = !isUsual ? gate.Cases : evidence.Candidate.Files.ContainsKey(Gate.UsualCases["upload:".Length..]) ? Gate.UsualCases : Gate.OtherCases;
        if (sources.FirstOrDefault(s => s.Knows(place)) is not { } source)
            return isUsual ? null : throw new CloudException(new CloudFault(CloudFaultKind.Invalid, $"The gate takes its cases from '{place}', which no source knows."));
        try
        {
            return await source.ReadAsync(place, evidence, gate.MostCases, cancelled);
        }
        catch (CloudException none) when (isUsual && place == Gate.OtherCases && none.Fault.Kind == CloudFaultKind.NotFound)
        {
            return null;
        }
    }

    /// <summary>The candidate answers on its DEV endpoint, or as a challenger beside the champion.</summary>
    private static (CaseTarget Candidate, CaseTarget? Production) Targets(CandidateKey key, SignOffEvidence evidence)
    {
        var champion = evidence.ProductionEndpoint?.Variants.Where(v => v.Name != key.Variant).MaxBy(v => Math.Max(v.CurrentWeight, v.DesiredWeight));
        var production = champion is null ? null : new CaseTarget(evidence.Connection, evidence.ProductionEndpointName, champion.Name);
        if (key.Variant.Length > 0)
            return (new CaseTarget(evidence.Connection, evidence.ProductionEndpointName, key.Variant), production);
        if (evidence.DevelopmentEndpoint is not { } development)
            throw new CloudException(new CloudFault(CloudFaultKind.NotFound, $"The candidate's endpoint {evidence.DevelopmentEndpointName} is not there."));
        // A later candidate takes the DEV endpoint over while this one waits: its answers are not this one's.
        if (evidence.DevelopmentTrainingJob.Length > 0 && evidence.Candidate.Job is { } job && job.Job.Name != evidence.DevelopmentTrainingJob)
            throw new CloudException(new CloudFault(CloudFaultKind.Conflict, $"{development.Name} serves {evidence.DevelopmentTrainingJob} now, not this candidate."));
        return (new CaseTarget(evidence.Connection, development.Name), production);
    }

    private bool WasReplaced(EndpointSummary asked) =>
        endpoints.Current(asked.Connection).Items.FirstOrDefault(e => e.Name == asked.Name) is { } now && now.ConfigName != asked.ConfigName;

    private async Task TryAsync(
        Func<GatheredEvidence, EvidencePart> part, Func<GatheredEvidence, EvidencePart, GatheredEvidence> put, Func<CancellationToken, Task> gather,
        Action<Func<GatheredEvidence, GatheredEvidence>> change, CancellationToken cancelled)
    {
        var (name, isThere) = ("", false);
        change(s =>
        {
            (name, isThere) = (part(s).Name, part(s).State is PartState.Done or PartState.NotThere);
            return isThere ? s : put(s, new EvidencePart(name, PartState.Running));
        });
        if (isThere)
            return;
        using var limit = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancelled);
        try
        {
            await PersistAsync(both.Token);
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException)
        {
            Fail($"It took longer than {Patience.TotalMinutes:0} minutes.");
        }
        catch (CloudException refused)
        {
            Fail(refused.Fault.Message);
        }
        // Whatever else goes wrong is a fault of the portal: it is logged as one, and the page says that the part is missing.
        catch (Exception fault)
        {
            Log.Broken(logger, fault, name);
            Fail("The portal could not gather it; its log says why.");
        }

        async Task PersistAsync(CancellationToken token)
        {
            var pause = FirstPause;
            for (var tries = 1; ; tries++)
            {
                try
                {
                    await gather(token);
                    return;
                }
                catch (CloudException passing) when (passing.Fault.IsTransient && tries < MostTries)
                {
                    await Task.Delay(pause, time, token);
                    pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                }
            }
        }

        void Fail(string why) => change(s => put(s, part(s) with { State = PartState.Failed, Detail = why }));
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The evidence's part {Part} could not be gathered")]
        public static partial void Broken(ILogger logger, Exception fault, string part);
    }
}
