using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Pipelines.Definitions;

/// <summary>The rules that a pipeline's structure must keep beyond what the API description says.</summary>
internal static class DefinitionValidator
{
    /// <exception cref="AwsException">The first rule that is broken, in AWS's terms.</exception>
    public static void Check(PipelineDefinition pipeline, ActionDispatcher actions, Scope scope)
    {
        _ = pipeline.ArtifactBucket(scope.Region);
        if (pipeline.Stages.Count < 2)
            throw PipelineErrors.InvalidStructure($"Pipeline {pipeline.Name} has {pipeline.Stages.Count} stage(s). There should be at least two stages");
        if (pipeline.Type == "V1" && pipeline.Mode != "SUPERSEDED")
            throw PipelineErrors.InvalidStructure($"The execution mode {pipeline.Mode} needs a pipeline of type V2");
        if (pipeline.Type == "V1" && pipeline.Variables.Count > 0)
            throw PipelineErrors.InvalidStructure("Pipeline variables need a pipeline of type V2");
        if (Repeated(pipeline.Stages.Select(s => s.Name)) is { } stage)
            throw PipelineErrors.InvalidStage($"Stage name {stage} is used more than once: stage names must be unique within a pipeline");
        if (Repeated(pipeline.Variables.Select(v => v.Name)) is { } variable)
            throw PipelineErrors.InvalidStructure($"The variable {variable} is declared more than once");
        if (Repeated(pipeline.Stages.SelectMany(s => s.Actions).Select(a => a.Namespace).OfType<string>()) is { } space)
            throw PipelineErrors.InvalidAction($"The namespace {space} is used by more than one action");
        foreach (var unoffered in (string[])["triggers"])
            if (pipeline.Source.Objects(unoffered).Any())
                throw PipelineErrors.InvalidStructure($"The local cloud offers no {unoffered}: S3 and CodeCommit sources start the pipeline by themselves");
        foreach (var declared in pipeline.Source.Objects("stages"))
            CheckOffered(declared, pipeline.Name, scope);
        var produced = new HashSet<string>();
        for (var i = 0; i < pipeline.Stages.Count; i++)
            CheckStage(pipeline, pipeline.Stages[i], isFirst: i == 0, produced, actions);
    }

    /// <summary>Refuses what would have to be ignored: a gate that is declared must not silently stand open.</summary>
    private static void CheckOffered(System.Text.Json.Nodes.JsonObject stage, string pipeline, Scope scope)
    {
        foreach (var member in (string[])["blockers", "beforeEntry", "onSuccess", "onFailure"])
            if (stage[member] is System.Text.Json.Nodes.JsonArray { Count: > 0 } or System.Text.Json.Nodes.JsonObject { Count: > 0 })
                throw PipelineErrors.InvalidStage($"The local cloud offers no {member} (stage {stage.Text("name")} of pipeline {pipeline})");
        foreach (var action in stage.Objects("actions"))
        {
            foreach (var member in (string[])["commands", "outputVariables", "environmentVariables"])
                if (action.Items(member).Any())
                    throw PipelineErrors.InvalidAction($"The local cloud offers no {member} (action {action.Text("name")})");
            if (action.Text("region") is { } region && region != scope.Region)
                throw PipelineErrors.InvalidAction($"The local cloud offers no actions in another region (action {action.Text("name")} in {region})");
        }
    }

    private static void CheckStage(PipelineDefinition pipeline, StageDefinition stage, bool isFirst, HashSet<string> produced, ActionDispatcher actions)
    {
        if (stage.Actions.Count == 0)
            throw PipelineErrors.InvalidStage($"Stage {stage.Name} has no actions");
        if (Repeated(stage.Actions.Select(a => a.Name)) is { } action)
            throw PipelineErrors.InvalidAction($"Action name {action} is used more than once in stage {stage.Name}");
        if (isFirst != stage.Actions.All(a => a.Category == "Source") || (!isFirst && stage.Actions.Any(a => a.Category == "Source")))
            throw PipelineErrors.InvalidStructure($"Pipeline {pipeline.Name} must have source actions in its first stage, and only there (stage {stage.Name})");
        foreach (var group in stage.Actions.GroupBy(a => a.RunOrder).OrderBy(g => g.Key))
        {
            foreach (var one in group)
                CheckAction(stage, one, produced, actions);
            foreach (var output in group.SelectMany(a => a.Outputs))
                if (!produced.Add(output))
                    throw PipelineErrors.InvalidAction($"Output artifact {output} in stage {stage.Name} is produced more than once: names must be unique within a pipeline");
        }
    }

    private static void CheckAction(StageDefinition stage, ActionDefinition action, HashSet<string> produced, ActionDispatcher actions)
    {
        if (action.Owner != "AWS" || !actions.Knows(action.Category, action.Provider))
            throw PipelineErrors.InvalidAction($"ActionType (Category: '{action.Category}', Provider: '{action.Provider}', Owner: '{action.Owner}', Version: '1') " +
                $"in action '{action.Name}' is not available: the local cloud offers {string.Join(", ", actions.Types)}");
        if (action.Inputs.FirstOrDefault(i => !produced.Contains(i)) is { } missing)
            throw PipelineErrors.InvalidStructure($"Input artifact {missing} of action {action.Name} in stage {stage.Name} is not produced by an action before it");
        var (inputs, outputs) = (action.Category, action.Provider) switch
        {
            ("Source", _) => (0..0, 1..1),
            ("Build" or "Test", _) => (1..5, 0..5),
            ("Approval", _) => (0..0, 0..0),
            ("Deploy", "CloudFormation") => (0..10, 0..1),
            _ => (0..5, 0..5),
        };
        CheckCount("input", action.Inputs.Count, inputs, action);
        CheckCount("output", action.Outputs.Count, outputs, action);
        foreach (var setting in Needed(action))
            if (!action.Configuration.ContainsKey(setting))
                throw PipelineErrors.InvalidAction($"Action configuration for action '{action.Name}' is missing required configuration '{setting}'");
    }

    private static void CheckCount(string kind, int count, Range allowed, ActionDefinition action)
    {
        if (count < allowed.Start.Value || count > allowed.End.Value)
            throw PipelineErrors.InvalidAction($"Action {action.Name} has {count} {kind} artifacts where {action.Category}/{action.Provider} takes {allowed.Start.Value} to {allowed.End.Value}");
    }

    private static string[] Needed(ActionDefinition action) => (action.Category, action.Provider) switch
    {
        ("Source", "S3") => ["S3Bucket", "S3ObjectKey"],
        ("Source", "CodeCommit") => ["RepositoryName", "BranchName"],
        (_, "CodeBuild") => ["ProjectName"],
        (_, "Lambda") => ["FunctionName"],
        (_, "CloudFormation") => ["ActionMode", "StackName"],
        _ => [],
    };

    private static string? Repeated(IEnumerable<string> names) => names.GroupBy(n => n).FirstOrDefault(g => g.Count() > 1)?.Key;
}
