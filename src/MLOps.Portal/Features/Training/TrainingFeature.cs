using Microsoft.AspNetCore.Mvc;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Objects;
using MLOps.Cloud.Training;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Ledger;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Training;

/// <summary>Training jobs: what they left can be taken away.</summary>
internal static class TrainingFeature
{
    public static void AddTraining(this WebApplicationBuilder builder) => builder.Services.AddSingleton<IReconciler, TrainingReconciler>();

    public static void MapTraining(this WebApplication app) =>
        app.MapGet("/training/{job}/artifacts/{**name}", DownloadAsync).RequireAuthorization(Policies.View);

    /// <summary>Streams one artifact of a job. The name is looked up among the job's own: no other object can be had this way.</summary>
    private static async Task<IResult> DownloadAsync(
        string job, string name, HttpContext context, [FromServices] ITrainingReader training, [FromServices] IObjectStore objects, Places places, CancellationToken cancelled)
    {
        var connection = places.Of(context.Request).Name;
        try
        {
            var found = await training.ArtifactsAsync(connection, await training.DetailAsync(connection, job, cancelled), cancelled);
            if (found.FirstOrDefault(a => a.Name == name) is not { } artifact)
                return TypedResults.Problem($"The training job {job} left no {name}.", statusCode: StatusCodes.Status404NotFound);
            var content = await objects.OpenAsync(connection, artifact.Place, cancelled);
            context.Response.RegisterForDispose(content);
            context.Response.ContentLength = content.Length;
            return TypedResults.Stream(content.Content, "application/octet-stream", $"{job}-{name[(name.LastIndexOf('/') + 1)..]}");
        }
        catch (CloudException e)
        {
            return TypedResults.Problem(e.Fault.Message, statusCode: e.Fault.Kind == CloudFaultKind.NotFound ? StatusCodes.Status404NotFound : StatusCodes.Status502BadGateway);
        }
    }
}
