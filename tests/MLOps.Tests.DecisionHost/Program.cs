using Microsoft.Extensions.DependencyInjection;
using MLOps.Cloud.Evidence;
using MLOps.Portal;
using MLOps.Portal.Shared.Ledger;
using MLOps.Tests;
using MLOps.Tests.DecisionHost;
using MLOps.Tests.Fakes;

// MLOps.Tests.DecisionHost CLOUD-URL POINT-FILE [the portal's settings…]: the portal, which ends by kill -9 when a decision reaches the point that the
// file names. Approvals are those of the cloud at that address, over HTTP; the evidence for each of them is made up.
var (url, point, settings) = (args[0], args[1], args[2..]);
await using var app = PortalApplication.Build(settings, services =>
{
    IrisStory.Cloud(DateTimeOffset.UtcNow).Register(services);
    services.AddSingleton<IEvidenceReader>(new AnyEvidence(IrisStory.Cloud()));
    services.AddSingleton(RealApprovals.Of(url));
    services.AddSingleton<IFaultPoints>(new KillPoints(point));
});
await app.RunAsync();
