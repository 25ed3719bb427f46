using Microsoft.AspNetCore.Components;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Models;
using MLOps.Cloud.Pipelines;
using MLOps.Cloud.Training;
using MLOps.Cloud.Transforms;
using MLOps.Cloud.Tuning;
using MLOps.Portal.Shared.Clouds;
using MudBlazor;

namespace MLOps.Portal.Features.Workshop;

public sealed partial class WorkshopPage : LiveComponent
{
    private WorkshopFacts facts = new();
    private DateTimeOffset? asOf;

    [Inject] private IInventory<TrainingJobSummary> Jobs { get; set; } = default!;

    [Inject] private IInventory<TuningJobSummary> Tunings { get; set; } = default!;

    [Inject] private IInventory<TransformJobSummary> Transforms { get; set; } = default!;

    [Inject] private IInventory<ModelSummary> Models { get; set; } = default!;

    [Inject] private IInventory<EndpointSummary> Endpoints { get; set; } = default!;

    [Inject] private IInventory<PipelineSummary> Pipelines { get; set; } = default!;

    [Inject] private IEndpointTraffic Traffic { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    private int Done => Course.Lessons.Count(l => l.Done(facts) is not null);

    /// <summary>Whether the cloud has answered at all: before that nothing is called not done.</summary>
    private bool IsKnown => asOf is not null;

    protected override void OnInitialized()
    {
        Follow(Jobs, s => (facts, asOf) = (facts with { Jobs = s.Items }, s.AsOf ?? asOf));
        Follow(Tunings, s => facts = facts with { Tunings = s.Items });
        Follow(Transforms, s => facts = facts with { Transforms = s.Items });
        Follow(Models, s => facts = facts with { Models = s.Items });
        Follow(Endpoints, s => facts = facts with { Endpoints = s.Items });
        Follow(Pipelines, s => facts = facts with { Pipelines = s.Items });
        if (RendererInfo.IsInteractive)
            Pump(Traffic.WatchAsync(Places.Connection, Gone), next =>
            {
                if (next.Value is { } traffic)
                    facts = facts with { Requests = traffic.Endpoints.ToDictionary(e => e.Endpoint, e => e.Day) };
            });
    }

    private static string Mark(bool done) => done ? Icons.Material.Rounded.CheckCircle : Icons.Material.Rounded.RadioButtonUnchecked;

    private string Mark(Lesson lesson) => Mark(lesson.Done(facts) is not null);

    private string Anchor(Lesson lesson) => $"{new Uri(Navigation.Uri).PathAndQuery}#{lesson.Id}";
}
