using System.Diagnostics;
using MLOps.Portal.Shared.Ledger;

namespace MLOps.Tests.DecisionHost;

/// <summary>Ends the process at one point as kill -9 does: nothing is tidied up, nothing more is written.</summary>
internal sealed class KillPoints(string fatal) : IFaultPoints
{
    public void Reach(string point)
    {
        if (point != fatal)
            return;
        Process.GetCurrentProcess().Kill();
        Thread.Sleep(Timeout.Infinite);
    }
}
