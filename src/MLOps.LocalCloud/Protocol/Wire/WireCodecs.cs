using MLOps.LocalCloud.Protocol.Model;
using MLOps.LocalCloud.Protocol.Wire.Cbor;
using MLOps.LocalCloud.Protocol.Wire.Json;
using MLOps.LocalCloud.Protocol.Wire.Query;
using MLOps.LocalCloud.Protocol.Wire.Rest;

namespace MLOps.LocalCloud.Protocol.Wire;

/// <summary>The codecs; each is stateless and shared.</summary>
internal sealed class WireCodecs
{
    private readonly RestXmlCodec restXml = new();

    public AwsJsonCodec Json { get; } = new();

    public QueryCodec Query { get; } = new();

    public CborCodec Cbor { get; } = new();

    public RestJsonCodec RestJson { get; } = new();

    public IWireCodec Rest(ApiService service) => service.Speaks("rest-xml") ? restXml : RestJson;
}
