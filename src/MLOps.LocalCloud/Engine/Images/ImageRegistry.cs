using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Events;
using MLOps.LocalCloud.Protocol;
using MLOps.LocalCloud.State;

namespace MLOps.LocalCloud.Engine.Images;

/// <summary>
/// The repositories of the registry, one document each:
/// <c>{repository: …, policy?, lifecycle?, tags: {}, images: [{digest, tags: [], pushedAt, size}]}</c>.
/// </summary>
internal sealed class ImageRegistry(DocumentStore store, TimeProvider time, CloudEventBus bus)
{
    public DocumentTable Repositories { get; } = store.Table("ecr/repository");

    /// <summary>The digest that a name means in its repository, or null.</summary>
    public string? Resolve(Scope scope, ImageReference name) =>
        Repositories.Find(scope, name.Repository) is { } repository ? Image(repository, name.Digest, name.Digest is null ? name.Tag : null)?.Required("digest") : null;

    /// <summary>The image of a repository by digest, by tag, or by both; null where there is none.</summary>
    public static JsonObject? Image(JsonObject repository, string? digest, string? tag) =>
        repository.Objects("images").FirstOrDefault(i =>
            (digest is null || i.Text("digest") == digest) && (tag is null || i.Texts("tags").Contains(tag)));

    /// <summary>All digests that some repository holds.</summary>
    public IEnumerable<string> Digests() =>
        Repositories.All().SelectMany(r => r.Document.Value.Objects("images")).Select(i => i.Required("digest"));

    /// <summary>Puts an image into a repository and moves the tag to it, as <c>docker push</c> does.</summary>
    /// <exception cref="AwsException">The repository does not exist, or its tags are immutable and the tag is taken.</exception>
    public void Push(Scope scope, string repositoryName, string tag, string digest, long size)
    {
        var changed = Repositories.Update(scope, repositoryName, repository =>
        {
            var holder = Image(repository, null, tag);
            if (holder?.Text("digest") == digest)
                return;
            if (holder is not null && repository.Object("repository")!.Text("imageTagMutability") == "IMMUTABLE")
                throw new AwsException("ImageTagAlreadyExistsException",
                    $"The image tag '{tag}' already exists in the '{repositoryName}' repository and cannot be overwritten because the repository is immutable.");
            (holder?["tags"] as JsonArray)?.RemoveAll(t => t!.GetValue<string>() == tag);
            if (Image(repository, digest, null) is not { } image)
            {
                image = new JsonObject { ["digest"] = digest, ["tags"] = new JsonArray(), ["size"] = size, ["pushedAt"] = time.GetUtcNow().ToEpoch() };
                ((JsonArray)repository["images"]!).Add(image);
            }
            ((JsonArray)image["tags"]!).Add(tag);
        });
        if (changed is null)
            throw new AwsException("RepositoryNotFoundException",
                $"The repository with name '{repositoryName}' does not exist in the registry with id '{scope.Account}'");
        Announce(scope, "PUSH", repositoryName, digest, tag);
    }

    /// <summary>Says on the bus what happened to an image.</summary>
    public void Announce(Scope scope, string action, string repository, string digest, string? tag) =>
        bus.Publish(new CloudEvent(scope, "aws.ecr", "ECR Image Action", new JsonObject
        {
            ["result"] = "SUCCESS",
            ["repository-name"] = repository,
            ["image-digest"] = digest,
            ["action-type"] = action,
            ["image-tag"] = tag ?? "",
        }, []));
}
