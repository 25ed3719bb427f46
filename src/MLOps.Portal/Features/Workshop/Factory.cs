namespace MLOps.Portal.Features.Workshop;

/// <summary>From one model by hand to a factory: images and the automated pipeline.</summary>
internal static class Factory
{
    private static readonly Lesson BaseImage = new(
        "base-image", Phase.DataPreparation, "Build the base image",
        "The image pipeline builds an image that trains and serves any scikit-learn estimator: its author writes no serving code.",
        "One image for all models: mended once, mended everywhere. Its digest says exactly what ran.",
        facts => facts.Pipeline(WorkshopFacts.ImagePipeline) is { Latest.Status: "Succeeded" } ? "The image pipeline has succeeded" : null,
        places => places.Pipeline(WorkshopFacts.ImagePipeline), "The image pipeline",
        """
        aws codepipeline start-pipeline-execution --name mlops-image-pipeline
        aws ecr describe-images --repository-name mlops-sklearn-base --query 'imageDetails[].[imageDigest,imageTags[0]]' --output text
        """,
        """
        import boto3
        for stage in boto3.client("codepipeline").get_pipeline_state(name="mlops-image-pipeline")["stageStates"]:
            print(stage["stageName"], stage.get("latestExecution", {}).get("status"))
        for image in boto3.client("ecr").describe_images(repositoryName="mlops-sklearn-base")["imageDetails"]:
            print(image["imageDigest"], image.get("imageTags"))
        """);

    private static readonly Lesson Dispatcher = new(
        "dispatcher", Phase.Modeling, "Choose the algorithm per request",
        "The dispatcher image holds logistic regression and a random forest; a header of the request picks one.",
        "Two candidates behind one endpoint can be compared on the same traffic, at the price of one.",
        facts => facts.Endpoints.FirstOrDefault(e => e.Status == "InService" && e.Variants.Any(v => v.Image.Contains("dispatcher", StringComparison.Ordinal))) is { } endpoint
            ? $"{endpoint.Name} serves both algorithms" : null,
        places => places.Playground(WorkshopFacts.Development), "Playground",
        """
        echo "6.2,2.8,4.8,1.8" > flower.csv
        for algorithm in logistic random_forest; do
          aws sagemaker-runtime invoke-endpoint --endpoint-name iris-model-development --custom-attributes "$algorithm" \
            --content-type text/csv --accept text/csv --body fileb://flower.csv /dev/stdout
        done
        """,
        """
        import boto3
        runtime = boto3.client("sagemaker-runtime")
        for algorithm in ("logistic", "random_forest"):
            answer = runtime.invoke_endpoint(EndpointName="iris-model-development", ContentType="text/csv", Accept="text/csv", CustomAttributes=algorithm, Body="6.2,2.8,4.8,1.8")
            print(algorithm, answer["Body"].read().decode())
        """)
    {
        Form = (places, facts) => facts.Serving(WorkshopFacts.Development) is { } endpoint ? places.Playground(endpoint.Name) : null,
        FormTitle = "Try both on one flower",
    };

    private static readonly Lesson Pipeline = new(
        "pipeline", Phase.Deployment, "Hand over to the pipeline",
        "Upload trainingjob.zip: the pipeline trains what it asks for, deploys it to DEV, and waits for a person.",
        "The data scientist hands over two JSON files instead of clicks. The same way every time is what makes a release dull.",
        facts => facts.Pipeline(WorkshopFacts.ModelPipeline)?.Latest is { } run ? $"Execution {run.Id[..Math.Min(8, run.Id.Length)]} is the newest" : null,
        places => places.Pipeline(WorkshopFacts.ModelPipeline), "The model pipeline",
        """
        aws s3 cp s3://{bucket}/training_jobs/iris-model/trainingjob.zip trainingjob.zip
        aws s3 cp trainingjob.zip s3://{bucket}/training_jobs/iris-model/trainingjob.zip
        aws codepipeline list-pipeline-executions --pipeline-name iris-model-pipeline --max-results 1
        """,
        """
        import boto3
        for stage in boto3.client("codepipeline").get_pipeline_state(name="iris-model-pipeline")["stageStates"]:
            for action in stage["actionStates"]:
                print(stage["stageName"], action["actionName"], action.get("latestExecution", {}).get("status"))
        """)
    {
        Form = (places, _) => places.At("/training/upload"),
        FormTitle = "Upload a training job",
    };

    private static readonly Lesson SignOff = new(
        "sign-off", Phase.Evaluation, "Sign off for production",
        "Look at the evidence: metrics beside production's, answers to the saved cases, the model card. Then approve or reject.",
        "A person answers for what goes live. The decision is kept with what was looked at.",
        facts => facts.Serving(WorkshopFacts.Production) is { } endpoint ? $"{endpoint.Name} is in service" : null,
        places => places.Approvals, "Approvals",
        """
        aws codepipeline get-pipeline-state --name iris-model-pipeline \
          --query "stageStates[?stageName=='DeployApproval'].actionStates[0].latestExecution.[status,lastStatusChange]" --output text
        """,
        """
        import boto3
        state = boto3.client("codepipeline").get_pipeline_state(name="iris-model-pipeline")
        gate = next(stage for stage in state["stageStates"] if stage["stageName"] == "DeployApproval")
        print(gate["actionStates"][0]["latestExecution"]["status"])
        """);

    public static readonly Part Images = new("Images", "What trains and serves is an image, built from sources by a pipeline of its own.", [BaseImage, Dispatcher]);

    public static readonly Part Automation = new("The automated pipeline", "From an upload to production with high availability and elasticity, and a person in between.", [Pipeline, SignOff]);
}
