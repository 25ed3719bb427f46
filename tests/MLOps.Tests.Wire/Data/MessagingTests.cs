using MLOps.Tests.Wire.Support;

namespace MLOps.Tests.Wire.Data;

public sealed class MessagingTests(LocalCloudFixture cloud) : IClassFixture<LocalCloudFixture>
{
    [Fact]
    public async Task Boto3_ObjectEvents_ReachAQueueThroughRuleAndTopic()
    {
        var run = await cloud.PythonAsync("""
            sqs, sns, events, s3 = client("sqs"), client("sns"), client("events"), client("s3")
            urls = {name: sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "60"})["QueueUrl"] for name in ("direct", "by-topic")}
            arns = {name: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"] for name, url in urls.items()}
            topic = sns.create_topic(Name="uploads")["TopicArn"]
            sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arns["by-topic"])
            events.put_rule(Name="uploads", EventPattern=json.dumps({"source": ["aws.s3"], "detail-type": ["Object Created"],
                "detail": {"bucket": {"name": ["mlops-wire"]}, "object": {"key": [{"suffix": ".zip"}]}}}))
            events.put_targets(Rule="uploads", Targets=[{"Id": "q", "Arn": arns["direct"]}, {"Id": "t", "Arn": topic, "InputPath": "$.detail.object.key"}])
            s3.create_bucket(Bucket="mlops-wire")
            s3.put_object(Bucket="mlops-wire", Key="other.txt", Body=b"x")
            s3.put_object(Bucket="mlops-wire", Key="training_jobs/iris-model/trainingjob.zip", Body=b"x")
            message = sqs.receive_message(QueueUrl=urls["direct"], WaitTimeSeconds=20)["Messages"][0]
            assert json.loads(message["Body"])["detail"]["object"]["key"] == "training_jobs/iris-model/trainingjob.zip", message
            notice = json.loads(sqs.receive_message(QueueUrl=urls["by-topic"], WaitTimeSeconds=20)["Messages"][0]["Body"])
            assert json.loads(notice["Message"]).endswith("trainingjob.zip") and notice["TopicArn"] == topic, notice
            sqs.delete_message_batch(QueueUrl=urls["direct"], Entries=[{"Id": "1", "ReceiptHandle": message["ReceiptHandle"]}])
            assert sqs.get_queue_attributes(QueueUrl=urls["direct"], AttributeNames=["All"])["Attributes"]["ApproximateNumberOfMessagesNotVisible"] == "0"
            sqs.send_message_batch(QueueUrl=urls["direct"], Entries=[{"Id": str(i), "MessageBody": f"m{i}", "MessageAttributes": {"n": {"DataType": "Number", "StringValue": str(i)}}} for i in range(10)])
            got = sqs.receive_message(QueueUrl=urls["direct"], MaxNumberOfMessages=10, MessageAttributeNames=["All"])["Messages"]
            assert sorted(m["Body"] for m in got) == [f"m{i}" for i in range(10)]
            try:
                sqs.receive_message(QueueUrl=urls["direct"].replace("direct", "nope"))
                raise SystemExit("received from nowhere")
            except sqs.exceptions.QueueDoesNotExist as e:
                assert e.response["Error"]["Code"] == "AWS.SimpleQueueService.NonExistentQueue", e.response
            try:
                events.put_rule(Name="bad", EventPattern='{"source": "aws.s3"}')
                raise SystemExit("took a bad pattern")
            except events.exceptions.InvalidEventPatternException:
                pass
            """);
        run.Succeeded();
    }

    [Fact]
    public async Task WebAddress_OfThisMachine_ConfirmsAndGetsWhatIsPublished()
    {
        var run = await cloud.PythonAsync("""
            import http.server, threading, urllib.request, queue
            got = queue.Queue()
            class Receiver(http.server.BaseHTTPRequestHandler):
                def do_POST(self):
                    got.put((self.headers["x-amz-sns-message-type"], json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
                    self.send_response(200); self.end_headers()
                def log_message(self, *arguments): pass
            server = http.server.HTTPServer(("127.0.0.1", 0), Receiver)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            sns = client("sns")
            topic = sns.create_topic(Name="web")["TopicArn"]
            pending = sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=f"http://127.0.0.1:{server.server_port}/")["SubscriptionArn"]
            assert pending == "pending confirmation", pending
            kind, body = got.get(timeout=20)
            assert kind == "SubscriptionConfirmation"
            urllib.request.urlopen(body["SubscribeURL"]).read()
            sns.publish(TopicArn=topic, Subject="approval", Message="please look", MessageAttributes={"stage": {"DataType": "String", "StringValue": "prd"}})
            kind, body = got.get(timeout=20)
            assert kind == "Notification" and body["Message"] == "please look" and body["MessageAttributes"]["stage"]["Value"] == "prd", body
            assert sns.get_topic_attributes(TopicArn=topic)["Attributes"]["SubscriptionsConfirmed"] == "1"
            """);
        run.Succeeded();
    }

    [Fact]
    public async Task AwsCli_QueuesAndTopics_Work()
    {
        var url = (await cloud.AwsAsync("sqs", "create-queue", "--queue-name", "cli")).Succeeded().Json["QueueUrl"]!.GetValue<string>();
        (await cloud.AwsAsync("sqs", "send-message", "--queue-url", url, "--message-body", "hello")).Succeeded();
        (await cloud.AwsAsync("sqs", "receive-message", "--queue-url", url)).Succeeded().Json["Messages"]![0]!["Body"]!.GetValue<string>().Should().Be("hello");
        (await cloud.AwsAsync("sns", "create-topic", "--name", "bad.fifo")).Refused("InvalidParameter");
    }
}
