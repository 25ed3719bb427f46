using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace MLOps.Cloud.Connections;

/// <summary>Finds every fault of the section <c>Cloud</c>, so that they can be mended in one go.</summary>
internal sealed partial class CloudOptionsValidator : IValidateOptions<CloudOptions>
{
    public ValidateOptionsResult Validate(string? name, CloudOptions options)
    {
        var faults = Faults(options).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(CloudOptions options)
    {
        if (options.Inventory.Interval is { } interval && (interval < TimeSpan.FromMilliseconds(200) || interval > TimeSpan.FromHours(1)))
            yield return $"Cloud:Inventory:Interval is {interval}; it must be between 00:00:00.2 and 01:00:00.";
        if (options.Inventory.IdleInterval is { } idle && (idle < TimeSpan.FromMilliseconds(200) || idle > TimeSpan.FromHours(1)))
            yield return $"Cloud:Inventory:IdleInterval is {idle}; it must be between 00:00:00.2 and 01:00:00.";
        if (options.Inventory.FullInterval < TimeSpan.FromSeconds(1) || options.Inventory.FullInterval > TimeSpan.FromDays(1))
            yield return $"Cloud:Inventory:FullInterval is {options.Inventory.FullInterval}; it must be between 00:00:01 and 1.00:00:00.";
        if (options.Inventory.MaxTrainingJobs is < 1 or > 10_000)
            yield return $"Cloud:Inventory:MaxTrainingJobs is {options.Inventory.MaxTrainingJobs}; it must be between 1 and 10000.";
        if (options.Traffic.IdleAfter < TimeSpan.FromDays(1) || options.Traffic.IdleAfter > TimeSpan.FromDays(60))
            yield return $"Cloud:Traffic:IdleAfter is {options.Traffic.IdleAfter}; it must be between 1.00:00:00 and 60.00:00:00.";
        if (options.Traffic.Interval is { } look && (look < TimeSpan.FromSeconds(1) || look > TimeSpan.FromHours(1)))
            yield return $"Cloud:Traffic:Interval is {look}; it must be between 00:00:01 and 01:00:00.";
        foreach (var fault in options.Mode == CloudMode.Embedded ? EmbeddedFaults(options) : AwsFaults(options))
            yield return fault;
    }

    private static IEnumerable<string> EmbeddedFaults(CloudOptions options)
    {
        if (!IsHttp(options.EndpointUrl))
            yield return $"Cloud:EndpointUrl is '{options.EndpointUrl}'; it must be an http URL such as http://127.0.0.1:4566.";
        if (!Region().IsMatch(options.Region))
            yield return $"Cloud:Region is '{options.Region}'; it must be a region such as us-east-1.";
        if (!Account().IsMatch(options.Account))
            yield return $"Cloud:Account is '{options.Account}'; it must have 12 digits.";
        if (options.Connections.Count > 0)
            yield return "Cloud:Connections is set while Cloud:Mode is Embedded; set Cloud:Mode to Aws, or remove the connections.";
    }

    private static IEnumerable<string> AwsFaults(CloudOptions options)
    {
        if (options.Connections.Count == 0)
            yield return "Cloud:Connections is empty; with Cloud:Mode Aws it needs at least one connection with Name and Region.";
        for (var i = 0; i < options.Connections.Count; i++)
        {
            var c = options.Connections[i];
            var at = $"Cloud:Connections:{i}";
            if (!ConnectionName().IsMatch(c.Name))
                yield return $"{at}:Name is '{c.Name}'; it must be 1 to 32 letters, digits or hyphens.";
            else if (options.Connections.Take(i).Any(other => string.Equals(other.Name, c.Name, StringComparison.OrdinalIgnoreCase)))
                yield return $"{at}:Name '{c.Name}' is used twice.";
            if (!Region().IsMatch(c.Region))
                yield return $"{at}:Region is '{c.Region}'; it must be a region such as eu-central-1.";
            if (c.RoleArn.Length > 0 && !RoleArn().IsMatch(c.RoleArn))
                yield return $"{at}:RoleArn is '{c.RoleArn}'; it must look like arn:aws:iam::123456789012:role/name.";
            if (c.ExternalId.Length > 0 && c.RoleArn.Length == 0)
                yield return $"{at}:ExternalId is set without a RoleArn.";
            if (c.Account.Length > 0 && !Account().IsMatch(c.Account))
                yield return $"{at}:Account is '{c.Account}'; it must have 12 digits.";
            if (c.EndpointUrl.Length > 0 && !IsHttp(c.EndpointUrl))
                yield return $"{at}:EndpointUrl is '{c.EndpointUrl}'; it must be an http or https URL.";
            if (c.EventQueueUrl.Length > 0 && !IsHttp(c.EventQueueUrl))
                yield return $"{at}:EventQueueUrl is '{c.EventQueueUrl}'; it must be the URL of an SQS queue.";
        }
    }

    private static bool IsHttp(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";

    [GeneratedRegex("^[A-Za-z0-9-]{1,32}$")]
    private static partial Regex ConnectionName();

    [GeneratedRegex("^[a-z]{2}(-[a-z]+)+-[0-9]$")]
    private static partial Regex Region();

    [GeneratedRegex("^[0-9]{12}$")]
    private static partial Regex Account();

    [GeneratedRegex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$")]
    private static partial Regex RoleArn();
}
