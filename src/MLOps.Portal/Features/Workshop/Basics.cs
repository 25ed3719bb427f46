namespace MLOps.Portal.Features.Workshop;

/// <summary>The warm-up over SageMaker's basics. The code stands as it is run: what stands in braces, such as <c>{bucket}</c>, is filled in by <see cref="Course.Fill"/>.</summary>
internal static class Basics
{
    private static readonly Lesson Train = new(
        "train", Phase.Modeling, "Train a model",
        "Start a training job: an image, a role, data in S3, hyperparameters, and a machine that is there only while it trains.",
        "A job can be repeated: what went in is on record, and its metrics can be compared with those of any other.",
        facts => facts.Trained is { } job ? $"{job.Name} is trained" : null,
        places => places.TrainingJobs, "Training jobs",
        """
        aws sagemaker create-training-job --training-job-name "iris-warmup-$(date +%s)" \
          --role-arn {role} \
          --algorithm-specification TrainingImage={image},TrainingInputMode=File \
          --hyper-parameters target=species,logistic_C=0.5,random_forest_n_estimators=50 \
          --input-data-config '[
            {"ChannelName":"train","ContentType":"text/csv","DataSource":{"S3DataSource":{"S3DataType":"S3Prefix","S3Uri":"s3://{bucket}/data/iris/train"}}},
            {"ChannelName":"validation","ContentType":"text/csv","DataSource":{"S3DataSource":{"S3DataType":"S3Prefix","S3Uri":"s3://{bucket}/data/iris/validation"}}}]' \
          --output-data-config S3OutputPath=s3://{bucket}/models/warmup \
          --resource-config InstanceType=ml.m5.large,InstanceCount=1,VolumeSizeInGB=5 \
          --stopping-condition MaxRuntimeInSeconds=600
        """,
        """
        import time, boto3
        sagemaker = boto3.client("sagemaker")

        def channel(name):
            source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{bucket}/data/iris/{name}"}
            return {"ChannelName": name, "ContentType": "text/csv", "DataSource": {"S3DataSource": source}}

        bucket = "{bucket}"
        job = f"iris-warmup-{time.time_ns()}"
        sagemaker.create_training_job(
            TrainingJobName=job, RoleArn="{role}",
            AlgorithmSpecification={"TrainingImage": "{image}", "TrainingInputMode": "File"},
            HyperParameters={"target": "species", "logistic_C": "0.5", "random_forest_n_estimators": "50"},
            InputDataConfig=[channel("train"), channel("validation")],
            OutputDataConfig={"S3OutputPath": f"s3://{bucket}/models/warmup"},
            ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 5},
            StoppingCondition={"MaxRuntimeInSeconds": 600})
        sagemaker.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName=job, WaiterConfig={"Delay": 2})
        print(sagemaker.describe_training_job(TrainingJobName=job)["TrainingJobStatus"])
        """)
    {
        Form = (places, facts) => facts.Trained is { } job ? places.NewTrainingJob(job.Name) : places.NewTrainingJob(),
        FormTitle = "Open the form, filled in",
    };

    private static readonly Lesson Tune = new(
        "tune", Phase.Modeling, "Tune its hyperparameters",
        "Let a tuning job train several times and look for the values that give the best metric.",
        "Hyperparameters are guesses until they are measured; the search is written down with each of its trials.",
        facts => facts.Tunings.FirstOrDefault(t => t.Status == "Completed") is { } tuning ? $"{tuning.Name} has ended" : null,
        places => places.TuningJobs, "Tuning jobs",
        """
        aws sagemaker create-hyper-parameter-tuning-job --hyper-parameter-tuning-job-name "iris-tune-$(date +%s)" \
          --hyper-parameter-tuning-job-config '{"Strategy":"Random",
            "HyperParameterTuningJobObjective":{"Type":"Maximize","MetricName":"logistic:accuracy"},
            "ResourceLimits":{"MaxNumberOfTrainingJobs":2,"MaxParallelTrainingJobs":1},
            "ParameterRanges":{"ContinuousParameterRanges":[{"Name":"logistic_C","MinValue":"0.05","MaxValue":"5","ScalingType":"Logarithmic"}]}}' \
          --training-job-definition '{"StaticHyperParameters":{"target":"species","random_forest_n_estimators":"20"},
            "AlgorithmSpecification":{"TrainingImage":"{image}","TrainingInputMode":"File",
              "MetricDefinitions":[{"Name":"logistic:accuracy","Regex":"metric logistic_accuracy=([0-9.]+)"}]},
            "RoleArn":"{role}",
            "InputDataConfig":[
              {"ChannelName":"train","ContentType":"text/csv","DataSource":{"S3DataSource":{"S3DataType":"S3Prefix","S3Uri":"s3://{bucket}/data/iris/train"}}},
              {"ChannelName":"validation","ContentType":"text/csv","DataSource":{"S3DataSource":{"S3DataType":"S3Prefix","S3Uri":"s3://{bucket}/data/iris/validation"}}}],
            "OutputDataConfig":{"S3OutputPath":"s3://{bucket}/models/warmup"},
            "ResourceConfig":{"InstanceType":"ml.m5.large","InstanceCount":1,"VolumeSizeInGB":5},
            "StoppingCondition":{"MaxRuntimeInSeconds":600}}'
        """,
        """
        import boto3
        sagemaker = boto3.client("sagemaker")
        for tuning in sagemaker.list_hyper_parameter_tuning_jobs(SortBy="CreationTime", SortOrder="Descending")["HyperParameterTuningJobSummaries"]:
            name = tuning["HyperParameterTuningJobName"]
            best = sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name).get("BestTrainingJob")
            print(name, tuning["HyperParameterTuningJobStatus"], best and best["TunedHyperParameters"])
        """)
    {
        Form = (places, facts) => facts.Trained is { } job ? places.NewTuningJob(job.Name) : null,
        FormTitle = "Open the form, filled in",
    };

