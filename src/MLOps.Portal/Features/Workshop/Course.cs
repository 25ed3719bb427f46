using MLOps.Cloud.Connections;

namespace MLOps.Portal.Features.Workshop;

/// <summary>The workshop from its first to its last step.</summary>
internal static class Course
{
    public static readonly IReadOnlyList<Part> Parts = [Basics.Part, Factory.Images, Factory.Automation];

    public static IEnumerable<Lesson> Lessons => Parts.SelectMany(p => p.Lessons);

    public static string Title(Phase phase) => phase switch
    {
        Phase.BusinessUnderstanding => "Business understanding",
        Phase.DataUnderstanding => "Data understanding",
        Phase.DataPreparation => "Data preparation",
        _ => phase.ToString(),
    };

    /// <summary>What the phase asks, about the workshop's flowers.</summary>
    public static string Question(Phase phase) => phase switch
    {
        Phase.BusinessUnderstanding => "Which decision shall be better? A florist wants the species from four measures.",
        Phase.DataUnderstanding => "What is there? 150 flowers, three species, nothing missing: data/iris in the bucket.",
        Phase.DataPreparation => "What does the model need? Rows for training and for validation, and an image that reads them.",
        Phase.Modeling => "Which model? Logistic regression or a forest, and with which hyperparameters.",
        Phase.Evaluation => "Is it good enough, and does it stay so? The sign-off, and what is asked of it later.",
        _ => "How does it get to those who need it? An endpoint, a batch, a pipeline.",
    };

    /// <summary>The code with the names of a cloud in it.</summary>
    public static string Fill(string code, CloudConnection cloud)
    {
        var account = cloud.Account.Length > 0 ? cloud.Account : "ACCOUNT";
        return code.Replace("{bucket}", $"mlops-{cloud.Region}-{account}", StringComparison.Ordinal)
            .Replace("{image}", $"{account}.dkr.ecr.{cloud.Region}.amazonaws.com/mlops-dispatcher:latest", StringComparison.Ordinal)
            .Replace("{role}", $"arn:aws:iam::{account}:role/mlops-sagemaker-{cloud.Region}", StringComparison.Ordinal);
    }

    /// <summary>What a shell needs before the code works; empty for AWS itself, where the usual credentials do.</summary>
    public static string Shell(CloudConnection cloud) => cloud.EndpointUrl.Length == 0 ? "" :
        $"export AWS_ENDPOINT_URL={cloud.EndpointUrl} AWS_DEFAULT_REGION={cloud.Region} AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test";
}
