using System.Globalization;
using System.Security.Claims;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MLOps.Portal.Features.Approvals.Gates;
using MLOps.Portal.Hosting;

namespace MLOps.Tests.Unit.Approvals;

public sealed class GateOptionsTests
{
    [Fact]
    public void Validate_ManyFaults_AreToldAtOnce()
    {
        var result = new GateOptionsValidator().Validate(null, Bind(
            ("Gates:Default:Votes", "0"), ("Gates:Default:Rules:0", "accuracy >="), ("Gates:Default:Approvers:Roles:0", "boss"),
            ("Gates:Pipelines:iris:StepUp:Minutes", "-1"), ("Gates:Pipelines:iris:Freeze:0:Days:0", "Caturday"), ("Gates:Pipelines:iris:Freeze:1:From", "soon"),
            ("Gates:Pipelines:iris:Freeze:2:TimeZone", "Mars/Olympus"), ("Gates:Pipelines:iris:Cases:Source", "cases.csv"), ("Gates:Pipelines:iris:Cases:Most", "0"),
            ("Gates:Pipelines:two:Votes", "2"), ("Gates:Pipelines:two:Approvers:People:0", "ann")));
        result.Failures.Should().HaveCount(11 - 1).And.Contain(f => f.StartsWith("Gates:Default:Votes is 0"))
            .And.Contain(f => f.Contains("'accuracy >=': expected")).And.Contain(f => f.Contains("'boss'"))
            .And.Contain(f => f.Contains("'Caturday' is no day of the week")).And.Contain(f => f.Contains("Mars/Olympus"))
            .And.Contain(f => f.Contains("2 votes are needed and only 1 people"));
    }

    [Fact]
    public void For_OwnGate_InheritsWhatItDoesNotSet()
    {
        var book = Book(("Gates:Default:Votes", "2"), ("Gates:Default:Rules:0", "accuracy >= 0.9"), ("Gates:Pipelines:iris-*:Rules:0", "agreement >= 0.9"),
            ("Gates:Pipelines:iris-model-pipeline/ApproveDeploy:Votes", "3"));
        (book.For("other", "Approve").Name, book.For("other", "Approve").Votes).Should().Be(("default", 2));
        book.For("other", "Approve").Rules.Should().ContainSingle().Which.Text.Should().Be("accuracy >= 0.9");
        var pattern = book.For("iris-two", "Approve");
        (pattern.Name, pattern.Votes, pattern.Rules[0].Text).Should().Be(("iris-*", 2, "agreement >= 0.9"));
        book.For("iris-model-pipeline", "ApproveDeploy").Votes.Should().Be(3);
    }

    [Fact]
    public void For_NothingConfigured_AsksOneApproverWhoIsNotTheRequester()
    {
        var gate = Book().For("p", "a");
        (gate.Votes, gate.ExcludeRequester, gate.Rules.Count, gate.Approvers).Should().Be((1, true, 0, "approvers, administrators"));
    }

    [Theory]
    [InlineData("2026-11-27T17:59Z", null)] // Friday, 18:59 in Berlin
    [InlineData("2026-11-27T18:00Z", "2026-11-28T07:00Z")]
    [InlineData("2026-11-28T06:59Z", "2026-11-28T07:00Z")]
    [InlineData("2026-11-28T07:00Z", null)]
    public void Until_WeeklyOverMidnight_EndsTheNextDay(string now, string? until)
    {
        var window = FreezeWindow.Of(new FreezeOptions { Days = { "Fri" }, From = "19:00", To = "08:00", TimeZone = "Europe/Berlin" });
        window.Until(At(now)).Should().Be(until is null ? null : At(until));
        window.Words.Should().Be("Fri 19:00 to 08:00 Europe/Berlin");
    }

    [Fact]
    public void Until_WholeDays_ByTheZonesClock()
    {
        var window = FreezeWindow.Of(new FreezeOptions { Days = { "Saturday", "sun" }, TimeZone = "America/New_York" });
        window.Until(At("2026-11-28T04:59Z")).Should().BeNull("it is still Friday in New York");
        window.Until(At("2026-11-28T05:00Z")).Should().Be(At("2026-11-29T05:00Z"));
    }

    [Fact]
    public void Until_Once_HoldsBetweenTheDates()
    {
        var window = FreezeWindow.Of(new FreezeOptions { From = "2026-12-20", To = "2027-01-04T08:00", Reason = "Holidays" });
        window.Until(At("2026-12-19T23:59Z")).Should().BeNull();
        window.Until(At("2026-12-24T12:00Z")).Should().Be(At("2027-01-04T08:00Z"));
        window.Until(At("2027-01-04T08:00Z")).Should().BeNull();
    }

    [Theory]
    [InlineData("arn:aws:iam::123456789012:user/ann", "ann", true)]
    [InlineData("arn:aws:sts::123456789012:assumed-role/sso/Ann@Example.com", "ann@example.com", true)]
    [InlineData("ANN", "ann", true)]
    [InlineData("arn:aws:iam::123456789012:user/anna", "ann", false)]
    [InlineData("workshop", "ann", false)]
    public void Include_WhoAsked_IsFoundByNameOrAddress(string requester, string name, bool isOne)
    {
        var person = new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.Name, name), new(ClaimTypes.NameIdentifier, "id-1")], "test"));
        new Requesters([requester]).Include(person).Should().Be(isOne);
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static GateBook Book(params (string Key, string Value)[] settings) => new(Options.Create(Bind(settings)));

    [Fact]
    public void Settings_MisspeltAndMisread_AreAllTold()
    {
        var read = () => Bind(("Gates:Default:Votse", "2"), ("Gates:Pipelines:iris:Votes", "two"), ("Gates:Pipelines:iris:ExcludeRequester", "maybe"));
        read.Should().Throw<OptionsValidationException>().Which.Failures.Should().HaveCount(3).And.Contain(f => f.StartsWith("Gates:Default:Votse is not known; Gates:Default may hold Approvers, Votes,"))
            .And.Contain("Gates:Pipelines:iris:Votes is 'two'; it must be a number.").And.Contain("Gates:Pipelines:iris:ExcludeRequester is 'maybe'; it must be true or false.");
    }

    private static GatesOptions Bind(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create<string, string?>(s.Key, s.Value))).Build();
        var services = new ServiceCollection();
        services.AddOptions<GatesOptions>().BindAll(configuration.GetSection(GatesOptions.Section));
        return services.BuildServiceProvider().GetRequiredService<IOptions<GatesOptions>>().Value;
    }
}
