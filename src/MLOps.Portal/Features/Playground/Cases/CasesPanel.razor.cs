using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Forms;
using MLOps.Portal.Features.Playground.Answers;
using MLOps.Portal.Features.Playground.Requests;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Components;
using MLOps.Portal.Shared.Security;
using MLOps.Portal.Shared.Text;
using MudBlazor;

namespace MLOps.Portal.Features.Playground.Cases;

/// <summary>The saved cases of an endpoint.</summary>
public sealed partial class CasesPanel
{
    private const int LargestFile = 8 << 20;

    private readonly Loaded<IReadOnlyList<SavedCase>> load = new();
    private SavedCase? opened;
    private bool saving;
    private string? said;
    private bool wrong;
    private string? shown;

    [Parameter, EditorRequired] public Target First { get; set; }

    [Parameter, EditorRequired] public Target Second { get; set; }

    [Parameter, EditorRequired] public Draft Draft { get; set; } = default!;

    /// <summary>What was answered last: its labels are offered as what is expected.</summary>
    [Parameter, EditorRequired] public Attempt? Last { get; set; }

    /// <summary>A case was taken into the editor.</summary>
    [Parameter] public EventCallback<SavedCase> Taken { get; set; }

    [Inject] private CaseStore Store { get; set; } = default!;

    [Inject] private CommandGate Gate { get; set; } = default!;

    [Inject] private AuthenticationStateProvider People { get; set; } = default!;

    [Inject] private IDialogService Dialogs { get; set; } = default!;

    public override void Dispose()
    {
        load.Dispose();
        base.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        var place = $"{Places.Connection}/{First.Endpoint}";
        if (shown == place)
            return;
        (shown, opened, saving, said) = (place, null, false, null);
        load.Reset();
        await LoadAsync();
    }

    private Task LoadAsync() => load.LoadAsync(token => Store.ListAsync(Places.Connection, First.Endpoint, token), Gone);

    private Task Open(SavedCase one)
    {
        opened = one;
        return Taken.InvokeAsync(one);
    }

    private Task SaveAsync((string Name, string Expected, bool AsNew) what) => RunAsync($"save the case {what.Name}", async by =>
    {
        var one = new SavedCase
        {
            Connection = Places.Connection, Endpoint = First.Endpoint, Name = what.Name.Trim(), Expected = what.Expected.Trim(), Body = Draft.Bytes.ToArray(),
            ContentType = Draft.ContentType, Accept = Draft.Accept, CustomAttributes = Draft.CustomAttributes,
        };
        if (opened is { } changed && !what.AsNew)
        {
            (one.Id, one.Version) = (changed.Id, changed.Version);
            await Store.ChangeAsync(one, by);
        }
        else
        {
            await Store.AddAsync([one], by);
        }
        (opened, saving) = (one, false);
        return $"“{one.Name}” is saved.";
    });

    private async Task ImportAsync(InputFileChangeEventArgs chosen)
    {
        IReadOnlyList<SavedCase> cases;
        try
        {
            cases = await ReadAsync(chosen.File);
        }
        catch (Exception e) when (e is CaseRefusedException or FormatException or IOException)
        {
            (said, wrong) = (e.Message, true);
            return;
        }
        await RunAsync($"import cases of {First.Endpoint}", async by =>
        {
            await Store.AddAsync(cases, by);
            return $"{Words.Count(cases.Count, "case")} of {chosen.File.Name} {(cases.Count == 1 ? "is" : "are")} imported.";
        });
    }

    /// <summary>The file comes from the browser, and no further than the page is open.</summary>
    private async Task<IReadOnlyList<SavedCase>> ReadAsync(IBrowserFile file)
    {
        if (file.Size > LargestFile)
            throw new CaseRefusedException($"{file.Name} has {Words.Bytes(file.Size)}; at most {Words.Bytes(LargestFile)} are read.");
        await using var content = file.OpenReadStream(LargestFile, Gone);
        using var reader = new StreamReader(content, Encoding.UTF8);
        return CaseCsv.Read(await reader.ReadToEndAsync(Gone), Places.Connection, First.Endpoint);
    }

    private async Task DeleteAsync(IReadOnlyList<SavedCase> cases)
    {
        var what = cases.Count == 1 ? $"“{cases[0].Name}”" : Words.Count(cases.Count, "case");
        if (await ConfirmDialog.AskAsync(Dialogs, "Delete cases", $"{what} of {First.Endpoint} will be gone for everybody. An export keeps a copy that can be imported again.", "Delete", destructive: true))
        {
            await RunAsync($"delete {what}", async _ =>
            {
                await Store.DeleteAsync([.. cases.Select(c => c.Id)]);
                opened = null;
                return $"{what} {(cases.Count == 1 ? "is" : "are")} deleted.";
            });
        }
    }

    /// <summary>Runs a change to its end, also where the page is left meanwhile, and says what came of it.</summary>
    private async Task RunAsync(string what, Func<string, Task<string>> change)
    {
        try
        {
            var by = (await People.GetAuthenticationStateAsync()).User.DisplayName();
            (said, wrong) = (await Gate.RunAsync(Policies.Invoke, what, () => change(by)), false);
            await LoadAsync();
        }
        catch (Exception e) when (e is CaseRefusedException or NotAllowedException)
        {
            (said, wrong) = (e.Message, true);
        }
    }
}
