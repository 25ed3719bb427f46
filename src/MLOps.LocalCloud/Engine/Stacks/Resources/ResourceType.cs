using System.Text.Json.Nodes;

namespace MLOps.LocalCloud.Engine.Stacks.Resources;

/// <summary>What exists of a resource: what Ref gives, and the attributes of Fn::GetAtt.</summary>
internal sealed record ResourceState(string PhysicalId, JsonObject Attributes);

/// <summary>
/// How CloudFormation makes, changes and removes resources of one type, by the public operations of the service that owns it.
/// Every method may be called again after an abrupt end of the process: <see cref="FindAsync"/> tells what exists.
/// </summary>
internal abstract class ResourceType
{
    /// <summary>Such as <c>AWS::S3::Bucket</c>.</summary>
    public abstract string Name { get; }

    public ResourceSchema Schema => field ??= ResourceSchema.Find(Name) ?? throw new InvalidOperationException($"No schema of {Name} is in the assembly.");

    /// <summary>Whether creating takes several calls, so that a refusal may leave a part of it.</summary>
    public virtual bool CreatesPiecemeal => false;

    /// <summary>The properties that take effect here; the others of the schema are refused.</summary>
    public abstract IReadOnlySet<string> Supported { get; }

    /// <summary>The attributes of Fn::GetAtt.</summary>
    public virtual IReadOnlyList<string> Attributes => [];

    /// <summary>The property that names the resource where the template does; null where it cannot.</summary>
    public virtual string? NameProperty => null;

    /// <summary>Whether no two resources can have the same name, so that one with a name of its own cannot be replaced.</summary>
    public virtual bool NameIsIdentity => true;

    /// <summary>What a generated name must look like.</summary>
    public virtual PhysicalNameRule NameRule => new(64);

    /// <summary>Whether the resource makes rights: the stack must be allowed to by CAPABILITY_IAM.</summary>
    public virtual bool IsIdentity => false;

    /// <summary>The property that tags travel in; null where the type takes none.</summary>
    public virtual string? TagsProperty => Supported.Contains("Tags") ? "Tags" : null;

    /// <summary>What exists under the call's physical id or, before there is one, under its name and properties; null where nothing does.</summary>
    public abstract Task<ResourceState?> FindAsync(ResourceCall call);

    /// <summary>Makes what does not exist, by the one call that makes it.</summary>
    public abstract Task CreateAsync(ResourceCall call);

    /// <summary>Sets what the creating call does not carry; safe to repeat.</summary>
    /// <param name="previous">The properties that the resource was last given; none where it was only just made.</param>
    public virtual Task ConfigureAsync(ResourceCall call, JsonObject previous) => Task.CompletedTask;

    /// <summary>Changes what exists to the call's properties; safe to repeat.</summary>
    public virtual Task UpdateAsync(ResourceCall call, JsonObject previous) => ConfigureAsync(call, previous);

    /// <summary>Waits until what was made or changed is ready; throws <see cref="ResourceFailedException"/> where it never will be.</summary>
    public virtual Task SettleAsync(ResourceCall call) => Task.CompletedTask;

    /// <summary>Removes the resource; what is gone already is no error.</summary>
    public abstract Task DeleteAsync(ResourceCall call);

    /// <summary>Whether a change of these properties needs a new resource.</summary>
    public virtual bool Replaces(IEnumerable<string> changed) => changed.Any(Schema.CreateOnly.Contains);

    /// <summary>The properties in the types that the services expect.</summary>
    /// <exception cref="PropertyException">They do not fit.</exception>
    public virtual JsonObject Check(JsonObject properties)
    {
        var coerced = Schema.Coerce(properties);
        foreach (var (name, _) in coerced)
        {
            if (Supported.Contains(name))
                continue;
            throw new PropertyException(Schema.ReadOnly.Contains(name)
                ? $"Encountered a readOnly property {name}" : $"The local cloud does not offer the property {name} of {Name}");
        }
        return coerced;
    }
}

/// <summary>A resource was made or changed, but does not become what was asked for.</summary>
internal sealed class ResourceFailedException(string message) : Exception(message);
