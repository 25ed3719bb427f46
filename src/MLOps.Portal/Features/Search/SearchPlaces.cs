using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Search;

/// <summary>The pages of the portal, and what can be begun from anywhere.</summary>
internal static class SearchPlaces
{
    public static readonly IReadOnlyList<SearchEntry> All =
    [
        Page("Overview", "/", "what needs you, what runs"),
        Page("Pipelines", "/pipelines", "stages and executions"),
        Page("Approvals", "/approvals", "what waits for a decision"),
        Page("Training jobs", "/training", "jobs, metrics, logs"),
        Page("Tuning jobs", "/tuning", "hyperparameter tuning"),
        Page("Batch transforms", "/transforms", "predictions for a data set"),
        Page("Model versions", "/models", "the model registry"),
        Page("Models", "/models?tab=models", "and where they serve"),
        Page("Timeline of production", "/timeline", "what was live on a day"),
        Page("Endpoints", "/endpoints", "what serves"),
        Page("Playground", "/playground", "try an endpoint"),
        Page("Load", "/load", "put an endpoint under load"),
        Page("Search", "/search", "everything by its name"),
        Page("Audit", "/audit", "the ledger of decisions and commands"),
        Page("Notifications", "/notifications", "what you are told, and where"),
        Page("Permissions of the cloud", "/permissions", "what the portal may do there", Policies.Administer),
        Page("Your account", "/account", "password, passkeys, sessions"),
        Page("People", "/account/people", "accounts and roles", Policies.Administer),
        Action("Launch a training job", "/training/new"),
        Action("Upload trainingjob.zip to a pipeline", "/training/upload"),
        Action("Start a tuning job", "/tuning/new"),
        Action("Start a batch transform", "/transforms/new"),
        Action("Show what failed", "/pipelines?status=failed", Policies.View),
        Action("Show what runs", "/pipelines?status=running", Policies.View),
    ];

    private static SearchEntry Page(string title, string path, string detail, string policy = Policies.View) => new(FoundKind.Page, "", path, title, path) { Detail = detail, Policy = policy };

    private static SearchEntry Action(string title, string path, string policy = Policies.Operate) => new(FoundKind.Action, "", path, title, path) { Policy = policy };
}
