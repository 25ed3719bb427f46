using System.Text;
using Microsoft.AspNetCore.Http.Features;
using MLOps.LocalCloud.Protocol.Model;
using MLOps.LocalCloud.Protocol.Wire;

namespace MLOps.LocalCloud.Protocol.Routing;

/// <summary>
/// Tells services and operations apart as AWS clients name them: by target header, RPC path, query action, or by
/// method and path of the service that the signature names.
/// </summary>
internal sealed class Router(ApiCatalog catalog, WireCodecs codecs)
{
    private static readonly string[] PathOnly = ["lambda", "sagemaker-runtime"];
    private readonly Dictionary<string, RestRoutes> rest = catalog.Services.Values
        .Where(s => s.Speaks("rest-json") || s.Speaks("rest-xml")).ToDictionary(s => s.Name, s => new RestRoutes(s), StringComparer.Ordinal);

    public async ValueTask<RoutingResult> RouteAsync(HttpContext http, RequestIdentity identity)
    {
        var request = http.Request;
        var target = request.Headers["X-Amz-Target"].ToString();
        if (target.Length > 0)
            return ByTarget(target);
        var path = RawPath(http);
        if (path.StartsWith("/service/", StringComparison.Ordinal) && request.Headers["smithy-protocol"] == "rpc-v2-cbor")
            return ByRpcPath(path);
        if (await FormAsync(http, identity) is { } form)
            return ByAction(form, identity);
        return ByPath(http, path, identity);
    }

    private RoutingResult ByTarget(string target)
    {
        var dot = target.LastIndexOf('.');
        var (prefix, operation) = dot < 0 ? ("", target) : (target[..dot], target[(dot + 1)..]);
        return catalog.ByTarget.TryGetValue(prefix, out var service)
            ? Named(codecs.Json, service, operation, null)
            : Unknown(codecs.Json, prefix, operation);
    }

    private RoutingResult ByRpcPath(string path) => path.Split('/') switch
    {
        [_, "service", var service, "operation", var operation] when catalog.ByTarget.TryGetValue(service, out var known) =>
            Named(codecs.Cbor, known, operation, null),
        [_, "service", var service, "operation", var operation] => Unknown(codecs.Cbor, service, operation),
        _ => Refused(codecs.Cbor, "", "", new AwsException("UnknownOperationException", "The path names no operation.", 404)),
    };

    private RoutingResult ByAction(QueryNode form, RequestIdentity identity)
    {
        var action = form["Action"]!.Text!;
        var signed = catalog.Services.Values.FirstOrDefault(s => s.SigningName == identity.SigningName && (s.Speaks("query") || s.TargetPrefix is not null));
        var service = signed ?? catalog.ByVersion.GetValueOrDefault(form["Version"]?.Text ?? "") ??
            catalog.Services.Values.FirstOrDefault(s => s.Speaks("query") && s.Operations.ContainsKey(action));
        return service is null || (signed is null && identity.SigningName is not null)
            ? Unknown(codecs.Query, identity.SigningName ?? "", action)
            : Named(codecs.Query, service, action, form);
    }

    private static RoutingResult Named(IWireCodec codec, ApiService service, string operation, QueryNode? form)
    {
        if (service.Operations.TryGetValue(operation, out var found))
            return new RoutingResult(codec, service.Name, operation) { Description = service, Route = new OperationRoute(found, OperationRoute.NoLabels, form) };
        var refusal = service.Unbuilt.ContainsKey(operation) ? AwsException.NotBuilt(service.Name, operation)
            : codec is Wire.Query.QueryCodec
                ? new AwsException("InvalidAction", $"Could not find operation {operation} for version {service.ApiVersion}")
                : new AwsException("UnknownOperationException", $"The service {service.Name} has no operation '{operation}'.");
        return Refused(codec, service.Name, operation, refusal) with { Description = service };
    }

    private RoutingResult ByPath(HttpContext http, string path, RequestIdentity identity)
    {
        if (identity.SigningName is { } signed)
        {
            var service = catalog.Services.Values.FirstOrDefault(s => s.SigningName == signed && rest.ContainsKey(s.Name));
            if (service is null && signed is not ("s3express" or "s3-outposts" or "s3-object-lambda"))
                return Unknown(codecs.RestJson, signed, $"{http.Request.Method} {http.Request.Path}");
            return ByPath(http, path, service ?? catalog.Services["s3"]);
        }
        foreach (var name in PathOnly)
            if (rest[name].Match(http.Request.Method, path, http.Request) is not null)
                return ByPath(http, path, catalog.Services[name]);
        return ByPath(http, path, catalog.Services["s3"]);
    }

    private RoutingResult ByPath(HttpContext http, string path, ApiService service)
    {
        var codec = codecs.Rest(service);
        if (service.Name == "s3" && S3Address.BucketOf(http.Request.Host.Host) is { } bucket)
            path = $"/{bucket}{path}";
        var method = http.Request.Method;
        if (rest[service.Name].Match(method, path, http.Request) is not { } match)
            return Refused(codec, service.Name, method, service.Name == "s3"
                ? new AwsException("MethodNotAllowed", "The specified method is not allowed against this resource.", 405)
                : new AwsException("UnknownOperationException", $"The service {service.Name} has no operation at {method} {http.Request.Path}.", 404)) with { Description = service };
        if (match.Operation is null)
            return Refused(codec, service.Name, match.Name, AwsException.NotBuilt(service.Name, match.Name)) with { Description = service };
        return new RoutingResult(codec, service.Name, match.Name) { Description = service, Route = new OperationRoute(match.Operation, match.Labels) };
    }

    private static async ValueTask<QueryNode?> FormAsync(HttpContext http, RequestIdentity identity)
    {
        var request = http.Request;
        if (identity.SigningName is "s3" or "lambda")
            return null;
        if (HttpMethods.IsPost(request.Method) && request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true)
        {
            using var body = await RequestBody.ReadAsync(http);
            var form = QueryNode.Parse(body.Written.Span);
            return form["Action"]?.Text is null ? null : form;
        }
        if (!request.Query.ContainsKey("Action"))
            return null;
        return QueryNode.Parse(Encoding.UTF8.GetBytes(request.QueryString.Value![1..]));
    }

    private static RoutingResult Unknown(IWireCodec codec, string service, string operation) =>
        Refused(codec, service, operation, AwsException.NotBuilt(service, operation));

    private static RoutingResult Refused(IWireCodec codec, string service, string operation, AwsException refusal) =>
        new(codec, service, operation) { Refusal = refusal };

    // The server decodes and shortens paths; the keys of objects must stay as they were sent.
    private static string RawPath(HttpContext http)
    {
        var target = http.Features.Get<IHttpRequestFeature>()!.RawTarget;
        if (target.Length == 0 || target[0] != '/')
            return http.Request.Path.ToUriComponent();
        var mark = target.IndexOf('?');
        return mark < 0 ? target : target[..mark];
    }
}
