using Amazon.CodePipeline;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Values;
using Aws = Amazon.CodePipeline.Model;

namespace MLOps.Cloud.Pipelines;

/// <summary>The calls of CodePipeline that the readers, commands and the inventory share.</summary>
internal sealed class PipelineCalls(ICloudClients clients)
{
    private const int ActionsAtMost = 500;

    public IAmazonCodePipeline On(string connection) => clients.Get<IAmazonCodePipeline>(connection);

    public async Task<PipelineDefinition> DefinitionAsync(string connection, string pipeline, CancellationToken cancelled) =>
        PipelineMapping.Definition(await On(connection).GetPipelineAsync(new Aws.GetPipelineRequest { Name = pipeline }, cancelled));

    public Task<Aws.GetPipelineStateResponse> StateAsync(string connection, string pipeline, CancellationToken cancelled) =>
        On(connection).GetPipelineStateAsync(new Aws.GetPipelineStateRequest { Name = pipeline }, cancelled);

    public async Task<Page<PipelineExecution>> ExecutionsAsync(string connection, string pipeline, int count, string? next, CancellationToken cancelled)
    {
        var answer = await On(connection).ListPipelineExecutionsAsync(
            new Aws.ListPipelineExecutionsRequest { PipelineName = pipeline, MaxResults = count, NextToken = next }, cancelled);
        return new Page<PipelineExecution>(answer.PipelineExecutionSummaries.OrEmpty().Select(PipelineMapping.Execution).ToValueList(),
            string.IsNullOrEmpty(answer.NextToken) ? null : answer.NextToken);
    }

    /// <summary>What the actions of one execution did, in the SDK's own terms: the tokens of approvals are in it.</summary>
    public async Task<IReadOnlyList<Aws.ActionExecutionDetail>> ActionsAsync(string connection, string pipeline, string executionId, CancellationToken cancelled)
    {
        var found = new List<Aws.ActionExecutionDetail>();
        var request = new Aws.ListActionExecutionsRequest
        {
            PipelineName = pipeline,
            Filter = new Aws.ActionExecutionFilter { PipelineExecutionId = executionId },
            MaxResults = 100,
        };
        do
        {
            var answer = await On(connection).ListActionExecutionsAsync(request, cancelled);
            found.AddRange(answer.ActionExecutionDetails.OrEmpty());
            request.NextToken = answer.NextToken;
        }
        while (!string.IsNullOrEmpty(request.NextToken) && found.Count < ActionsAtMost);
        return found;
    }
}
