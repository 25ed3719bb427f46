using System.Buffers;
using Amazon.Runtime.EventStreams.Internal;
using Amazon.SageMakerRuntime;
using MLOps.Cloud.Calls;
using MLOps.Cloud.Connections;
using MLOps.Cloud.Faults;
using Aws = Amazon.SageMakerRuntime.Model;

namespace MLOps.Cloud.Endpoints;

/// <inheritdoc/>
internal sealed class EndpointInvoker(ICloudClients clients, ICloudConnections connections, TimeProvider time) : IEndpointInvoker, IStreamingInvoker
{
    /// <summary>An answer that streams has no limit of its own; more than this is not kept.</summary>
    private const int MostStreamed = 16 << 20;

    public async Task<InvocationResult> InvokeAsync(string connection, InvocationRequest request, CancellationToken cancelled = default)
    {
        InvocationCheck.Check(request);
        using var body = new MemoryStream(request.Body.ToArray(), writable: false);
        var call = new Aws.InvokeEndpointRequest
        {
            EndpointName = request.Endpoint,
            Body = body,
            ContentType = OrNull(request.ContentType),
            Accept = OrNull(request.Accept),
            CustomAttributes = OrNull(request.CustomAttributes),
            TargetVariant = OrNull(request.TargetVariant),
            TargetModel = OrNull(request.TargetModel),
            InferenceId = OrNull(request.InferenceId),
            SessionId = OrNull(request.SessionId),
        };
        using var headers = AnswerHeaders.Keep();
        var started = time.GetTimestamp();
        try
        {
            var answer = await clients.Get<IAmazonSageMakerRuntime>(connection).InvokeEndpointAsync(call, cancelled);
            var took = time.GetElapsedTime(started);
            var (session, expires) = OpenedSession.Read(answer.NewSessionId);
            return new InvocationResult((int)answer.HttpStatusCode, answer.Body?.ToArray() ?? [], answer.ContentType ?? "", answer.InvokedProductionVariant ?? "", took)
            {
                CustomAttributes = answer.CustomAttributes ?? "",
                RequestId = answer.ResponseMetadata?.RequestId ?? "",
                NewSessionId = session,
                SessionExpires = expires,
                ClosedSessionId = answer.ClosedSessionId ?? "",
                Headers = headers.Settings,
            };
        }
        catch (CloudException e) when (e.InnerException is Aws.ModelErrorException model)
        {
            return Refused(model, request, time.GetElapsedTime(started)) with { Headers = headers.Settings };
        }
    }

    public async Task<InvocationResult> StreamAsync(string connection, InvocationRequest request, Action<StreamPiece> piece, CancellationToken cancelled = default)
    {
        InvocationCheck.Check(request, streams: true);
        using var body = new MemoryStream(request.Body.ToArray(), writable: false);
        var call = new Aws.InvokeEndpointWithResponseStreamRequest
        {
            EndpointName = request.Endpoint,
            Body = body,
            ContentType = OrNull(request.ContentType),
            Accept = OrNull(request.Accept),
            CustomAttributes = OrNull(request.CustomAttributes),
            TargetVariant = OrNull(request.TargetVariant),
            InferenceId = OrNull(request.InferenceId),
            SessionId = OrNull(request.SessionId),
        };
        using var headers = AnswerHeaders.Keep();
        var started = time.GetTimestamp();
        try
        {
            using var answer = await clients.Get<IAmazonSageMakerRuntime>(connection).InvokeEndpointWithResponseStreamAsync(call, cancelled);
            var arrived = new Arriving(piece, time, started);
            var broken = await ReadAsync(connection, answer, arrived, cancelled);
            return new InvocationResult((int)answer.HttpStatusCode, arrived.Whole, answer.ContentType ?? "", answer.InvokedProductionVariant ?? "", time.GetElapsedTime(started))
            {
                CustomAttributes = answer.CustomAttributes ?? "",
                RequestId = answer.ResponseMetadata?.RequestId ?? "",
                Headers = headers.Settings,
                FirstPieceAfter = arrived.First,
                Pieces = arrived.Count,
                BrokenOff = broken,
            };
        }
        catch (CloudException e) when (e.InnerException is Aws.ModelErrorException model)
        {
            return Refused(model, request, time.GetElapsedTime(started)) with { Headers = headers.Settings };
        }
    }

    /// <summary>Reads to the end; returns why it broke off, or nothing.</summary>
    private async Task<string> ReadAsync(string connection, Aws.InvokeEndpointWithResponseStreamResponse answer, Arriving arrived, CancellationToken cancelled)
    {
        await using var cut = cancelled.Register(answer.Dispose);
        try
        {
            await foreach (var part in answer.Body.WithCancellation(cancelled))
            {
                if (part is not Aws.PayloadPart { Bytes: { } bytes })
                    continue;
                if (!arrived.Take(bytes.ToArray()))
                    return $"The answer is longer than {MostStreamed:N0} bytes; the rest was not read.";
            }
            return "";
        }
        catch (Exception) when (cancelled.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancelled); // reading was cut by disposing the answer
        }
        catch (EventStreamException e)
        {
            // The error is the stream's last event: what came before it stays.
            return e.InnerException?.Message ?? e.Message;
        }
        catch (Exception e) when (FaultReading.Read(e, connections.Find(connection)!) is { } fault)
        {
            return fault.Message;
        }
    }

    private static InvocationResult Refused(Aws.ModelErrorException model, InvocationRequest request, TimeSpan took) =>
        // What the model said is the answer, as much as a prediction is.
        new(model.OriginalStatusCode ?? (int)model.StatusCode, System.Text.Encoding.UTF8.GetBytes(model.OriginalMessage ?? model.Message), "text/plain", request.TargetVariant, took)
        {
            RequestId = model.RequestId ?? "",
            LogStreamArn = model.LogStreamArn ?? "",
        };

    private static string? OrNull(string text) => text.Length > 0 ? text : null;

    /// <summary>What has arrived of an answer that streams.</summary>
    private sealed class Arriving(Action<StreamPiece> piece, TimeProvider time, long started)
    {
        private readonly ArrayBufferWriter<byte> whole = new();

        public TimeSpan? First { get; private set; }

        public int Count { get; private set; }

        public ReadOnlyMemory<byte> Whole => whole.WrittenMemory;

        public bool Take(byte[] bytes)
        {
            if (whole.WrittenCount + bytes.Length > MostStreamed)
                return false;
            var after = time.GetElapsedTime(started);
            First ??= after;
            Count++;
            whole.Write(bytes);
            piece(new StreamPiece(bytes, after));
            return true;
        }
    }
}
