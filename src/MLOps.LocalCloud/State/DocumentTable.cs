using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.State;

/// <summary>The documents of one kind, by account, region and key. Reads come from memory; each write is atomic and durable.</summary>
public sealed class DocumentTable
{
    private readonly DocumentStore store;
    private readonly string kind;
    private readonly ConcurrentDictionary<Scope, ConcurrentDictionary<string, Document>> scopes = new();
    private readonly Lock gate = new();
    private long last;

    internal DocumentTable(DocumentStore store, string kind, IEnumerable<(Scope Scope, Document Document)> rows)
    {
        this.store = store;
        this.kind = kind;
        foreach (var (scope, document) in rows)
        {
            In(scope)[document.Key] = document;
            last = Math.Max(last, document.Sequence);
        }
    }

    /// <summary>The document, or null. Do not change what is returned.</summary>
    public JsonObject? Find(Scope scope, string key) => In(scope).GetValueOrDefault(key)?.Value;

    /// <summary>The document with its place in the order of creation, or null.</summary>
    public Document? Get(Scope scope, string key) => In(scope).GetValueOrDefault(key);

    /// <summary>Adds a document; false where the key is taken.</summary>
    public bool TryAdd(Scope scope, string key, JsonObject value)
    {
        lock (gate)
        {
            if (In(scope).ContainsKey(key))
                return false;
            Write(scope, new Document(key, ++last, value));
            return true;
        }
    }

    /// <summary>Adds or replaces a document.</summary>
    public void Put(Scope scope, string key, JsonObject value)
    {
        lock (gate)
            Write(scope, new Document(key, In(scope).GetValueOrDefault(key)?.Sequence ?? ++last, value));
    }

    /// <summary>
    /// Changes a copy of the document and stores it; returns the new value, or null where there is no such document.
    /// When <paramref name="change"/> throws, nothing is changed.
    /// </summary>
    public JsonObject? Update(Scope scope, string key, Action<JsonObject> change)
    {
        lock (gate)
        {
            if (In(scope).GetValueOrDefault(key) is not { } document)
                return null;
            var value = (JsonObject)document.Value.DeepClone();
            change(value);
            Write(scope, document with { Value = value });
            return value;
        }
    }

    /// <summary>Removes a document; false where there was none.</summary>
    public bool Remove(Scope scope, string key)
    {
        lock (gate)
        {
            if (!In(scope).ContainsKey(key))
                return false;
            store.Delete(kind, scope, key);
            return In(scope).TryRemove(key, out _);
        }
    }

    /// <summary>The documents of a scope in the order of creation.</summary>
    public IReadOnlyList<Document> List(Scope scope) => [.. In(scope).Values.OrderBy(d => d.Sequence)];

    /// <summary>All documents of all scopes, for engines that resume after a restart.</summary>
    public IReadOnlyList<(Scope Scope, Document Document)> All() =>
        [.. scopes.SelectMany(s => s.Value.Values.Select(d => (s.Key, d))).OrderBy(p => p.d.Sequence)];

    private void Write(Scope scope, Document document)
    {
        store.Save(kind, scope, document);
        In(scope)[document.Key] = document;
    }

    private ConcurrentDictionary<string, Document> In(Scope scope) => scopes.GetOrAdd(scope, _ => new());
}
