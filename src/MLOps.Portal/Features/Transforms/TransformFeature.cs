using Microsoft.AspNetCore.Mvc;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Objects;
using MLOps.Cloud.Transforms;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Ledger;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Transforms;

/// <summary>Batch transforms: what they answered can be taken away.</summary>
internal static class TransformFeature
{
    public static void AddTransforms(this WebApplicationBuilder builder) => builder.Services.AddSingleton<IReconciler, TransformReconciler>();

    public static void MapTransforms(this WebApplication app) =>
        app.MapGet("/transforms/{job}/result/{**key}", DownloadAsync).RequireAuthorization(Policies.View);

    /// <summary>Streams one file of a job's result; no other object can be had this way.</summary>
    private static async Task<IResult> DownloadAsync(
        string job, string key, HttpContext context, [FromServices] ITransformReader transforms, [FromServices] IObjectStore objects, Places places, CancellationToken cancelled)
    {
        var connection = places.Of(context.Request).Name;
        try
        {
            var detail = await transforms.DetailAsync(connection, job, cancelled);
            var found = await transforms.OutputsAsync(connection, detail, cancelled);
            if (found.FirstOrDefault(o => o.Key == key) is not { } output || ObjectRef.Parse(detail.Request.Output.TrimEnd('/') + "/") is not { } place)
                return TypedResults.Problem($"The batch transform {job} wrote no {key}.", statusCode: StatusCodes.Status404NotFound);
            var content = await objects.OpenAsync(connection, place with { Key = output.Key }, cancelled);
            context.Response.RegisterForDispose(content);
            context.Response.ContentLength = content.Length;
            return TypedResults.Stream(content.Content, "application/octet-stream", key[(key.LastIndexOf('/') + 1)..]);
        }
        catch (CloudException e)
        {
            return TypedResults.Problem(e.Fault.Message, statusCode: e.Fault.Kind == CloudFaultKind.NotFound ? StatusCodes.Status404NotFound : StatusCodes.Status502BadGateway);
        }
    }
}
