using Microsoft.AspNetCore.Mvc;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Objects;
using MLOps.Cloud.Pipelines;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.Ledger;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Pipelines;

/// <summary>Pipelines: what their actions took and left can be taken away.</summary>
internal static class PipelinesFeature
{
    public static void AddPipelines(this WebApplicationBuilder builder) => builder.Services.AddSingleton<IReconciler, PipelineReconciler>();

    public static void MapPipelines(this WebApplication app) =>
        app.MapGet("/pipelines/{pipeline}/executions/{execution}/actions/{run}/artifacts/{name}", DownloadAsync).RequireAuthorization(Policies.View);

    /// <summary>Streams one artifact. It is looked up among those of the action's run: no other object can be had this way.</summary>
    private static async Task<IResult> DownloadAsync(
        string pipeline, string execution, string run, string name, HttpContext context,
        [FromServices] IPipelineReader pipelines, [FromServices] IObjectStore objects, Places places, CancellationToken cancelled)
    {
        var connection = places.Of(context.Request).Name;
        try
        {
            var action = (await pipelines.ExecutionAsync(connection, pipeline, execution, cancelled)).Actions.FirstOrDefault(a => a.Id == run);
            if (action?.Inputs.Concat(action.Outputs).FirstOrDefault(a => a.Name == name) is not { } artifact)
                return TypedResults.Problem($"That run of an action of {pipeline} has no artifact {name}.", statusCode: StatusCodes.Status404NotFound);
            var content = await objects.OpenAsync(connection, new ObjectRef(artifact.Bucket, artifact.Key), cancelled);
            context.Response.RegisterForDispose(content);
            context.Response.ContentLength = content.Length;
            return TypedResults.Stream(content.Content, "application/zip", $"{pipeline}-{execution[..Math.Min(8, execution.Length)]}-{name}.zip");
        }
        catch (CloudException e)
        {
            return TypedResults.Problem(e.Fault.Message, statusCode: e.Fault.Kind == CloudFaultKind.NotFound ? StatusCodes.Status404NotFound : StatusCodes.Status502BadGateway);
        }
    }
}
