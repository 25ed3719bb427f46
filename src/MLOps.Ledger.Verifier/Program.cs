using MLOps.Ledger.Exports;

// mlops-ledger verify FILE [--head HASH]: 0 the chain is whole, 1 it is broken, 2 it could not be checked.
const string Usage = "usage: mlops-ledger verify FILE [--head HASH]\n  FILE   an export of the ledger, JSON lines or CSV\n  --head a head that was noted earlier; the export must hold it";

if (args is not (["verify", _] or ["verify", _, "--head", { Length: 64 }]))
{
    Console.Error.WriteLine(Usage);
    return 2;
}
try
{
    using var file = File.OpenRead(args[1]);
    var report = ExportCheck.Check(file, args is [_, _, _, var head] ? head.ToLowerInvariant() : null);
    if (report.Fault is { } fault)
    {
        Console.WriteLine($"BROKEN at entry {fault.Sequence}: {fault.What}");
        Console.WriteLine(report.Entries == 0 ? "No entry before it is good." : $"Entries 1 to {report.Entries} are good; the hash of the last good one is {report.Head}");
        return 1;
    }
    Console.WriteLine($"WHOLE: {report.Entries} entries, head {report.Head}");
    if (report.AfterKnownHead is { } after)
        Console.WriteLine($"The known head is there, with {after} entries behind it.");
    return 0;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"{args[1]} cannot be read: {e.Message}");
    return 2;
}
