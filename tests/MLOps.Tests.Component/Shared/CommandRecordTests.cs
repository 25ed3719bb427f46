using Microsoft.Extensions.DependencyInjection;
using MLOps.Cloud.Faults;
using MLOps.Ledger;
using MLOps.Portal.Shared.Ledger;
using MLOps.Portal.Shared.Security;
using MLOps.Tests.Fakes;

namespace MLOps.Tests.Component.Shared;

/// <summary>Every command that changes something is on record before it is done, whoever wrote the page.</summary>
public sealed class CommandRecordTests
{
    [Fact]
    public async Task Command_GoesWell_HasAnIntentBeforeAndAnOutcomeAfter()
    {
        await using var portal = new PortalContext(new FakeCloud());
        var atTheCall = 0;
        (await Run(portal, () =>
        {
            atTheCall = portal.Ledger.Entries.Count;
            return Task.CompletedTask;
        })).Should().BeTrue();
        atTheCall.Should().Be(1, "the intent is there when the call is made");
        portal.Ledger.Entries.Select(e => (e.Type, e.Kind, e.Object, e.Name, e.Connection, e.Of, e.Result)).Should().Equal(
            (EntryType.Intent, "delete", "endpoint iris", "Administrator (admin)", "local", 0, ""),
            (EntryType.Outcome, "delete", "endpoint iris", "Administrator (admin)", "local", 1, EntryResult.Happened));
    }

    [Theory]
    [InlineData(CloudFaultKind.Conflict, EntryResult.Refused)]
    [InlineData(CloudFaultKind.Throttled, EntryResult.Refused)]
    [InlineData(CloudFaultKind.Unreachable, EntryResult.Lost)]
    [InlineData(CloudFaultKind.ServiceFailure, EntryResult.Lost)]
    public async Task Command_Fails_IsRefusedOrLost(CloudFaultKind kind, string result)
    {
        await using var portal = new PortalContext(new FakeCloud());
        (await Run(portal, () => throw new CloudException(new(kind, "The cloud says no")))).Should().BeFalse();
        var outcome = portal.Ledger.Entries.Should().HaveCount(2).And.Subject.Last();
        (outcome.Result, outcome.Details["note"]).Should().Be((result, "The cloud says no"));
    }

    [Fact]
    public async Task Command_LedgerCannotBeWritten_IsNotRun()
    {
        await using var portal = new PortalContext(new FakeCloud());
        portal.Ledger.IsDown = true;
        var ran = false;
        (await Run(portal, () =>
        {
            ran = true;
            return Task.CompletedTask;
        })).Should().BeFalse();
        ran.Should().BeFalse();
        portal.Services.GetRequiredService<MudBlazor.ISnackbar>().ShownSnackbars.Should().ContainSingle().Which.Message.Should().Contain("ledger cannot be written, so nothing was done");
    }

    [Fact]
    public async Task Command_OfSomebodyWhoMayNot_IsNotOnRecord()
    {
        await using var portal = new PortalContext(new FakeCloud(), Roles.Viewer);
        (await Run(portal, () => Task.CompletedTask)).Should().BeFalse();
        portal.Ledger.Entries.Should().BeEmpty();
    }

    [Fact]
    public async Task Claim_HeldByAnother_IsNotRun()
    {
        await using var portal = new PortalContext(new FakeCloud());
        var gate = portal.Services.GetRequiredService<CommandGate>();
        var deed = new Deed("approve iris") { Claim = "approval:iris" };
        var first = new TaskCompletionSource();
        var running = gate.RunAsync(Policies.Decide, deed, () => first.Task);
        var second = () => gate.RunAsync(Policies.Decide, deed, () => Task.CompletedTask);
        (await second.Should().ThrowAsync<ClaimedException>()).Which.Holder.Name.Should().Be("Administrator (admin)");
        first.SetException(new CloudException(new(CloudFaultKind.Conflict, "no")));
        await FluentActions.Awaiting(() => running).Should().ThrowAsync<CloudException>();
        await second.Should().NotThrowAsync("what was refused holds nothing");
        await second.Should().ThrowAsync<ClaimedException>("it has happened");
    }

    [Theory]
    [InlineData("start pipeline iris", "start", "pipeline iris")]
    [InlineData("roll back stage DeployPrd of iris", "rollback", "stage DeployPrd of iris")]
    [InlineData("sweep", "sweep", "")]
    public void Deed_Words_AreVerbAndObject(string what, string kind, string @object) =>
        (new Deed(what).Kind, new Deed(what).Object).Should().Be((kind, @object));

    private static Task<bool> Run(PortalContext portal, Func<Task> command) =>
        portal.Services.GetRequiredService<Commander>().RunAsync(Policies.Operate, "delete endpoint iris", command, "Done");
}
