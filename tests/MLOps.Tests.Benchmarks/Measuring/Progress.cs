namespace MLOps.Tests.Benchmarks.Measuring;

/// <summary>Says what happens, beside the tables.</summary>
internal static class Progress
{
    public static void Say(string what) => Console.Error.WriteLine($"benchmark: {what}");
}
