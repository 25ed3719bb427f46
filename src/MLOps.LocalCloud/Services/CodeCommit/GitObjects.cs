using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace MLOps.LocalCloud.Services.CodeCommit;

/// <summary>One file of a commit. Modes are CodeCommit's: NORMAL, EXECUTABLE, SYMLINK.</summary>
internal readonly record struct GitFile(string BlobId, string Mode)
{
    /// <summary>The mode as Git writes it.</summary>
    public string GitMode => Mode switch { "EXECUTABLE" => "100755", "SYMLINK" => "120000", _ => "100644" };
}

/// <summary>The ids that Git itself gives to blobs, trees and commits of this content.</summary>
internal static class GitObjects
{
    public static string Blob(byte[] content) => Id("blob", content);

    /// <summary>The id of the tree of the files below a folder (<c>""</c> is the root).</summary>
    public static string Tree(IReadOnlyDictionary<string, GitFile> files, string folder = "")
    {
        var prefix = folder == "" ? "" : folder + "/";
        // Git sorts a folder as if its name ended in a slash.
        var entries = new SortedDictionary<string, (string Mode, string Name, string Id)>(StringComparer.Ordinal);
        foreach (var (path, file) in files.Where(f => f.Key.StartsWith(prefix, StringComparison.Ordinal)))
        {
            var rest = path[prefix.Length..];
            var slash = rest.IndexOf('/');
            if (slash < 0)
                entries[rest] = (file.GitMode, rest, file.BlobId);
            else if (!entries.ContainsKey(rest[..(slash + 1)]))
                entries[rest[..(slash + 1)]] = ("40000", rest[..slash], Tree(files, prefix + rest[..slash]));
        }
        using var content = new MemoryStream();
        foreach (var (mode, name, id) in entries.Values)
        {
            content.Write(Encoding.UTF8.GetBytes($"{mode} {name}\0"));
            content.Write(Convert.FromHexString(id));
        }
        return Id("tree", content.ToArray());
    }

    public static string Commit(string tree, string? parent, string author, string email, DateTimeOffset at, string message)
    {
        var who = $"{author} <{email}> {at.ToUnixTimeSeconds()} +0000";
        var parents = parent is null ? "" : $"parent {parent}\n";
        return Id("commit", Encoding.UTF8.GetBytes($"tree {tree}\n{parents}author {who}\ncommitter {who}\n\n{message}"));
    }

    [SuppressMessage("Security", "CA5350", Justification = "Git's ids are SHA-1")]
    private static string Id(string type, byte[] content) =>
        Convert.ToHexStringLower(SHA1.HashData([.. Encoding.UTF8.GetBytes($"{type} {content.Length}\0"), .. content]));
}
