using System.Text.Json;

namespace MLOps.Cloud.Events;

/// <summary>What an event of EventBridge is about.</summary>
internal enum ChangedKind
{
    Pipeline,
    TrainingJob,
    Endpoint,
    ModelPackage,
}

/// <summary>Reads state-change events as EventBridge puts them into a queue.</summary>
internal static class CloudEventReading
{
    /// <summary>The thing that changed; null for events that the inventory does not hold, and for what is no event.</summary>
    public static (ChangedKind Kind, string Key)? Read(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("detail", out var detail) || detail.ValueKind != JsonValueKind.Object)
                return null;
            return Text(document.RootElement, "source") switch
            {
                "aws.codepipeline" => Named(ChangedKind.Pipeline, Text(detail, "pipeline")),
                "aws.sagemaker" => Named(ChangedKind.TrainingJob, Text(detail, "TrainingJobName")) ?? Named(ChangedKind.Endpoint, Text(detail, "EndpointName"))
                    ?? Named(ChangedKind.ModelPackage, Text(detail, "ModelPackageArn")),
                _ => null,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a text with half a surrogate pair.
            return null;
        }
    }

    private static (ChangedKind, string)? Named(ChangedKind kind, string name) => name.Length > 0 ? (kind, name) : null;

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
