using Microsoft.Extensions.Options;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Account.Providers;

/// <summary>The section <c>Authentication:OpenIdConnect</c>: an identity provider beside the portal's own accounts. Validated at start.</summary>
public sealed class ProviderOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string Section = "Authentication:OpenIdConnect";

    /// <summary>The provider's address, under which its discovery document lies; there is no provider where it is empty.</summary>
    public string Authority { get; set; } = "";

    public string ClientId { get; set; } = "";

    /// <summary>Best set by the environment variable <c>Authentication__OpenIdConnect__ClientSecret</c>.</summary>
    public string ClientSecret { get; set; } = "";

    /// <summary>What the button says: <c>Sign in with …</c>.</summary>
    public string DisplayName { get; set; } = "single sign-on";

    /// <summary>What is asked for besides <c>openid</c>, <c>profile</c> and <c>email</c>.</summary>
    public IList<string> Scopes { get; } = [];

    /// <summary>The claim that becomes the user name.</summary>
    public string NameClaim { get; set; } = "preferred_username";

    /// <summary>The claim whose values <see cref="Roles"/> maps.</summary>
    public string RoleClaim { get; set; } = "roles";

    /// <summary>The claim whose values are groups, as gates name them.</summary>
    public string GroupClaim { get; set; } = "groups";

    /// <summary>Roles of the portal by values of the role claim or the group claim.</summary>
    public IDictionary<string, string> Roles { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The role of people for whom no value is mapped; they are turned away where it is empty.</summary>
    public string DefaultRole { get; set; } = "";

    public bool IsOn => Authority.Length > 0;
}

/// <summary>Tells every fault of the section at once.</summary>
internal sealed class ProviderOptionsValidator : IValidateOptions<ProviderOptions>
{
    public ValidateOptionsResult Validate(string? name, ProviderOptions options)
    {
        if (!options.IsOn)
            return ValidateOptionsResult.Success;
        var faults = new List<string>();
        if (!Uri.TryCreate(options.Authority, UriKind.Absolute, out var authority) || authority.Scheme != Uri.UriSchemeHttps && !(authority.Scheme == Uri.UriSchemeHttp && authority.IsLoopback))
            faults.Add($"{ProviderOptions.Section}:Authority is '{options.Authority}'; it must be an address with https.");
        if (options.ClientId.Length == 0)
            faults.Add($"{ProviderOptions.Section}:ClientId is missing.");
        foreach (var (value, role) in options.Roles.Append(new("DefaultRole", options.DefaultRole.Length > 0 ? options.DefaultRole : Shared.Security.Roles.Viewer)))
        {
            if (!Shared.Security.Roles.All.Contains(role))
                faults.Add($"{ProviderOptions.Section} gives '{value}' the role '{role}'; there are {string.Join(", ", Shared.Security.Roles.All)}.");
        }
        if (options.Roles.Count == 0 && options.DefaultRole.Length == 0)
            faults.Add($"{ProviderOptions.Section} lets nobody in: set Roles or DefaultRole.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
