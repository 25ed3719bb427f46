using System.IO.Enumeration;
using Microsoft.Extensions.Options;
using MLOps.Cloud.Values;

namespace MLOps.Portal.Features.Approvals.Gates;

/// <summary>Knows the gate of every approval.</summary>
public sealed class GateBook(IOptions<GatesOptions> options)
{
    /// <summary>The gate of an approval; the default where none is configured for it.</summary>
    public Gate For(string pipeline, string action)
    {
        var own = options.Value.Pipelines
            .Where(g => Fits(g.Key, pipeline) || Fits(g.Key, $"{pipeline}/{action}"))
            .OrderByDescending(g => !g.Key.Contains('*', StringComparison.Ordinal)).ThenByDescending(g => g.Key.Length).FirstOrDefault();
        return own.Key is null ? Make("default", new GateOptions()) : Make(own.Key, own.Value);
    }

    private static bool Fits(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name);

    private Gate Make(string name, GateOptions own)
    {
        var gate = new Gate(name);
        var usual = options.Value.Default;
        var (approvers, stepUp, rules, freeze) = (own.Approvers ?? usual.Approvers, own.StepUp ?? usual.StepUp, own.Rules ?? usual.Rules, own.Freeze ?? usual.Freeze);
        if (approvers is not null)
            gate = gate with { Roles = approvers.Roles.ToValueList(), Groups = approvers.Groups.ToValueList(), People = approvers.People.ToValueList() };
        return gate with
        {
            Votes = own.Votes ?? usual.Votes ?? gate.Votes,
            ExcludeRequester = own.ExcludeRequester ?? usual.ExcludeRequester ?? gate.ExcludeRequester,
            FreshSignIn = stepUp is { Minutes: > 0 } ? TimeSpan.FromMinutes(stepUp.Minutes) : null,
            Passkey = stepUp?.Passkey ?? false,
            Rules = (rules ?? []).Select(GateRule.Parse).ToValueList(),
            Cases = own.Cases?.Source ?? usual.Cases?.Source ?? gate.Cases,
            MostCases = own.Cases?.Most ?? usual.Cases?.Most ?? gate.MostCases,
            Tolerance = own.Cases?.Tolerance ?? usual.Cases?.Tolerance ?? gate.Tolerance,
            Freeze = (freeze ?? []).Select(FreezeWindow.Of).ToValueList(),
        };
    }
}
