namespace MLOps.Tests.Wire.Support;

/// <summary>A client program that a machine may lack: a test skips there with its reason, and fails where CI runs it.</summary>
internal sealed class ClientTool(string name, string[] candidates, string[] probe, string advice)
{
    private readonly Lazy<Task<string?>> found = new(() => FindAsync(candidates, probe));

    /// <summary>The program; does not return where there is none.</summary>
    public async Task<string> RequireAsync()
    {
        if (await found.Value is { } program)
            return program;
        var reason = $"{name} is not on this machine: {advice}";
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail(reason);
        Assert.Skip(reason);
        return "";
    }

    private static async Task<string?> FindAsync(string[] candidates, string[] probe)
    {
        foreach (var candidate in candidates.Where(c => c.Length > 0))
        {
            try
            {
                if ((await ClientProcess.RunAsync(candidate, probe, null)).ExitCode == 0)
                    return candidate;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                // No such program; the next candidate may be one.
            }
        }
        return null;
    }
}
