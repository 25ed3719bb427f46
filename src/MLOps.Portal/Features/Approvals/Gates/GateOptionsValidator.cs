using Microsoft.Extensions.Options;

namespace MLOps.Portal.Features.Approvals.Gates;

/// <summary>Finds everything that is wrong with the section <c>Gates</c>.</summary>
internal sealed class GateOptionsValidator : IValidateOptions<GatesOptions>
{
    private const int MostVotes = 10;
    private const int MostCases = 2000;

    public ValidateOptionsResult Validate(string? name, GatesOptions options)
    {
        var faults = Faults("Gates:Default", options.Default).ToList();
        foreach (var (key, gate) in options.Pipelines)
            faults.AddRange(Faults($"Gates:Pipelines:{key}", gate));
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(string at, GateOptions gate)
    {
        if (gate.Votes is < 1 or > MostVotes)
            yield return $"{at}:Votes is {gate.Votes}; it must be between 1 and {MostVotes}.";
        if (gate.Approvers is { } approvers)
        {
            if (approvers.Roles.Count + approvers.Groups.Count + approvers.People.Count == 0)
                yield return $"{at}:Approvers names nobody; name at least one role, group or person.";
            foreach (var role in approvers.Roles.Where(r => !Shared.Security.Roles.All.Contains(r)))
                yield return $"{at}:Approvers:Roles holds '{role}'; the roles are {string.Join(", ", Shared.Security.Roles.All)}.";
            if (approvers is { Roles.Count: 0, Groups.Count: 0, People.Count: var people } && people < (gate.Votes ?? 1))
                yield return $"{at}: {gate.Votes} votes are needed and only {people} people may approve.";
        }
        if (gate.StepUp is { Minutes: < 0 or > 1440 })
            yield return $"{at}:StepUp:Minutes is {gate.StepUp.Minutes}; it must be between 0 and 1440.";
        foreach (var rule in gate.Rules ?? [])
        {
            if (Refusal(() => GateRule.Parse(rule)) is { } why)
                yield return $"{at}:Rules: {why}";
        }
        foreach (var (window, i) in (gate.Freeze ?? []).Select((w, i) => (w, i)))
        {
            if (Refusal(() => FreezeWindow.Of(window)) is { } why)
                yield return $"{at}:Freeze:{i}: {why}";
        }
        if (gate.Cases?.Most is < 1 or > MostCases)
            yield return $"{at}:Cases:Most is {gate.Cases.Most}; it must be between 1 and {MostCases}.";
        if (gate.Cases?.Tolerance is < 0 or double.NaN)
            yield return $"{at}:Cases:Tolerance is {gate.Cases.Tolerance}; it must be 0 or more.";
        if (gate.Cases?.Source is { Length: > 0 } source && source is not ("none" or "playground") && !source.Contains(':', StringComparison.Ordinal))
            yield return $"{at}:Cases:Source is '{source}'; write upload:PATH, s3://BUCKET/KEY, playground, playground:ENDPOINT or none.";
    }

    private static string? Refusal(Action read)
    {
        try
        {
            read();
            return null;
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }
}
