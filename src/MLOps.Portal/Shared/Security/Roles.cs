namespace MLOps.Portal.Shared.Security;

/// <summary>The roles of people. Each can do what the ones before it in <see cref="All"/> see, and what its policies say.</summary>
public static class Roles
{
    public const string Viewer = "viewer";
    public const string Scientist = "scientist";
    public const string Approver = "approver";
    public const string Admin = "admin";

    public static readonly IReadOnlyList<string> All = [Viewer, Scientist, Approver, Admin];

    /// <summary>The role in words, for people.</summary>
    public static string Label(string role) => role switch
    {
        Viewer => "Viewer",
        Scientist => "Data scientist",
        Approver => "Approver",
        Admin => "Administrator",
        _ => role,
    };
}
