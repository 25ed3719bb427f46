using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.SageMaker.Resources;

/// <summary>Who made or changed a resource, as Describe shows it.</summary>
internal static class Caller
{
    public static JsonObject Of(OperationCall call) => new() { ["IamIdentity"] = new JsonObject { ["Arn"] = call.Principal } };
}
