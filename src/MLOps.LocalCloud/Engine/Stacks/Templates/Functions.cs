using System.Globalization;
using System.Net;
using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;

namespace MLOps.LocalCloud.Engine.Stacks.Templates;

/// <summary>The functions that need only their evaluated argument.</summary>
internal static class Functions
{
    private static readonly string[] ZoneLetters = ["a", "b", "c"];

    public static JsonNode Apply(string name, JsonNode? argument, string region) => name switch
    {
        "Fn::Join" => Join(argument),
        "Fn::Select" => Select(argument),
        "Fn::Split" => Split(argument),
        "Fn::Base64" => Base64(argument),
        "Fn::GetAZs" => Zones(argument, region),
        "Fn::Cidr" => Cidr(argument),
        "Fn::Length" => Length(argument),
        "Fn::ToJsonString" => Values.IsUnknown(argument) ? Values.Unknown : argument!.ToJsonString(),
        _ => throw TemplateReferences.UnknownFunction(name),
    };

    private static JsonNode Join(JsonNode? argument)
    {
        if (argument is not JsonArray { Count: 2 } list || Values.Text(list[0]) is not { } delimiter)
            throw StackErrors.Template("every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.");
        if (list[1] is not JsonArray items)
            return Values.IsUnknown(list[1]) ? Values.Unknown
                : throw StackErrors.Template("every Fn::Join object requires a list of strings to be joined.");
        return string.Join(delimiter, items.Select(i => Values.Text(i) ?? throw StackErrors.Template("every Fn::Join value must be a string.")));
    }

    private static JsonNode Select(JsonNode? argument)
    {
        if (argument is not JsonArray { Count: 2 } pair || !int.TryParse(Values.Text(pair[0]), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            throw StackErrors.Template("Fn::Select requires a list argument with two elements: an integer index and a list");
        if (pair[1] is not JsonArray list)
            return Values.IsUnknown(pair[1]) ? Values.Unknown : throw StackErrors.Template("Fn::Select requires a list argument with two elements: an integer index and a list");
        return index < list.Count ? list[index]!.DeepClone() : throw StackErrors.Template($"Fn::Select cannot select nonexistent value at index {index}");
    }

    private static JsonNode Split(JsonNode? argument)
    {
        if (argument is not JsonArray { Count: 2 } pair || Values.Text(pair[0]) is not { Length: > 0 } delimiter || Values.Text(pair[1]) is not { } text)
            throw StackErrors.Template("every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function that returns a string to be split.");
        return Values.IsUnknown(pair[1]) ? Values.Unknown : new JsonArray([.. text.Split(delimiter).Select(part => (JsonNode)part)]);
    }

    private static JsonNode Base64(JsonNode? argument)
    {
        var text = Values.Text(argument) ?? throw StackErrors.Template("every Fn::Base64 object must have a String-typed value.");
        return Values.IsUnknown(argument) ? Values.Unknown : Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
    }

    private static JsonArray Zones(JsonNode? argument, string region)
    {
        var asked = Values.Text(argument) ?? throw StackErrors.Template("every Fn::GetAZs object must have a String-typed value.");
        return new JsonArray([.. ZoneLetters.Select(letter => (JsonNode)((asked.Length > 0 ? asked : region) + letter))]);
    }

    private static JsonNode Length(JsonNode? argument) => argument switch
    {
        JsonArray list => list.Count,
        _ when Values.IsUnknown(argument) => Values.Unknown,
        _ => throw StackErrors.Template("Fn::Length requires a list."),
    };

    /// <summary>Blocks of an IPv4 or IPv6 network: [block, how many, bits of each block's host part].</summary>
    private static JsonNode Cidr(JsonNode? argument)
    {
        if (argument is not JsonArray { Count: 2 or 3 } list || Values.Text(list[0]) is not { } block)
            throw StackErrors.Template("every Fn::Cidr object requires two or three parameters: the block, the count and the number of host bits.");
        if (Values.IsUnknown(argument))
            return Values.Unknown;
        if (!IPNetwork.TryParse(block, out var network))
            throw StackErrors.Template($"Fn::Cidr: {block} is no CIDR block.");
        var width = network.BaseAddress.GetAddressBytes().Length * 8;
        if (!int.TryParse(Values.Text(list[1]), out var count) || count is < 1 or > 256)
            throw StackErrors.Template("Fn::Cidr: the count must be a number from 1 to 256.");
        var bits = list.Count == 3 ? (int.TryParse(Values.Text(list[2]), out var asked) ? asked : 0) : width == 32 ? 8 : 64;
        if (bits < 1 || bits > width - network.PrefixLength || BigInteger.One << (width - network.PrefixLength - bits) < count)
            throw StackErrors.Template($"Fn::Cidr: {block} does not hold {count} blocks of {bits} host bits.");
        var first = new BigInteger(network.BaseAddress.GetAddressBytes(), isUnsigned: true, isBigEndian: true);
        return new JsonArray([.. Enumerable.Range(0, count).Select(i => (JsonNode)$"{Address(first + (new BigInteger(i) << bits), width)}/{width - bits}")]);
    }

    private static IPAddress Address(BigInteger value, int width)
    {
        var bytes = new byte[width / 8];
        var significant = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        significant.CopyTo(bytes, bytes.Length - significant.Length);
        return new IPAddress(bytes);
    }
}
