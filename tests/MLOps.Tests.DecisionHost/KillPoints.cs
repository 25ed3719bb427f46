using System.Diagnostics;
using MLOps.Portal.Shared.Ledger;

namespace MLOps.Tests.DecisionHost;

/// <summary>Ends the process as kill -9 does at the point that a file names at the time: nothing is tidied up, nothing more is written.</summary>
internal sealed class KillPoints(string file) : IFaultPoints
{
    public void Reach(string point)
    {
        if (!File.Exists(file) || File.ReadAllText(file) != point)
            return;
        Process.GetCurrentProcess().Kill();
        Thread.Sleep(Timeout.Infinite);
    }
}
