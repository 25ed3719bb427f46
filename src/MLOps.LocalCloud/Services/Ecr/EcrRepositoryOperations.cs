using System.Text.Json;
using System.Text.Json.Nodes;
using MLOps.LocalCloud.Engine.Images;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.Ecr;

/// <summary>Repositories, their policies and tags.</summary>
internal sealed class EcrRepositoryOperations(ImageRegistry registry, RegistryTokens tokens, TimeProvider time) : IOperations
{
    public void Map(OperationMap map) => map
        .On("ecr", "CreateRepository", Create)
        .On("ecr", "DescribeRepositories", Describe)
        .On("ecr", "DeleteRepository", Delete)
        .On("ecr", "SetRepositoryPolicy", SetPolicy)
        .On("ecr", "GetRepositoryPolicy", GetPolicy)
        .On("ecr", "PutLifecyclePolicy", PutLifecycle)
        .On("ecr", "TagResource", Tag)
        .On("ecr", "UntagResource", Untag)
        .On("ecr", "ListTagsForResource", ListTags)
        .On("ecr", "GetAuthorizationToken", GetAuthorizationToken);

    private JsonObject Create(OperationCall call)
    {
        EcrNames.OwnRegistry(call);
        var name = call.Input.Required("repositoryName");
        if (call.Input.Text("imageTagMutability") is "IMMUTABLE_WITH_EXCLUSION" or "MUTABLE_WITH_EXCLUSION")
            throw EcrNames.Invalid("The local cloud knows imageTagMutability MUTABLE and IMMUTABLE only");
        var repository = new JsonObject
        {
            ["repositoryArn"] = call.Scope.Arn("ecr", $"repository/{name}"),
            ["registryId"] = call.Scope.Account,
            ["repositoryName"] = name,
            ["repositoryUri"] = $"{EcrNames.Host(call.Scope)}/{name}",
            ["createdAt"] = time.GetUtcNow().ToEpoch(),
            ["imageTagMutability"] = call.Input.Text("imageTagMutability") ?? "MUTABLE",
            ["imageScanningConfiguration"] = new JsonObject { ["scanOnPush"] = call.Input.Object("imageScanningConfiguration")?.Flag("scanOnPush") ?? false },
            ["encryptionConfiguration"] = call.Input.Object("encryptionConfiguration").Copy() ?? new JsonObject { ["encryptionType"] = "AES256" },
        };
        var document = new JsonObject
        {
            ["repository"] = repository,
            ["tags"] = new JsonObject(call.Input.Objects("tags").Select(t => KeyValuePair.Create(t.Required("Key"), t["Value"].Copy()))),
            ["images"] = new JsonArray(),
        };
        if (!registry.Repositories.TryAdd(call.Scope, name, document))
            throw new AwsException("RepositoryAlreadyExistsException",
                $"The repository with name '{name}' already exists in the registry with id '{call.Scope.Account}'");
        return new JsonObject { ["repository"] = repository.Copy() };
    }

    private JsonObject Describe(OperationCall call)
    {
        EcrNames.OwnRegistry(call);
        var names = call.Input.Texts("repositoryNames").ToList();
        if (names.Count > 0)
            return new JsonObject { ["repositories"] = names.Select(n => Find(call, n).Object("repository")!.Copy()!).ToJson() };
        var (page, next) = Paging.Take(
            [.. registry.Repositories.List(call.Scope).OrderBy(d => d.Key, StringComparer.Ordinal)], d => d.Key,
            call.Input.Text("nextToken"), call.Input.Whole("maxResults") ?? 100, EcrNames.InvalidToken);
        return new JsonObject { ["repositories"] = page.Select(d => d.Value.Object("repository")!.Copy()!).ToJson(), ["nextToken"] = next };
    }

    private JsonObject Delete(OperationCall call)
    {
        EcrNames.OwnRegistry(call);
        var name = call.Input.Required("repositoryName");
        var document = Find(call, name);
        if (document.Objects("images").Any() && call.Input.Flag("force") != true)
            throw new AwsException("RepositoryNotEmptyException",
                $"The repository with name '{name}' in registry with id '{call.Scope.Account}' cannot be deleted because it still contains images");
        registry.Repositories.Remove(call.Scope, name);
        return new JsonObject { ["repository"] = document.Object("repository").Copy() };
    }

    private JsonObject SetPolicy(OperationCall call)
    {
        var name = call.Input.Required("repositoryName");
        var text = EcrNames.JsonText(call.Input.Required("policyText"), "policyText");
        Change(call, name, d => d["policy"] = text);
        return new JsonObject { ["registryId"] = call.Scope.Account, ["repositoryName"] = name, ["policyText"] = text };
    }

    private JsonObject GetPolicy(OperationCall call)
    {
        var name = call.Input.Required("repositoryName");
        var policy = Find(call, name).Text("policy") ?? throw new AwsException("RepositoryPolicyNotFoundException",
            $"Repository policy does not exist for the repository with name '{name}' in the registry with id '{call.Scope.Account}'");
        return new JsonObject { ["registryId"] = call.Scope.Account, ["repositoryName"] = name, ["policyText"] = policy };
    }

    private JsonObject PutLifecycle(OperationCall call)
    {
        var name = call.Input.Required("repositoryName");
        var text = EcrNames.JsonText(call.Input.Required("lifecyclePolicyText"), "LifecyclePolicyText");
        Change(call, name, d => d["lifecycle"] = text);
        return new JsonObject { ["registryId"] = call.Scope.Account, ["repositoryName"] = name, ["lifecyclePolicyText"] = text };
    }

    private JsonObject Tag(OperationCall call)
    {
        Change(call, EcrNames.OfArn(call), d =>
        {
            var tags = d.Object("tags")!;
            foreach (var tag in call.Input.Objects("tags"))
                tags[tag.Required("Key")] = tag.Required("Value");
            if (tags.Count > 50)
                throw new AwsException("TooManyTagsException", "A repository can have at most 50 tags");
        });
        return [];
    }

    private JsonObject Untag(OperationCall call)
    {
        Change(call, EcrNames.OfArn(call), d => d["tags"] = TagSet.Without(d["tags"], call.Input.Texts("tagKeys")));
        return [];
    }

    private JsonObject ListTags(OperationCall call) => new()
    {
        ["tags"] = Find(call, EcrNames.OfArn(call)).Object("tags")!
            .Select(t => new JsonObject { ["Key"] = t.Key, ["Value"] = t.Value.Copy() }).ToJson(),
    };

    private JsonObject GetAuthorizationToken(OperationCall call)
    {
        var accounts = call.Input.Texts("registryIds").DefaultIfEmpty(call.Scope.Account);
        return new JsonObject
        {
            ["authorizationData"] = accounts.Select(account =>
            {
                var (password, expires) = tokens.Issue(account);
                return new JsonObject
                {
                    ["authorizationToken"] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"AWS:{password}")),
                    ["expiresAt"] = expires.ToEpoch(),
                    ["proxyEndpoint"] = $"https://{EcrNames.Host(call.Scope with { Account = account })}",
                };
            }).ToJson(),
        };
    }

    private JsonObject Find(OperationCall call, string name) =>
        registry.Repositories.Find(call.Scope, name) ?? throw EcrNames.NotFound(call.Scope, name);

    private void Change(OperationCall call, string name, Action<JsonObject> change)
    {
        EcrNames.OwnRegistry(call);
        _ = registry.Repositories.Update(call.Scope, name, change) ?? throw EcrNames.NotFound(call.Scope, name);
    }
}
