using Microsoft.AspNetCore.Identity;

namespace MLOps.Portal.Data;

/// <summary>A person who signs in.</summary>
public sealed class PortalUser : IdentityUser
{
    /// <summary>The name that others see, also in what is sent to AWS with a decision.</summary>
    public string DisplayName { get; set; } = "";

    /// <summary>Whether the embedded mode made this person; such people have no password.</summary>
    public bool IsSeeded { get; set; }

    /// <summary>Whether an administrator has closed the account. Accounts are not deleted: what people decided names them.</summary>
    public bool IsDisabled { get; set; }

    /// <summary>When the person last proved who they are; null before the first time.</summary>
    public DateTimeOffset? LastSignInAt { get; set; }
}
