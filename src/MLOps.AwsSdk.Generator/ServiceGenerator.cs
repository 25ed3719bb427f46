using MLOps.AwsSdk.Generator.Emit;
using MLOps.AwsSdk.Generator.Model;

namespace MLOps.AwsSdk.Generator;

/// <summary>Turns the description of one service into C#: the core of the generator, free of the compiler's types.</summary>
public static class ServiceGenerator
{
    /// <summary>The sources by file name; none where no operation is marked <c>client</c>.</summary>
    /// <exception cref="FormatException">The description cannot be generated; the message says why.</exception>
    public static IEnumerable<KeyValuePair<string, string>> Generate(ServiceDescription service)
    {
        if (service.Operations.Count == 0)
            yield break;
        var naming = new Naming(service);
        foreach (var (part, source) in Parts(service, naming))
        {
            if (source is not null)
                yield return new KeyValuePair<string, string>($"{service.Name}.{part}.g.cs", source);
        }
    }

    private static IEnumerable<(string Part, string? Source)> Parts(ServiceDescription service, Naming naming)
    {
        yield return ("Client", new ClientEmitter(service, naming).Emit());
        yield return ("Model", new ModelEmitter(service, naming).Emit());
        yield return ("Enumerations", new EnumEmitter(service, naming).Emit());
        yield return ("Exceptions", new ExceptionEmitter(service, naming).Emit());
        yield return ("Paginators", new PaginatorEmitter(service, naming).Emit());
        yield return ("Operations", new OperationsEmitter(service, naming).Emit());
        if (service.Protocol == Protocol.Query)
        {
            yield return ("Codec", new QueryCodecEmitter(service, naming).Emit());
            yield break;
        }
        yield return ("Codec", new JsonCodecEmitter(service, naming).Emit());
        if (service.Protocol == Protocol.RestJson)
        {
            yield return ("Rest", new RestCodecEmitter(service, naming).Emit());
            var streams = new EventStreamEmitter(service, naming);
            yield return ("EventStreams", streams.Emit());
            yield return ("EventStreamException", streams.EmitException());
        }
    }
}
