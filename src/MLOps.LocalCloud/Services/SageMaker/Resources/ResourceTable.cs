using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Services.SageMaker.Resources;

/// <summary>
/// The resources of one type: documents by name, with what the list operation shows of each kept ready. A document is
/// what Describe answers, and further members that the API description does not know and so nobody sees.
/// </summary>
internal abstract class ResourceTable
{
    private readonly DocumentTable documents;
    private readonly string[] summarized;
    private readonly string statusMember;
    private readonly ConcurrentDictionary<Scope, ListSnapshot> lists = new();
    private readonly Lock gate = new();

    /// <param name="type">As in ARNs: <c>training-job</c>.</param>
    /// <param name="title">As in messages: <c>endpoint configuration</c>.</param>
    /// <param name="summarized">The members of the list's summaries.</param>
    protected ResourceTable(DocumentStore store, string type, string title, string statusMember, params string[] summarized)
    {
        Type = type;
        Title = title;
        this.statusMember = statusMember;
        this.summarized = summarized;
        documents = store.Table($"sagemaker/{type}");
        foreach (var group in documents.All().GroupBy(d => d.Scope, d => Entry(d.Document)))
            lists[group.Key] = new ListSnapshot([.. group]);
    }

    public string Type { get; }

    public string Title { get; }

    public string Arn(Scope scope, string name) => scope.Arn("sagemaker", $"{Type}/{name}");

    /// <summary>The document, or null. Do not change it.</summary>
    public JsonObject? Find(Scope scope, string name) => documents.Find(scope, name);

    /// <summary>The document.</summary>
    /// <exception cref="AwsException">There is none, in AWS's words.</exception>
    public virtual JsonObject Get(Scope scope, string name) => Find(scope, name) ?? throw NotFound(scope, name);

    public AwsException NotFound(Scope scope, string name) => AwsException.Validation($"Could not find {Title} \"{Arn(scope, name)}\".");

    public AwsException Exists(Scope scope, string name) => AwsException.Validation($"Cannot create already existing {Title} \"{Arn(scope, name)}\".");

    /// <summary>Adds a document; false where the name is taken.</summary>
    public bool TryAdd(Scope scope, string name, JsonObject value)
    {
        lock (gate)
        {
            if (!documents.TryAdd(scope, name, value))
                return false;
            List(scope, documents.Get(scope, name)!);
            return true;
        }
    }

    /// <summary>Changes a copy of the document and stores it; null where there is none.</summary>
    public JsonObject? Update(Scope scope, string name, Action<JsonObject> change)
    {
        lock (gate)
        {
            var changed = documents.Update(scope, name, change);
            if (changed is not null)
                List(scope, documents.Get(scope, name)!);
            return changed;
        }
    }

    public bool Remove(Scope scope, string name)
    {
        lock (gate)
        {
            if (!documents.Remove(scope, name))
                return false;
            lists[scope] = lists[scope].Without(name);
            return true;
        }
    }

    /// <summary>All documents of all scopes, by age.</summary>
    public IEnumerable<(Scope Scope, string Name, JsonObject Value)> All() => documents.All().Select(d => (d.Scope, d.Document.Key, d.Document.Value));

    public ListSnapshot Entries(Scope scope) => lists.GetValueOrDefault(scope, ListSnapshot.Empty);

    private void List(Scope scope, Document document) => lists[scope] = Entries(scope).With(Entry(document));

    private ListEntry Entry(Document document)
    {
        var value = document.Value;
        var created = value.Number("CreationTime") ?? 0;
        return new ListEntry(document.Key, document.Sequence, created, value.Number("LastModifiedTime") ?? created,
            value.Text(statusMember) ?? "", value.Pick(summarized));
    }
}
