using Microsoft.Extensions.DependencyInjection;
using MLOps.Cloud.Approvals;
using MLOps.Portal;
using MLOps.Portal.Shared.Ledger;
using MLOps.Tests.DecisionHost;
using MLOps.Tests.Fakes;

// MLOps.Tests.DecisionHost ANSWERS-FILE FAULT-POINT [the portal's settings…]: ends by kill -9 when a decision reaches the point.
var (answers, point, settings) = (args[0], args[1], args[2..]);
var mine = new KillPoints(point);
await using var app = PortalApplication.Build(settings, services =>
{
    IrisStory.Cloud(DateTimeOffset.UtcNow).Register(services);
    services.AddSingleton<IApprovalCommands>(new RememberedApproval(answers, mine));
    services.AddSingleton<IFaultPoints>(mine);
});
await app.RunAsync();
