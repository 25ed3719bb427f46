using MLOps.AwsSdk.Generator.Model;

namespace MLOps.AwsSdk.Generator.Emit;

/// <summary>Writes the service interface, the client and its configuration.</summary>
internal sealed class ClientEmitter(ServiceDescription service, Naming naming)
{
    private string Paginators => $"{naming.Namespace}.Model.I{naming.Service}PaginatorFactory";

    private bool HasPaginators => service.Operations.Any(o => o.Paginator is not null);

    public string Emit()
    {
        var code = CodeWriter.File(naming.Namespace,
            "System.Threading", "System.Threading.Tasks", "Amazon.Runtime.Internal", "MLOps.AwsSdk.Wire", $"{naming.Namespace}.Model", $"{naming.Namespace}.Model.Internal");
        Interface(code);
        Client(code);
        Config(code);
        BaseTypes(code);
        return code.ToString();
    }

    private void Interface(CodeWriter code)
    {
        code.Line($"/// <summary>Calls {service.ServiceId}. Clients are safe to share between threads.</summary>");
        using (code.Block($"public partial interface {naming.Interface} : IAmazonService, IDisposable"))
        {
            if (HasPaginators)
                code.Line($"{Paginators} Paginators {{ get; }}");
            foreach (var operation in service.Operations)
                code.Line($"{Signature(operation)};");
            code.Line("Amazon.Runtime.Endpoints.Endpoint DetermineServiceOperationEndpoint(AmazonWebServiceRequest request);");
            code.Line($"static ClientConfig IAmazonService.CreateDefaultClientConfig() => new {naming.Config}();");
            code.Line("static IAmazonService IAmazonService.CreateDefaultServiceClient(AWSCredentials awsCredentials, ClientConfig clientConfig) =>");
            code.Line($"    new {naming.Client}(awsCredentials, clientConfig as {naming.Config} ?? throw new AmazonClientException(\"ClientConfig is not of type {naming.Config} to create {naming.Client}\"));");
        }
    }

    private void Client(CodeWriter code)
    {
        code.Line($"/// <summary>Calls {service.ServiceId}. Clients are safe to share between threads.</summary>");
        using (code.Block($"public partial class {naming.Client} : AmazonServiceClient, {naming.Interface}"))
        {
            code.Line($"private static readonly IServiceMetadata metadata = new MLOps.AwsSdk.Wire.ServiceMetadata({Naming.Literal(service.ServiceId)});");
            Constructors(code);
            if (HasPaginators)
            {
                code.Line($"private {Paginators} paginators;");
                code.Line($"public {Paginators} Paginators => paginators ??= new {naming.Namespace}.Model.{naming.Service}PaginatorFactory(this);");
            }
            code.Line("protected override IServiceMetadata ServiceMetadata => metadata;");
            code.Line("protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline) => ClientPlumbing.Customize(pipeline);");
            code.Line("public Amazon.Runtime.Endpoints.Endpoint DetermineServiceOperationEndpoint(AmazonWebServiceRequest request) =>");
            code.Line("    Config.DetermineServiceOperationEndpoint(new Amazon.Runtime.Endpoints.ServiceOperationEndpointParameters(request));");
            foreach (var operation in service.Operations)
            {
                code.Line($"public virtual {Signature(operation)} =>");
                code.Line($"    InvokeAsync<{operation.Response}>(request, new InvokeOptions {{ RequestMarshaller = {naming.Service}Operations.{operation.Name}Request, ResponseUnmarshaller = {naming.Service}Operations.{operation.Name}Response }}, cancellationToken);");
            }
        }
    }

    private void Constructors(CodeWriter code)
    {
        var config = naming.Config;
        void Add(string parameters, string call) => code.Line($"public {naming.Client}({parameters}) : {call} {{ }}");
        Add("", $"base(new {config}())");
        Add("RegionEndpoint region", $"base(new {config} {{ RegionEndpoint = region }})");
        Add($"{config} config", "base(config)");
        foreach (var (parameters, arguments) in new[]
        {
            ("AWSCredentials credentials", "credentials"),
            ("string awsAccessKeyId, string awsSecretAccessKey", "awsAccessKeyId, awsSecretAccessKey"),
            ("string awsAccessKeyId, string awsSecretAccessKey, string awsSessionToken", "awsAccessKeyId, awsSecretAccessKey, awsSessionToken"),
        })
        {
            Add(parameters, $"this({arguments}, new {config}())");
            Add($"{parameters}, RegionEndpoint region", $"this({arguments}, new {config} {{ RegionEndpoint = region }})");
            Add($"{parameters}, {config} clientConfig", $"base({arguments}, clientConfig)");
        }
    }

    private void Config(CodeWriter code)
    {
        code.Line($"/// <summary>How a client of {service.ServiceId} finds and speaks to it.</summary>");
        using (code.Block($"public partial class {naming.Config} : ClientConfig"))
        {
            code.Line($"private static readonly string userAgent = Amazon.Util.Internal.InternalSDKUtils.BuildUserAgentString({Naming.Literal(naming.Service)}, \"4.0.0.0\");");
            code.Line($"public static new string ServiceId => {Naming.Literal(service.ServiceId)};");
            using (code.Block($"public {naming.Config}() : base(ClientPlumbing.DefaultsModes)"))
            {
                code.Line($"base.ServiceId = {Naming.Literal(service.ServiceId)};");
                code.Line($"AuthenticationServiceName = {Naming.Literal(service.SigningName)};");
                code.Line($"EndpointProvider = new RegionalEndpointProvider({Naming.Literal(service.EndpointPrefix)});");
            }
            code.Line($"public override string RegionEndpointServiceName => {Naming.Literal(service.EndpointPrefix)};");
            code.Line($"public override string ServiceVersion => {Naming.Literal(service.ApiVersion)};");
            code.Line("public override string UserAgent => userAgent;");
            code.Line("public override Amazon.Runtime.Endpoints.Endpoint DetermineServiceOperationEndpoint(Amazon.Runtime.Endpoints.ServiceOperationEndpointParameters parameters) =>");
            code.Line("    RegionalEndpointResolver.Instance.Determine(parameters, this, ServiceId);");
        }
    }

    private void BaseTypes(CodeWriter code)
    {
        code.Line($"/// <summary>The base of all requests to {service.ServiceId}.</summary>");
        code.Line($"public partial class {naming.BaseRequest} : AmazonWebServiceRequest {{ }}");
        code.Line($"/// <summary>An error that {service.ServiceId} answered.</summary>");
        using (code.Block($"public partial class {naming.BaseException} : AmazonServiceException"))
            ExceptionEmitter.Constructors(code, naming.BaseException, "innerException.Message, innerException");
    }

    private static string Signature(Operation operation) =>
        $"Task<{operation.Response}> {operation.Name}Async({operation.Request} request, CancellationToken cancellationToken = default)";
}
