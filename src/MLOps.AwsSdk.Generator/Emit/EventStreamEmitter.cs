using MLOps.AwsSdk.Generator.Model;

namespace MLOps.AwsSdk.Generator.Emit;

/// <summary>Writes the event streams of answers.</summary>
internal sealed class EventStreamEmitter(ServiceDescription service, Naming naming)
{
    public string? Emit()
    {
        var streams = service.Reached.Where(s => s.IsEventStream && service.IsReceived(s)).ToList();
        if (streams.Count == 0)
            return null;
        var code = CodeWriter.File($"{naming.Namespace}.Model",
            "System.Text", "Amazon.Runtime.Internal", "Amazon.Runtime.EventStreams", "Amazon.Runtime.EventStreams.Internal",
            "MLOps.AwsSdk.Wire", naming.Namespace, $"{naming.Namespace}.Model.Internal");
        foreach (var stream in streams)
            Stream(code, stream);
        return code.ToString();
    }

    /// <summary>The exception of the service's streams, in the service's own namespace.</summary>
    public string? EmitException()
    {
        if (!service.Reached.Any(s => s.IsEventStream && service.IsReceived(s)))
            return null;
        var code = CodeWriter.File(naming.Namespace, "Amazon.Runtime.EventStreams.Internal");
        var name = naming.EventStreamException;
        using (code.Block($"public class {name} : EventStreamException"))
        {
            code.Line($"public {name}() {{ }}");
            code.Line($"public {name}(string message) : base(message) {{ }}");
            code.Line($"public {name}(string message, Exception innerException) : base(message, innerException) {{ }}");
        }
        return code.ToString();
    }

    private void Stream(CodeWriter code, Shape stream)
    {
        var name = naming.Class(stream);
        var fault = naming.EventStreamException;
        var events = stream.Members.Where(m => !service[m].IsException).ToList();
        using (code.Block($"public sealed class {name} : EnumerableEventOutputStream<IEventStreamEvent, {fault}>"))
        {
            code.Line("private volatile bool isProcessing;");
            Mapping(code, "IEventStreamEvent", "EventMapping", events
                .Select(e => (e.Name, ReadEvent(service[e])))
                .Prepend(("initial-response", "m => new InitialResponseEvent(m)")));
            Mapping(code, fault, "ExceptionMapping", stream.Members.Where(m => service[m].IsException)
                .Select(e => (e.Name, $"m => new {fault}(Encoding.UTF8.GetString(m.Payload), {naming.Codec}.Read{naming.Class(service[e])}(EventWire.Error({Naming.Literal(service[e].ErrorCode)}, m), EventWire.Json(m)))")));
            code.Line("protected override bool IsProcessing { get => isProcessing; set => isProcessing = value; }");
            code.Line("public override event EventHandler<EventStreamEventReceivedArgs<IEventStreamEvent>> EventReceived;");
            code.Line($"public override event EventHandler<EventStreamExceptionReceivedArgs<{fault}>> ExceptionReceived;");
            code.Line("public event EventHandler<EventStreamEventReceivedArgs<InitialResponseEvent>> InitialResponseReceived;");
            foreach (var e in events)
                code.Line($"public event EventHandler<EventStreamEventReceivedArgs<{naming.Class(service[e])}>> {Naming.Property(e.Name)}Received;");
            code.Line($"public {name}(Stream stream) : this(stream, null) {{ }}");
            using (code.Block($"public {name}(Stream stream, IEventStreamDecoder eventStreamDecoder) : base(stream, eventStreamDecoder)"))
            {
                code.Line("base.ExceptionReceived += (_, args) => ExceptionReceived?.Invoke(this, args);");
                code.Line("Decoder.MessageReceived += (_, args) => Raise(ConvertMessageToEvent(args.Message));");
            }
            using (code.Block("private void Raise(IEventStreamEvent received)"))
            {
                code.Line("EventReceived?.Invoke(this, new EventStreamEventReceivedArgs<IEventStreamEvent>(received));");
                using (code.Block("switch (received)"))
                {
                    code.Line("case InitialResponseEvent e: InitialResponseReceived?.Invoke(this, new EventStreamEventReceivedArgs<InitialResponseEvent>(e)); break;");
                    foreach (var e in events)
                        code.Line($"case {naming.Class(service[e])} e: {Naming.Property(e.Name)}Received?.Invoke(this, new EventStreamEventReceivedArgs<{naming.Class(service[e])}>(e)); break;");
                }
            }
        }
    }

    private static void Mapping(CodeWriter code, string type, string name, IEnumerable<(string Name, string Read)> entries)
    {
        var function = $"Func<IEventStreamMessage, {type}>";
        using (code.Block($"protected override IDictionary<string, {function}> {name} {{ get; }} = new Dictionary<string, {function}>(StringComparer.OrdinalIgnoreCase)", "};"))
        {
            foreach (var (key, read) in entries)
                code.Line($"[{Naming.Literal(key)}] = {read},");
        }
    }

    private string ReadEvent(Shape shape)
    {
        var payload = shape.Members.FirstOrDefault(m => m.IsEventPayload);
        if (payload is null)
            return $"m => {naming.Codec}.Read{naming.Class(shape)}(EventWire.Json(m))";
        var value = service[payload].Type switch
        {
            "blob" => "new MemoryStream(m.Payload)",
            "string" => "Encoding.UTF8.GetString(m.Payload)",
            _ => $"{naming.Codec}.Read{naming.Class(service[payload])}(EventWire.Json(m))",
        };
        return $"m => new {naming.Class(shape)} {{ {Naming.Property(payload.Name)} = {value} }}";
    }
}
