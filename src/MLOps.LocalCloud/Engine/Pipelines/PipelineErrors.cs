using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Pipelines;

/// <summary>CodePipeline's errors, with wording of AWS's sense.</summary>
internal static class PipelineErrors
{
    public static AwsException NotFound(string name, Scope scope) =>
        new("PipelineNotFoundException", $"Account '{scope.Account}' does not have a pipeline with name '{name}'");

    public static AwsException NameInUse(string name) =>
        new("PipelineNameInUseException", $"A pipeline with the name '{name}' already exists in account");

    public static AwsException StageNotFound(string stage, string pipeline) =>
        new("StageNotFoundException", $"No stage with name '{stage}' was found in pipeline '{pipeline}'");

    public static AwsException ActionNotFound(string action, string stage) =>
        new("ActionNotFoundException", $"No action with name '{action}' was found in stage '{stage}'");

    public static AwsException ExecutionNotFound(string id, string pipeline) =>
        new("PipelineExecutionNotFoundException", $"No pipeline execution with id '{id}' was found in pipeline '{pipeline}'");

    public static AwsException InvalidStructure(string message) => new("InvalidStructureException", message);

    public static AwsException InvalidStage(string message) => new("InvalidStageDeclarationException", message);

    public static AwsException InvalidAction(string message) => new("InvalidActionDeclarationException", message);

    public static AwsException Conflict(string message) => new("ConflictException", message);

    public static AwsException InvalidToken() => new("InvalidNextTokenException", "The next token was specified in an invalid format");
}
