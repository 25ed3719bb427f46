using System.Diagnostics;
using MLOps.Portal.Features.Search;

namespace MLOps.Tests.Unit.Portal;

public sealed class SearchIndexTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    private readonly SearchIndex index = new();

    public SearchIndexTests()
    {
        index.Put("", FoundKind.Page, [new(FoundKind.Page, "", "/pipelines", "Pipelines", "/pipelines")]);
        index.Put("local", FoundKind.Pipeline, [Of(FoundKind.Pipeline, "iris-model-pipeline", 1), Of(FoundKind.Pipeline, "pipeline-of-old", 2)]);
        index.Put("local", FoundKind.Endpoint, [Of(FoundKind.Endpoint, "iris-model-production", 5), Of(FoundKind.Endpoint, "iris-model-development", 4)]);
        index.Put("other", FoundKind.TrainingJob, [Of(FoundKind.TrainingJob, "churnIris-7", 9, "other")]);
    }

    [Theory]
    [InlineData("pipelines", "Pipelines")]
    [InlineData("pipeline", "Pipelines,pipeline-of-old,iris-model-pipeline")]
    [InlineData("iris", "iris-model-production,iris-model-development,iris-model-pipeline,churnIris-7")]
    [InlineData("MODEL prod", "iris-model-production")]
    [InlineData("prod iris", "iris-model-production")]
    [InlineData("oductio", "iris-model-production")]
    [InlineData("imd", "iris-model-development")]
    [InlineData("irmopr", "iris-model-production")]
    [InlineData("iris nothing", "")]
    [InlineData("xyz", "")]
    [InlineData("  ", "")]
    public void Find_Query_RanksBeginningsThenWordsThenInsidesThenInitials(string query, string titles) => string.Join(',', Titles(query)).Should().Be(titles);

    [Fact]
    public void Find_EquallyWell_TheNewestFirst() => Titles("iris")[..3].Should().Equal("iris-model-production", "iris-model-development", "iris-model-pipeline");

    [Fact]
    public void Put_ThingsGone_AreForgottenAndOthersStay()
    {
        index.Put("local", FoundKind.Endpoint, [Of(FoundKind.Endpoint, "iris-model-development", 4)]);
        Titles("production").Should().BeEmpty();
        Titles("development").Should().Equal("iris-model-development");
        index.Put("local", FoundKind.Endpoint, []);
        index.Put("local", FoundKind.Pipeline, []);
        Titles("iris").Should().Equal("churnIris-7");
        index.Count.Should().Be(2);
    }

    [Fact]
    public void Put_SameThingChanged_ShowsItsNewState()
    {
        index.Put("other", FoundKind.TrainingJob, [Of(FoundKind.TrainingJob, "churnIris-7", 10, "other") with { Status = "Completed" }]);
        index.Find("churn", 5).Single().Entry.Status.Should().Be("Completed");
        index.Put("other", FoundKind.TrainingJob, [new(FoundKind.TrainingJob, "other", "churnIris-7", "renamed", "/x")]);
        Titles("churn").Should().BeEmpty();
        Titles("renamed").Should().Equal("renamed");
    }

    [Fact]
    public void Find_Unwanted_IsLeftOut() => index.Find("iris", 10, e => e.Kind == FoundKind.Pipeline).Select(f => f.Entry.Title).Should().Equal("iris-model-pipeline");

    [Fact]
    public void Newest_OfEverything_ByTime() => index.Newest(2).Select(e => e.Title).Should().Equal("churnIris-7", "iris-model-production");

    [Fact]
    public void Find_TenThousandJobs_IsQuickForEveryLetterAndWhileJobsCome()
    {
        var jobs = Enumerable.Range(0, 10_000).Select(i => Of(FoundKind.TrainingJob, $"iris-model-{new Guid(i, 0, 0, new byte[8])}", i)).ToList();
        index.Put("local", FoundKind.TrainingJob, jobs);
        index.Find("i", 24);
        // Ten letters typed; the limit is an order of magnitude above what a slow machine takes, and a machine that is busy is asked again.
        Quickest(3, () =>
        {
            foreach (var query in (string[])["i", "ir", "iris", "iris-m", "model", "00002", "0000270f", "irm", "zzz", "iris 27"])
                index.Find(query, 24).Count.Should().BeLessThanOrEqualTo(24);
        }).Should().BeLessThan(TimeSpan.FromSeconds(2));
        Titles("0000270f").Should().Equal("iris-model-0000270f-0000-0000-0000-000000000000");

        var clock = Stopwatch.StartNew();
        index.Put("local", FoundKind.TrainingJob, [.. jobs.Skip(1), Of(FoundKind.TrainingJob, "one-more", 99_999)]);
        clock.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(1), "one job that comes is put in, not all sorted anew");
        Titles("one-more").Should().Equal("one-more");
        Titles("iris-model-00000000").Should().BeEmpty("the one that went is out");
    }

    private static TimeSpan Quickest(int times, Action work) => Enumerable.Range(0, times).Min(_ =>
    {
        var clock = Stopwatch.StartNew();
        work();
        return clock.Elapsed;
    });

    private List<string> Titles(string query) => [.. index.Find(query, 24).Select(f => f.Entry.Title)];

    private static SearchEntry Of(FoundKind kind, string title, int minutes, string connection = "local") =>
        new(kind, connection, title, title, $"/{title}") { At = At.AddMinutes(minutes) };
}
