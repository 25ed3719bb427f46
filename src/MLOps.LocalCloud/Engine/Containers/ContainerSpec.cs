using MLOps.LocalCloud.Engine.Images;
using MLOps.LocalCloud.Engine.Processes;

namespace MLOps.LocalCloud.Engine.Containers;

/// <summary>An image to run, as SageMaker starts it.</summary>
/// <param name="Name">For logs, such as <c>training/iris-model-1</c>.</param>
/// <param name="Command">What follows the entry point: <c>train</c> or <c>serve</c>.</param>
/// <param name="MlFolder">The folder that the program sees as <c>/opt/ml</c>; it may write there.</param>
/// <param name="Environment">Variables over the image's own.</param>
internal sealed record ContainerSpec(
    string Name, ImageManifest Image, IReadOnlyList<string> Command, string MlFolder, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>In place of the image's entry point.</summary>
    public IReadOnlyList<string>? EntryPoint { get; init; }

    /// <summary>The port on 127.0.0.1 where a serving program is to listen; none means that the program gets no network.</summary>
    public int? Port { get; init; }

    /// <summary>Called for each line that the program writes.</summary>
    public Action<string>? OnLine { get; init; }

    /// <summary>The whole command line: the entry point and its arguments.</summary>
    public IReadOnlyList<string> CommandLine => [.. EntryPoint ?? Image.EntryPoint, .. Command];
}

/// <summary>Runs images.</summary>
internal interface IContainerRunner
{
    /// <exception cref="InvalidOperationException">The image cannot be started; the message says why.</exception>
    Task<IRunningProcess> StartAsync(ContainerSpec spec);
}