    private static readonly Lesson Deploy = new(
        "deploy", Phase.Deployment, "Deploy it to an endpoint",
        "Make a model of what the job left, say on what it runs, and start an endpoint.",
        "A model is of use when somebody can ask it: an endpoint answers over HTTPS and keeps answering while it is changed.",
        facts => facts.Endpoints.FirstOrDefault(e => e.Status == "InService") is { } endpoint ? $"{endpoint.Name} is in service" : null,
        places => places.Endpoints, "Endpoints",
        """
        name="iris-warmup-$(date +%s)"
        data=$(aws sagemaker describe-training-job --query ModelArtifacts.S3ModelArtifacts --output text --training-job-name \
          "$(aws sagemaker list-training-jobs --status-equals Completed --sort-by CreationTime --sort-order Descending --no-paginate --query 'TrainingJobSummaries[0].TrainingJobName' --output text)")
        aws sagemaker create-model --model-name "$name" --execution-role-arn {role} \
          --primary-container Image={image},ModelDataUrl="$data"
        aws sagemaker create-endpoint-config --endpoint-config-name "$name" --production-variants \
          "VariantName=Main,ModelName=$name,InstanceType=ml.t2.medium,InitialInstanceCount=1"
        aws sagemaker create-endpoint --endpoint-name "$name" --endpoint-config-name "$name"
        """,
        """
        import time, boto3
        sagemaker = boto3.client("sagemaker")
        newest = sagemaker.list_training_jobs(StatusEquals="Completed", SortBy="CreationTime", SortOrder="Descending")["TrainingJobSummaries"][0]
        job = sagemaker.describe_training_job(TrainingJobName=newest["TrainingJobName"])
        name = f"iris-warmup-{time.time_ns()}"
        sagemaker.create_model(ModelName=name, ExecutionRoleArn=job["RoleArn"], PrimaryContainer={
            "Image": job["AlgorithmSpecification"]["TrainingImage"], "ModelDataUrl": job["ModelArtifacts"]["S3ModelArtifacts"]})
        sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[{
            "VariantName": "Main", "ModelName": name, "InstanceType": "ml.t2.medium", "InitialInstanceCount": 1}])
        sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
        sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=name, WaiterConfig={"Delay": 2})
        print(name, "is in service")
        """)
    {
        Form = (places, facts) => facts.Serving(WorkshopFacts.Development) is { } endpoint ? places.At($"/endpoints/{endpoint.Name}/deploy") : null,
        FormTitle = "Deploy over the development endpoint",
    };

    private static readonly Lesson Invoke = new(
        "invoke", Phase.Deployment, "Ask it",
        "Send a flower's four measures; the answer is its species, with how sure the model is.",
        "Before numbers on a dashboard comes the plain question: does it answer, and does it make sense?",
        facts => facts.Requests.FirstOrDefault(r => r.Value > 0) is { Key: { } asked } ? $"{asked} was asked in the last day" : null,
        places => places.Playground(), "Playground",
        """
        echo "4.6,3.1,1.5,0.2" > flower.csv
        aws sagemaker-runtime invoke-endpoint --endpoint-name iris-model-development \
          --content-type text/csv --accept application/json --body fileb://flower.csv /dev/stdout
        """,
        """
        import boto3
        runtime = boto3.client("sagemaker-runtime")
        answer = runtime.invoke_endpoint(EndpointName="iris-model-development", ContentType="text/csv", Accept="application/json", Body="4.6,3.1,1.5,0.2")
        print(answer["Body"].read().decode())
        """)
    {
        Form = (places, facts) => facts.Serving(WorkshopFacts.Development) is { } endpoint ? places.Playground(endpoint.Name) : null,
        FormTitle = "Open the playground on it",
    };

