using System.Collections.Concurrent;
using System.Security.Cryptography;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Images.Docker;

/// <summary>What <c>docker</c> is to one build: tags of its own, and the registries it has logged in to.</summary>
internal sealed class DockerSession(Scope scope)
{
    public Scope Scope { get; } = scope;

    /// <summary>Guards the endpoint: only this build's processes know it.</summary>
    public string Secret { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));

    /// <summary>Local names and the digests they stand for.</summary>
    public ConcurrentDictionary<string, string> Tags { get; } = new();

    /// <summary>Hosts of the registries logged in to.</summary>
    public ConcurrentDictionary<string, bool> Logins { get; } = new();
}

/// <summary>The sessions of the builds that run now.</summary>
internal sealed class DockerSessions
{
    private readonly ConcurrentDictionary<string, DockerSession> sessions = new();

    public DockerSession Open(Scope scope)
    {
        var session = new DockerSession(scope);
        sessions[session.Secret] = session;
        return session;
    }

    public DockerSession? Find(string secret) => sessions.GetValueOrDefault(secret);

    public void Close(DockerSession session) => sessions.TryRemove(session.Secret, out _);
}
