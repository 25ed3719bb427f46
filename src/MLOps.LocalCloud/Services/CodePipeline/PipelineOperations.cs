using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Pipelines;
using MLOps.LocalCloud.Engine.Pipelines.Definitions;
using MLOps.LocalCloud.Engine.Pipelines.Records;
using MLOps.LocalCloud.Engine.Pipelines.Sources;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.CodePipeline;

/// <summary>Pipelines: their definitions, versions and tags.</summary>
internal sealed class PipelineOperations(PipelineEngine engine, ActionDispatcher actions, IServiceProvider services, TimeProvider time) : IOperations
{
    private const string Service = "codepipeline";

    public void Map(OperationMap map) => map
        .On(Service, "CreatePipeline", Create)
        .On(Service, "UpdatePipeline", Update)
        .On(Service, "DeletePipeline", Delete)
        .On(Service, "GetPipeline", Get)
        .On(Service, "ListPipelines", List)
        .On(Service, "ListTagsForResource", ListTags)
        .On(Service, "TagResource", Tag)
        .On(Service, "UntagResource", Untag);

    private async Task<OperationAnswer> Create(OperationCall call)
    {
        var declaration = Numbered(call.Input.Object("pipeline")!, 1);
        var definition = Checked(declaration, call.Scope);
        var now = time.GetUtcNow();
        var tags = call.Input.Objects("tags").ToDictionary(t => t.Required("key"), t => t.Text("value") ?? "");
        var book = engine.Add(call.Scope, new PipelineRecord
        {
            Name = definition.Name,
            Created = now,
            Updated = now,
            Version = 1,
            Versions = { [1] = declaration },
            Tags = tags,
        });
        // A new pipeline runs at once, and fails at a source that does not exist yet.
        // Looked up late: the watcher needs the caller, and the caller these operations.
        await services.GetRequiredService<SourceWatcher>().RunNewAsync(book, call.Principal, call.Cancelled);
        return new JsonObject { ["pipeline"] = declaration.DeepClone(), ["tags"] = Tags(tags) };
    }

    private JsonObject Update(OperationCall call)
    {
        var given = call.Input.Object("pipeline")!;
        return engine.Change(call.Scope, given.Required("name"), (book, _) =>
        {
            var declaration = Numbered(given, book.Pipeline.Version + 1);
            Checked(declaration, call.Scope);
            book.Pipeline.Version++;
            book.Pipeline.Versions[book.Pipeline.Version] = declaration;
            book.Pipeline.Updated = time.GetUtcNow();
            book.TouchPipeline();
            return new JsonObject { ["pipeline"] = declaration.DeepClone() };
        });
    }

    private JsonObject Delete(OperationCall call)
    {
        engine.Remove(call.Scope, call.Input.Required("name"));
        return [];
    }

    private JsonObject Get(OperationCall call)
    {
        var book = Book(call.Scope, call.Input.Required("name"));
        return PipelineEngine.Read(book, b =>
        {
            var version = call.Input.Whole("version") ?? b.Pipeline.Version;
            if (!b.Pipeline.Versions.TryGetValue(version, out var declaration))
                throw new AwsException("PipelineVersionNotFoundException", $"Pipeline {b.Pipeline.Name} has no version {version}");
            return new JsonObject
            {
                ["pipeline"] = declaration.DeepClone(),
                ["metadata"] = new JsonObject
                {
                    ["pipelineArn"] = b.Arn,
                    ["created"] = b.Pipeline.Created.ToEpoch(),
                    ["updated"] = b.Pipeline.Updated.ToEpoch(),
                },
            };
        });
    }

    private JsonObject List(OperationCall call)
    {
        var found = engine.Books.Where(b => b.Scope == call.Scope).OrderBy(b => b.Pipeline.Name, StringComparer.Ordinal).ToList();
        return Paging.Page("pipelines", found, b => b.Pipeline.Name, b => PipelineEngine.Read(b, book => new JsonObject
        {
            ["name"] = book.Pipeline.Name,
            ["version"] = book.Pipeline.Version,
            ["pipelineType"] = book.Definition.Type,
            ["executionMode"] = book.Definition.Mode,
            ["created"] = book.Pipeline.Created.ToEpoch(),
            ["updated"] = book.Pipeline.Updated.ToEpoch(),
        }), call.Input, largest: 1000);
    }

    private JsonObject ListTags(OperationCall call) =>
        PipelineEngine.Read(ByArn(call), b => new JsonObject { ["tags"] = Tags(b.Pipeline.Tags) });

    private JsonObject Tag(OperationCall call) => engine.Change(ByArn(call), (book, _) =>
    {
        foreach (var tag in call.Input.Objects("tags"))
            book.Pipeline.Tags[tag.Required("key")] = tag.Text("value") ?? "";
        book.TouchPipeline();
        return new JsonObject();
    });

    private JsonObject Untag(OperationCall call) => engine.Change(ByArn(call), (book, _) =>
    {
        foreach (var key in call.Input.Texts("tagKeys"))
            book.Pipeline.Tags.Remove(key);
        book.TouchPipeline();
        return new JsonObject();
    });

    private PipelineBook ByArn(OperationCall call)
    {
        var arn = call.Input.Required("resourceArn");
        return engine.Books.FirstOrDefault(b => b.Arn == arn) ?? throw new AwsException("ResourceNotFoundException", $"There is no resource {arn}");
    }

    private PipelineBook Book(Scope scope, string name) => engine.Find(scope, name) ?? throw PipelineErrors.NotFound(name, scope);

    private PipelineDefinition Checked(JsonObject declaration, Scope scope)
    {
        var definition = new PipelineDefinition(declaration);
        DefinitionValidator.Check(definition, actions, scope);
        return definition;
    }

    /// <summary>The declaration as AWS answers it: with its version and the defaults written out.</summary>
    private static JsonObject Numbered(JsonObject given, int version)
    {
        var declaration = (JsonObject)given.DeepClone();
        declaration["version"] = version;
        declaration["executionMode"] ??= "SUPERSEDED";
        declaration["pipelineType"] ??= "V1";
        foreach (var action in declaration.Objects("stages").SelectMany(s => s.Objects("actions")))
        {
            action["runOrder"] ??= 1;
            action["configuration"] ??= new JsonObject();
            action["inputArtifacts"] ??= new JsonArray();
            action["outputArtifacts"] ??= new JsonArray();
        }
        return declaration;
    }

    private static JsonArray Tags(Dictionary<string, string> tags) =>
        [.. tags.Select(t => (JsonNode)new JsonObject { ["key"] = t.Key, ["value"] = t.Value })];
}
