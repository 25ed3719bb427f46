using MLOps.Cloud.Evidence;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.DecisionHost;

/// <summary>The same evidence for whatever execution is asked about, at every start.</summary>
internal sealed class AnyEvidence(FakeCloud cloud) : IEvidenceReader
{
    public Task<SignOffEvidence> EvidenceAsync(string connection, string pipeline, string executionId, CancellationToken cancelled = default) =>
        Task.FromResult(cloud.Evidence[IrisStory.Candidate]);
}
