using System.Buffers;
using System.Text;

namespace MLOps.LocalCloud.Protocol.Wire;

/// <summary>
/// The parameters of a query request as a tree: <c>Tags.member.1.Key=a</c> is Tags → member → 1 → Key with the text <c>a</c>.
/// </summary>
internal sealed class QueryNode
{
    private const int MaxParameters = 20_000;
    private const int MaxDepth = 64;
    private Dictionary<string, QueryNode>? children;

    public string? Text { get; private set; }

    public IReadOnlyDictionary<string, QueryNode> Children => children ?? Empty;

    private static readonly IReadOnlyDictionary<string, QueryNode> Empty = new Dictionary<string, QueryNode>();

    public QueryNode? this[string name] => children?.GetValueOrDefault(name);

    /// <summary>The children with whole numbers for names, in the order of these.</summary>
    public IEnumerable<QueryNode> Numbered() => Children
        .Select(c => (Index: int.TryParse(c.Key, out var i) && i > 0 ? i : 0, c.Value))
        .Where(c => c.Index > 0).OrderBy(c => c.Index).Select(c => c.Value);

    /// <summary>Reads an <c>application/x-www-form-urlencoded</c> text.</summary>
    /// <exception cref="AwsException">There are too many parameters, or they are nested too deeply.</exception>
    public static QueryNode Parse(ReadOnlySpan<byte> form)
    {
        var root = new QueryNode();
        var count = 0;
        foreach (var range in form.Split((byte)'&'))
        {
            var pair = form[range];
            if (pair.IsEmpty)
                continue;
            if (++count > MaxParameters)
                throw new AwsException("MalformedQueryString", "The request has too many parameters.");
            var at = pair.IndexOf((byte)'=');
            root.Add(Decode(at < 0 ? pair : pair[..at]), at < 0 ? "" : Decode(pair[(at + 1)..]));
        }
        return root;
    }

    public void Add(string path, string text)
    {
        var node = this;
        var depth = 0;
        foreach (var range in path.AsSpan().Split('.'))
        {
            if (++depth > MaxDepth)
                throw new AwsException("MalformedQueryString", "A parameter is nested too deeply.");
            node.children ??= new Dictionary<string, QueryNode>(StringComparer.Ordinal);
            var name = path[range];
            if (!node.children.TryGetValue(name, out var next))
                node.children[name] = next = new QueryNode();
            node = next;
        }
        node.Text = text;
    }

    private static string Decode(ReadOnlySpan<byte> encoded)
    {
        if (encoded.IndexOfAny((byte)'%', (byte)'+') < 0)
            return Encoding.UTF8.GetString(encoded);
        var bytes = ArrayPool<byte>.Shared.Rent(encoded.Length);
        var length = 0;
        for (var i = 0; i < encoded.Length; i++)
        {
            var b = encoded[i];
            if (b == '+')
                b = (byte)' ';
            else if (b == '%' && i + 2 < encoded.Length && char.IsAsciiHexDigit((char)encoded[i + 1]) && char.IsAsciiHexDigit((char)encoded[i + 2]))
            {
                b = (byte)((Hex(encoded[i + 1]) << 4) | Hex(encoded[i + 2]));
                i += 2;
            }
            bytes[length++] = b;
        }
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        ArrayPool<byte>.Shared.Return(bytes);
        return text;
    }

    private static int Hex(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
