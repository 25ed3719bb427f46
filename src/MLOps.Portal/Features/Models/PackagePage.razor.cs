using Microsoft.AspNetCore.Components;
using MLOps.Cloud.Registry;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Security;
using MudBlazor;

namespace MLOps.Portal.Features.Models;

/// <summary>One version: what it is, where it comes from, what it takes, where it serves, and whether it may.</summary>
public sealed partial class PackagePage
{
    [Parameter] public string Group { get; set; } = "";

    [Parameter] public int Version { get; set; }

    [Inject] private IModelRegistry Actions { get; set; } = default!;

    [Inject] private Commander Commander { get; set; } = default!;

    [Inject] private IDialogService Dialogs { get; set; } = default!;

    private readonly Loaded<ModelPackage> older = new();
    private (string, int) shown;

    private ModelPackage? Held => Known.Packages.FirstOrDefault(p => p.Group == Group && p.Version == Version);

    private ModelPackage? Package => Held ?? (older.Value is { } read && (read.Group, read.Version) == (Group, Version) ? read : null);

    // The portal holds the newest versions; a link may lead to one that is older.
    protected override async Task OnParametersSetAsync()
    {
        if (shown == (Group, Version) || Held is not null)
            return;
        shown = (Group, Version);
        older.Reset();
        await LookAsync();
    }

    private Task LookAsync() => older.LoadAsync(token => Actions.VersionAsync(Places.Connection, Group, Version, token), Gone);

    private async Task DecideAsync(ModelPackage package, bool approve)
    {
        var serves = Known.Serves(package).Select(s => s.Endpoint).Distinct().ToList();
        if (await DecisionDialog.AskAsync(Dialogs, package.Name, approve, serves) is not { } why)
            return;
        var (verb, done) = approve ? ("approve", "approved: it may be deployed") : ("reject", "rejected: it cannot be deployed any more");
        await Commander.RunAsync(Policies.Decide, PackageReconciler.Deed(verb, package, approve) with { Why = why },
            () => Actions.DecideAsync(Places.Connection, package.Arn, package.Approval, approve, why), $"{package.Name} is {done}.");
        if (Held is null && IsHere)
            await LookAsync();
    }

    public override void Dispose()
    {
        older.Dispose();
        base.Dispose();
    }
}
