using System.Globalization;
using System.Text;
using MLOps.AwsSdk.Generator.Model;

namespace MLOps.AwsSdk.Generator;

/// <summary>The names that the official SDK gives to what a description names, and the types of its members.</summary>
public sealed class Naming(ServiceDescription service)
{

    // Times that the model has as a count of milliseconds, and the SDK as times; the model does not say so.
    private static readonly HashSet<string> Milliseconds = new(StringComparer.Ordinal)
    {
        "CloudWatchLogs.InputLogEvent.timestamp",
        "CloudWatchLogs.OutputLogEvent.timestamp", "CloudWatchLogs.OutputLogEvent.ingestionTime",
        "CloudWatchLogs.GetLogEventsRequest.startTime", "CloudWatchLogs.GetLogEventsRequest.endTime",
        "CloudWatchLogs.LogGroup.creationTime", "CloudWatchLogs.MetricFilter.creationTime",
        "CloudWatchLogs.LogStream.creationTime", "CloudWatchLogs.LogStream.lastIngestionTime",
        "CloudWatchLogs.LogStream.firstEventTimestamp", "CloudWatchLogs.LogStream.lastEventTimestamp",
    };

    public string Service => service.Name;

    public string Namespace => $"Amazon.{service.Name}";

    public string Client => $"Amazon{service.Name}Client";

    public string Interface => $"IAmazon{service.Name}";

    public string Config => $"Amazon{service.Name}Config";

    public string BaseException => $"Amazon{service.Name}Exception";

    public string BaseRequest => $"Amazon{service.Name}Request";

    public string Codec => $"{service.Name}Codec";

    public string EventStreamException => $"{service.Name}EventStreamException";

    /// <summary>The class of a structure: an operation's request or answer, an exception, or the shape's own name.</summary>
    public string Class(Shape shape)
    {
        if (service.Owner(shape) is { } owner)
            return owner.Input == shape ? owner.Request : owner.Response;
        if (!shape.IsException)
            return Pascal(shape.Name);
        var name = shape.Name.EndsWith("Fault", StringComparison.Ordinal) ? shape.Name.Substring(0, shape.Name.Length - 5) : shape.Name;
        return name.EndsWith("Exception", StringComparison.Ordinal) ? Pascal(name) : Pascal(name) + "Exception";
    }

    /// <summary>The property of a member.</summary>
    public static string Property(string member) => Pascal(member);

    /// <summary>The field of an enum's value: <c>ml.m4.4xlarge</c> is <c>MlM44xlarge</c>.</summary>
    public static string EnumField(string value)
    {
        var name = new StringBuilder();
        var starts = true;
        foreach (var c in value)
        {
            if (!char.IsLetterOrDigit(c) && c != '_')
            {
                starts = true;
                continue;
            }
            name.Append(starts ? char.ToUpperInvariant(c) : c);
            starts = false;
        }
        if (name.Length == 0 || char.IsDigit(name[0]))
            name.Insert(0, '_');
        return name.ToString();
    }

    /// <summary>Whether a number of milliseconds is a time in the SDK.</summary>
    public bool IsMilliseconds(Shape owner, Member member) => Milliseconds.Contains($"{service.Name}.{owner.Name}.{member.Name}");

    /// <summary>The type of a property.</summary>
    public string PropertyType(Shape owner, Member member)
    {
        if (IsMilliseconds(owner, member))
            return "DateTime?";
        var shape = service[member];
        return Type(shape, insideCollection: false) + (IsValueType(shape) ? "?" : "");
    }

    /// <summary>A type; enums inside collections are strings, as the official SDK has them.</summary>
    public string Type(Shape shape, bool insideCollection)
    {
        switch (shape.Type)
        {
            case "string":
            case "character":
                return shape.IsEnum && !insideCollection ? Pascal(shape.Name) : "string";
            case "boolean": return "bool";
            case "integer": return "int";
            case "long": return "long";
            case "float": return "float";
            case "double": return "double";
            case "timestamp": return "DateTime";
            case "blob": return "MemoryStream";
            case "list": return $"List<{Type(service[shape.Item], insideCollection: true)}>";
            case "map": return $"Dictionary<{Type(service[shape.Key], insideCollection: true)}, {Type(service[shape.Value], insideCollection: true)}>";
            case "structure": return Class(shape);
            default: throw new FormatException($"{service.ServiceId} has the shape {shape.Name} of the unknown type {shape.Type}");
        }
    }

    public static bool IsValueType(Shape shape) => shape.Type is "boolean" or "integer" or "long" or "float" or "double" or "timestamp";

    public static bool IsCollection(Shape shape) => shape.IsList || shape.IsMap;

    /// <summary>A C# string literal.</summary>
    public static string Literal(string text)
    {
        var literal = new StringBuilder("\"");
        foreach (var c in text)
        {
            if (c is '"' or '\\')
                literal.Append('\\').Append(c);
            else if (c < ' ' || c > '~')
                literal.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            else
                literal.Append(c);
        }
        return literal.Append('"').ToString();
    }

    private static string Pascal(string name) => char.ToUpperInvariant(name[0]) + name.Substring(1);
}