    private static readonly Lesson Transform = new(
        "transform", Phase.Deployment, "Predict a whole file",
        "Start a batch transform: it reads a file from S3, asks the model line by line, and writes the answers beside it.",
        "What nobody waits for needs no endpoint: the machines are there for the minutes that it takes.",
        facts => facts.Transforms.FirstOrDefault(t => t.Status == "Completed") is { } transform ? $"{transform.Name} is done" : null,
        places => places.TransformJobs, "Batch transforms",
        """
        echo "4.6,3.1,1.5,0.2
        6.2,2.8,4.8,1.8" | aws s3 cp - s3://{bucket}/data/flowers.csv
        aws sagemaker create-transform-job --transform-job-name "iris-batch-$(date +%s)" \
          --model-name "$(aws sagemaker list-models --sort-by CreationTime --sort-order Descending --max-results 1 --query 'Models[0].ModelName' --output text)" \
          --transform-input 'DataSource={S3DataSource={S3DataType=S3Prefix,S3Uri=s3://{bucket}/data/flowers.csv}},ContentType=text/csv,SplitType=Line' \
          --transform-output S3OutputPath=s3://{bucket}/transforms,AssembleWith=Line \
          --transform-resources InstanceType=ml.m5.large,InstanceCount=1
        """,
        """
        import time, boto3
        sagemaker, s3, bucket = boto3.client("sagemaker"), boto3.client("s3"), "{bucket}"
        s3.put_object(Bucket=bucket, Key="data/flowers.csv", Body=b"4.6,3.1,1.5,0.2\n6.2,2.8,4.8,1.8\n")
        job = f"iris-batch-{time.time_ns()}"
        sagemaker.create_transform_job(
            TransformJobName=job,
            ModelName=sagemaker.list_models(SortBy="CreationTime", SortOrder="Descending")["Models"][0]["ModelName"],
            TransformInput={"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{bucket}/data/flowers.csv"}}, "ContentType": "text/csv", "SplitType": "Line"},
            TransformOutput={"S3OutputPath": f"s3://{bucket}/transforms", "AssembleWith": "Line"},
            TransformResources={"InstanceType": "ml.m5.large", "InstanceCount": 1})
        sagemaker.get_waiter("transform_job_completed_or_stopped").wait(TransformJobName=job, WaiterConfig={"Delay": 2})
        print(s3.get_object(Bucket=bucket, Key="transforms/flowers.csv.out")["Body"].read().decode())
        """)
    {
        Form = (places, facts) => facts.Models.Count > 0 ? places.NewTransformJob(facts.Models[0].Name) : null,
        FormTitle = "Open the form, filled in",
    };

    private static readonly Lesson Monitor = new(
        "monitor", Phase.Evaluation, "Watch what it is asked",
        "Turn data capture on: requests and answers are kept in S3, and the portal compares them with the training data.",
        "A model is right about the world that it was trained on. When the world changes, its inputs tell first.",
        facts => facts.Endpoints.FirstOrDefault(e => e.CapturePercent > 0) is { } endpoint ? $"{endpoint.Name} keeps {endpoint.CapturePercent} % of its requests" : null,
        places => places.Endpoint(WorkshopFacts.Development, "drift"), "Drift of the development endpoint",
        """
        old=$(aws sagemaker describe-endpoint --endpoint-name iris-model-development --query EndpointConfigName --output text)
        new="iris-captured-$(date +%s)"
        aws sagemaker create-endpoint-config --endpoint-config-name "$new" \
          --production-variants "$(aws sagemaker describe-endpoint-config --endpoint-config-name "$old" --query ProductionVariants --output json)" \
          --data-capture-config '{"EnableCapture":true,"InitialSamplingPercentage":100,"DestinationS3Uri":"s3://{bucket}/capture",
            "CaptureOptions":[{"CaptureMode":"Input"},{"CaptureMode":"Output"}]}'
        aws sagemaker update-endpoint --endpoint-name iris-model-development --endpoint-config-name "$new"
        """,
        """
        import datetime, boto3
        now = datetime.datetime.now(datetime.timezone.utc)
        metric = {"Namespace": "AWS/SageMaker", "MetricName": "Invocations", "Dimensions": [
            {"Name": "EndpointName", "Value": "iris-model-development"}, {"Name": "VariantName", "Value": "Champion"}]}
        answer = boto3.client("cloudwatch").get_metric_data(
            StartTime=now - datetime.timedelta(hours=1), EndTime=now,
            MetricDataQueries=[{"Id": "requests", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}}])
        print("requests in the last hour:", sum(answer["MetricDataResults"][0]["Values"]))
        """)
    {
        Form = (places, facts) => facts.Serving(WorkshopFacts.Development) is { } endpoint ? places.Endpoint(endpoint.Name, "capture") : null,
        FormTitle = "Open capture",
    };

    public static readonly Part Part = new(
        "Warm-up: SageMaker's basics", "One model by hand, from data to a prediction. Each step works in the portal, from a shell and from Python.",
        [Train, Tune, Deploy, Invoke, Transform, Monitor]);
}
