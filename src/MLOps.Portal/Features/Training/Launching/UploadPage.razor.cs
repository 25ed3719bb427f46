using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Forms;
using MLOps.Cloud.Training;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Training.Launching;

/// <summary>Hands a zip to a pipeline, with the name of who asks for it.</summary>
public sealed partial class UploadPage
{
    private readonly Loaded<IReadOnlyList<UploadPlace>> places = new();
    private string pipeline = "";
    private string summary = "";
    private string fileName = "";
    private byte[]? zip;
    private string? fault;
    private bool busy;

    [Inject] private ITrainingUploads Uploads { get; set; } = default!;

    [Inject] private Commander Commander { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    [Inject] private AuthenticationStateProvider People { get; set; } = default!;

    private UploadPlace? Chosen => places.Value?.FirstOrDefault(p => p.Pipeline == pipeline) ?? (places.Value is [var first, ..] ? first : null);

    protected override Task OnInitializedAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        await places.LoadAsync(token => Uploads.PlacesAsync(Places.Connection, token), Gone);
        pipeline = Chosen?.Pipeline ?? "";
    }

    private async Task TakeAsync(InputFileChangeEventArgs change)
    {
        (zip, fault, fileName) = (null, null, change.File.Name);
        if (change.File.Size > ITrainingUploads.LargestZip)
        {
            fault = $"The zip has {change.File.Size:N0} bytes; at most {ITrainingUploads.LargestZip:N0} are taken.";
            return;
        }
        using var content = new MemoryStream();
        await using var file = change.File.OpenReadStream(ITrainingUploads.LargestZip, Gone);
        await file.CopyToAsync(content, Gone);
        zip = content.ToArray();
        fault = UploadCheck.Fault(zip);
    }

    private async Task SendAsync()
    {
        if (Chosen is not { } place || zip is not { } content || busy)
            return;
        busy = true;
        var person = (await People.GetAuthenticationStateAsync()).User.Identity?.Name ?? "";
        var line = summary.Trim().Length > 0 ? summary.Trim() : fileName;
        if (await Commander.RunAsync(Policies.Operate, TrainingReconciler.Upload(place, content),
                () => Uploads.UploadAsync(Places.Connection, place, content, line, person), $"{place.Pipeline} takes the upload.") && IsHere)
            Navigation.NavigateTo(Places.Pipeline(place.Pipeline));
        busy = false;
    }

    public override void Dispose()
    {
        places.Dispose();
        base.Dispose();
    }
}
