using System.Globalization;
using System.Runtime.InteropServices;

namespace MLOps.Tests.Benchmarks.Measuring;

/// <summary>What the figures were measured on, and whether it was quiet.</summary>
internal static class Machine
{
    public static string Describe()
    {
        var processor = Field("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString();
        var memory = Field("/proc/meminfo", "MemTotal") is { } kib && double.TryParse(kib.Split(' ')[0], CultureInfo.InvariantCulture, out var size)
            ? $"{size / 1024 / 1024:0} GiB" : "unknown memory";
        var load = File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
        return $"Machine: {processor}, {Environment.ProcessorCount} cores, {memory}, {RuntimeInformation.OSDescription.Trim()}, .NET {Environment.Version}, " +
            $"Release build; load average at the start {load}; {TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm} UTC.";
    }

    private static string? Field(string file, string name) => !File.Exists(file) ? null
        : File.ReadLines(file).FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim();
}
