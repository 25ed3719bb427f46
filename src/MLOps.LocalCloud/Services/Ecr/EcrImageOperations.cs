using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Images;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.Ecr;

/// <summary>The images of a repository.</summary>
internal sealed class EcrImageOperations(ImageRegistry registry, ImageStore store) : IOperations
{
    public void Map(OperationMap map) => map
        .On("ecr", "DescribeImages", Describe)
        .On("ecr", "ListImages", List)
        .On("ecr", "BatchGetImage", BatchGet)
        .On("ecr", "BatchDeleteImage", BatchDelete);

    private JsonObject Describe(OperationCall call)
    {
        var (name, repository) = Repository(call);
        var wanted = call.Input.Objects("imageIds").ToList();
        IReadOnlyList<JsonObject> images = wanted.Count == 0
            ? [.. Filtered(call, repository)]
            : [.. wanted.Select(w => Find(repository, w) ?? throw new AwsException("ImageNotFoundException",
                $"The image with imageId {Show(w)} does not exist within the repository with name '{name}' in the registry with id '{call.Scope.Account}'"))];
        var (page, next) = Paging.Take(images, i => i.Required("digest"), call.Input.Text("nextToken"), call.Input.Whole("maxResults") ?? 100, EcrNames.InvalidToken);
        return new JsonObject
        {
            ["imageDetails"] = page.Select(i => new JsonObject
            {
                ["registryId"] = call.Scope.Account,
                ["repositoryName"] = name,
                ["imageDigest"] = i.Required("digest"),
                ["imageTags"] = i.Texts("tags").Any() ? i["tags"].Copy() : null,
                ["imageSizeInBytes"] = i["size"].Copy(),
                ["imagePushedAt"] = i["pushedAt"].Copy(),
                ["imageManifestMediaType"] = ImageStore.MediaType,
                ["artifactMediaType"] = "application/vnd.docker.container.image.v1+json",
                ["imageStatus"] = "ACTIVE",
            }).ToJson(),
            ["nextToken"] = next,
        };
    }

    private JsonObject List(OperationCall call)
    {
        var (_, repository) = Repository(call);
        IReadOnlyList<(string Digest, string? Tag)> ids = [.. Filtered(call, repository).SelectMany(i =>
            i.Texts("tags").Cast<string?>().DefaultIfEmpty(null).Select(tag => (i.Required("digest"), tag)))];
        var (page, next) = Paging.Take(ids, i => $"{i.Digest} {i.Tag}", call.Input.Text("nextToken"), call.Input.Whole("maxResults") ?? 100, EcrNames.InvalidToken);
        return new JsonObject { ["imageIds"] = page.Select(i => Id(i.Digest, i.Tag)).ToJson(), ["nextToken"] = next };
    }

    private JsonObject BatchGet(OperationCall call)
    {
        var (name, repository) = Repository(call);
        var images = new JsonArray();
        var failures = new JsonArray();
        foreach (var id in call.Input.Objects("imageIds"))
        {
            if (Refusal(repository, id) is { } failure)
                failures.Add(failure);
            else if (Find(repository, id) is { } image)
                images.Add(new JsonObject
                {
                    ["registryId"] = call.Scope.Account,
                    ["repositoryName"] = name,
                    ["imageId"] = Id(image.Required("digest"), id.Text("imageTag")),
                    ["imageManifest"] = store.ManifestText(image.Required("digest")),
                    ["imageManifestMediaType"] = ImageStore.MediaType,
                });
        }
        return new JsonObject { ["images"] = images, ["failures"] = failures };
    }

    private JsonObject BatchDelete(OperationCall call)
    {
        var (name, _) = Repository(call);
        var deleted = new JsonArray();
        var failures = new JsonArray();
        registry.Repositories.Update(call.Scope, name, repository =>
        {
            foreach (var id in call.Input.Objects("imageIds"))
            {
                if (Refusal(repository, id) is { } failure)
                    failures.Add(failure);
                else
                    Delete(repository, id, deleted);
            }
        });
        foreach (var id in deleted.OfType<JsonObject>())
            registry.Announce(call.Scope, "DELETE", name, id.Required("imageDigest"), id.Text("imageTag"));
        return new JsonObject { ["imageIds"] = deleted, ["failures"] = failures };
    }

    /// <summary>By tag only the tag goes, and the image with its last tag; by digest the image goes with all its tags.</summary>
    private static void Delete(JsonObject repository, JsonObject id, JsonArray deleted)
    {
        var image = Find(repository, id)!;
        var digest = image.Required("digest");
        var tags = (JsonArray)image["tags"]!;
        if (id.Text("imageDigest") is not null)
        {
            foreach (var tag in tags.Select(t => t!.GetValue<string>()).Cast<string?>().DefaultIfEmpty(null))
                deleted.Add(Id(digest, tag));
            tags.Clear();
        }
        else
        {
            deleted.Add(Id(digest, id.Text("imageTag")));
            tags.RemoveAll(t => t!.GetValue<string>() == id.Text("imageTag"));
        }
        if (tags.Count == 0)
            ((JsonArray)repository["images"]!).Remove(image);
    }

    private (string Name, JsonObject Repository) Repository(OperationCall call)
    {
        EcrNames.OwnRegistry(call);
        var name = call.Input.Required("repositoryName");
        return (name, registry.Repositories.Find(call.Scope, name) ?? throw EcrNames.NotFound(call.Scope, name));
    }

    private static IEnumerable<JsonObject> Filtered(OperationCall call, JsonObject repository) =>
        repository.Objects("images").Where(i => call.Input.Object("filter")?.Text("tagStatus") switch
        {
            "TAGGED" => i.Texts("tags").Any(),
            "UNTAGGED" => !i.Texts("tags").Any(),
            _ => true,
        });

    private static JsonObject? Find(JsonObject repository, JsonObject id) =>
        id.Text("imageDigest") is null && id.Text("imageTag") is null ? null : ImageRegistry.Image(repository, id.Text("imageDigest"), id.Text("imageTag"));

    private static JsonObject? Refusal(JsonObject repository, JsonObject id)
    {
        var (digest, tag) = (id.Text("imageDigest"), id.Text("imageTag"));
        var (code, reason) = (digest, tag) switch
        {
            (null, null) => ("MissingDigestAndTag", "Invalid request parameters: both tag and digest cannot be null"),
            _ when Find(repository, id) is not null => ("", ""),
            (not null, not null) when ImageRegistry.Image(repository, digest, null) is not null => ("ImageTagDoesNotMatchDigest", "Requested image tag does not match digest"),
            _ => ("ImageNotFound", "Requested image not found"),
        };
        return code == "" ? null : new JsonObject { ["imageId"] = id.Copy(), ["failureCode"] = code, ["failureReason"] = reason };
    }

    private static JsonObject Id(string digest, string? tag) => new() { ["imageDigest"] = digest, ["imageTag"] = tag };

    private static string Show(JsonObject id) => $"{{imageDigest:'{id.Text("imageDigest") ?? "null"}', imageTag:'{id.Text("imageTag") ?? "null"}'}}";
}
