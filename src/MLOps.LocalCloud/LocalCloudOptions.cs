namespace MLOps.LocalCloud;

/// <summary>How the local cloud runs. Bound from the section <c>LocalCloud</c>.</summary>
public sealed class LocalCloudOptions
{
    /// <summary>The port on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; set; } = 4566;

    /// <summary>The folder that holds all state; made where it is missing.</summary>
    public string StateFolder { get; set; } = ".local/cloud";

    /// <summary>The account of callers whose credentials name no other.</summary>
    public string Account { get; set; } = "123456789012";

    /// <summary>The region of callers that sign for no other.</summary>
    public string Region { get; set; } = "us-east-1";

    /// <summary>The Python that runs functions, builds and images; found on the machine where empty.</summary>
    public string Python { get; set; } = "";

    /// <summary>
    /// How images are built and run: <c>bubblewrap</c>; <c>docker</c>, by the engine of this machine; <c>process</c>; or <c>auto</c>: the
    /// first of these that works.
    /// </summary>
    public string ImageRunner { get; set; } = "auto";

    /// <summary>The command line of the Docker engine, by name or path; <c>podman</c> does too.</summary>
    public string DockerCommand { get; set; } = "docker";

    /// <summary>
    /// How requests reach a container that serves: <c>publish</c>, by its one published port, or <c>host</c>, in the machine's own network (Linux
    /// only, where publishing is not possible). Containers that train get no network.
    /// </summary>
    public string DockerNetwork { get; set; } = "publish";

    /// <summary>Seconds until a function's process that has nothing to do is ended.</summary>
    public double FunctionIdleSeconds { get; set; } = 300;

    /// <summary>Seconds before the first and the second retry of an asynchronous invocation that failed (AWS waits 60 and 120).</summary>
    public double[] FunctionRetrySeconds { get; set; } = [1, 2];

    /// <summary>Seconds until a function that answered with a continuation token is called again (AWS waits about 30).</summary>
    public double ContinuationSeconds { get; set; } = 1;

    /// <summary>
    /// Seconds in a period of a target tracking policy: 3 periods above the target scale out, 15 below nine tenths of it scale in.
    /// AWS's period is 60; the shorter one lets a person watch it. CloudWatch knows 10, 30 and whole minutes.
    /// </summary>
    public int ScalingPeriodSeconds { get; set; } = 10;
}
