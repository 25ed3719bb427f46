using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.Services.Iam;

namespace MLOps.LocalCloud.Services.Sts;

/// <summary>Who calls, and temporary credentials. Roles must exist; the local cloud does not weigh their trust policies.</summary>
internal sealed partial class TokenOperations(SessionStore sessions, IamStore iam) : IOperations
{
    public void Map(OperationMap map) => map
        .On("sts", "GetCallerIdentity", Identity)
        .On("sts", "AssumeRole", AssumeRole)
        .On("sts", "GetSessionToken", SessionToken);

    private JsonObject Identity(OperationCall call)
    {
        var arn = Principal(call);
        return new JsonObject { ["Account"] = call.Scope.Account, ["Arn"] = arn, ["UserId"] = sessions.UserId(arn) ?? call.Scope.Account };
    }

    private JsonObject AssumeRole(OperationCall call)
    {
        var arn = call.Input.Required("RoleArn");
        if (RoleArn().Match(arn) is not { Success: true } role)
            throw new AwsException("ValidationError", $"{arn} is invalid");
        var (account, name, session) = (role.Groups["account"].Value, role.Groups["name"].Value, call.Input.Required("RoleSessionName"));
        // A role that is missing looks like one that may not be assumed.
        if (iam.Roles.Find(new Scope(account, ""), name) is not { } found || found.Text("Arn") != arn)
            throw new AwsException("AccessDenied", $"User: {Principal(call)} is not authorized to perform: sts:AssumeRole on resource: {arn}", 403);
        var seconds = call.Input.Whole("DurationSeconds") ?? 3600;
        if (seconds > found.Whole("MaxSessionDuration"))
            throw new AwsException("ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
        var (assumed, id) = ($"arn:aws:sts::{account}:assumed-role/{name}/{session}", $"{found.Text("RoleId")}:{session}");
        return new JsonObject
        {
            ["Credentials"] = sessions.Add(account, assumed, id, TimeSpan.FromSeconds(seconds)),
            ["AssumedRoleUser"] = new JsonObject { ["AssumedRoleId"] = id, ["Arn"] = assumed },
            ["SourceIdentity"] = call.Input.Text("SourceIdentity"),
        };
    }

    private JsonObject SessionToken(OperationCall call)
    {
        var duration = TimeSpan.FromSeconds(call.Input.Whole("DurationSeconds") ?? 43200);
        var arn = Principal(call);
        if (arn.Contains(":assumed-role/", StringComparison.Ordinal))
            throw new AwsException("AccessDenied", "Cannot call GetSessionToken with session credentials", 403);
        return new JsonObject { ["Credentials"] = sessions.Add(call.Scope.Account, arn, call.Scope.Account, duration) };
    }

    private static string Principal(OperationCall call) =>
        call.Principal.Length > 0 ? call.Principal : call.Scope.GlobalArn("iam", "root");

    [GeneratedRegex(@"^arn:aws:iam::(?<account>\d{12}):role/(?:[\x21-\x7e]+/)?(?<name>[\w+=,.@-]{1,64})$")]
    private static partial Regex RoleArn();
}
