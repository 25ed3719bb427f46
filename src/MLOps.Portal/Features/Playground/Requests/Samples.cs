using MLOps.Cloud.Endpoints;
using MLOps.Portal.Features.Playground.Formats;

namespace MLOps.Portal.Features.Playground.Requests;

/// <summary>What can be sent to begin with: iris flowers, as the workshop's model takes them.</summary>
internal static class Samples
{
    public static readonly IReadOnlyList<(string Title, string Type, string Body)> Bodies =
    [
        ("One row", MediaTypes.Csv, "4.6,3.1,1.5,0.2"),
        ("Three rows", MediaTypes.Csv, "4.6,3.1,1.5,0.2\n5.9,3.0,4.2,1.5\n6.7,3.0,5.2,2.3"),
        ("JSON", MediaTypes.Json, "{\n  \"instances\": [\n    [4.6, 3.1, 1.5, 0.2],\n    [6.7, 3.0, 5.2, 2.3]\n  ]\n}"),
    ];

    /// <summary>The algorithms of the dispatcher image, when the endpoint runs it; nothing otherwise.</summary>
    public static IReadOnlyList<(string Title, string Value)> Presets(EndpointSummary? endpoint) =>
        endpoint?.Variants.Any(variant => variant.Image.Contains("dispatcher", StringComparison.OrdinalIgnoreCase)) == true
            ? [("Model's default", ""), ("Logistic regression", "algorithm=logistic"), ("Random forest", "algorithm=random_forest")] : [];

    /// <summary>Whether a body is one of the samples, so that nobody wrote it.</summary>
    public static bool IsOne(string body) => Bodies.Any(sample => sample.Body == body);
}
