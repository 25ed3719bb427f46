namespace MLOps.Cloud.Connections;

/// <summary>Which cloud answers.</summary>
public enum CloudMode
{
    /// <summary>The local cloud, at <see cref="CloudOptions.EndpointUrl"/>.</summary>
    Embedded,

    /// <summary>AWS, by <see cref="CloudOptions.Connections"/>.</summary>
    Aws,
}

/// <summary>What a connection is used for; production looks different on the screen.</summary>
public enum ConnectionLabel
{
    Development,
    Production,
}

/// <summary>The section <c>Cloud</c>. Validated at start; all faults are reported at once.</summary>
public sealed class CloudOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string Section = "Cloud";

    /// <summary>Which cloud answers.</summary>
    public CloudMode Mode { get; set; } = CloudMode.Embedded;

    /// <summary>Where the local cloud listens, in embedded mode.</summary>
    public string EndpointUrl { get; set; } = "http://127.0.0.1:4566";

    /// <summary>The region of the embedded connection.</summary>
    public string Region { get; set; } = "us-east-1";

    /// <summary>The account of the embedded connection.</summary>
    public string Account { get; set; } = "123456789012";

    /// <summary>The connections to AWS. In embedded mode there is one, named <c>local</c>, and this list stays empty.</summary>
    public IList<ConnectionOptions> Connections { get; } = [];

    /// <summary>The live inventory.</summary>
    public InventoryOptions Inventory { get; } = new();

    /// <summary>How the traffic of endpoints is looked at, for the overview.</summary>
    public TrafficOptions Traffic { get; } = new();

    /// <summary>The seeding of the workshop into the embedded cloud.</summary>
    public WorkshopOptions Workshop { get; } = new();
}

/// <summary>One account and region of AWS.</summary>
public sealed class ConnectionOptions
{
    /// <summary>Names the connection in URLs and on the screen: letters, digits and hyphens.</summary>
    public string Name { get; set; } = "";

    /// <summary>A region such as <c>eu-central-1</c>.</summary>
    public string Region { get; set; } = "";

    /// <summary>A profile of the shared AWS configuration; the SDK's credential chain where empty.</summary>
    public string Profile { get; set; } = "";

    /// <summary>A role to assume with those credentials; none where empty.</summary>
    public string RoleArn { get; set; } = "";

    /// <summary>The external id that the role's trust policy asks for; none where empty.</summary>
    public string ExternalId { get; set; } = "";

    /// <summary>Another endpoint for every service, such as a local cloud elsewhere; AWS's own where empty.</summary>
    public string EndpointUrl { get; set; } = "";

    /// <summary>The account, 12 digits; found out from the role's ARN or by STS where empty.</summary>
    public string Account { get; set; } = "";

    /// <summary>What the connection is used for.</summary>
    public ConnectionLabel Label { get; set; } = ConnectionLabel.Development;

    /// <summary>An SQS queue that an EventBridge rule feeds with state changes; sweeps alone where empty.</summary>
    public string EventQueueUrl { get; set; } = "";
}

/// <summary>How often the live inventory looks.</summary>
public sealed class InventoryOptions
{
    /// <summary>The time between sweeps; where it is not set, 1 s for an endpoint on this machine and 15 s for AWS.</summary>
    public TimeSpan? Interval { get; set; }

    /// <summary>The time between sweeps while nobody has a page open; four times <see cref="Interval"/> where it is not set, and never less than that.</summary>
    public TimeSpan? IdleInterval { get; set; }

    /// <summary>The time between sweeps over everything; those between them ask only for what changed, where AWS can be asked so.</summary>
    public TimeSpan FullInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How many of the newest training jobs are held.</summary>
    public int MaxTrainingJobs { get; set; } = 500;
}

/// <summary>How the traffic of all endpoints is looked at.</summary>
public sealed class TrafficOptions
{
    /// <summary>An endpoint without a request for so long is idle; from 1 day to 60.</summary>
    public TimeSpan IdleAfter { get; set; } = TimeSpan.FromDays(7);

    /// <summary>The time between two looks while somebody watches; where it is not set, 30 s for an endpoint on this machine and 5 min for AWS, which charges by the metric.</summary>
    public TimeSpan? Interval { get; set; }
}

/// <summary>What the workshop is seeded from, in embedded mode.</summary>
public sealed class WorkshopOptions
{
    /// <summary>Whether the embedded cloud is given the workshop at start.</summary>
    public bool Seed { get; set; } = true;

    /// <summary>
    /// The folder with <c>Infrastructure/</c> and <c>Images/</c>; where empty, <c>workshop/</c> beside the program, or
    /// else <c>src/</c> of the repository that the program runs from.
    /// </summary>
    public string AssetsFolder { get; set; } = "";

    /// <summary>The portal's address, for the link in the workshop's approvals; none where empty.</summary>
    public string PortalUrl { get; set; } = "";
}
