using System.Net.Http.Headers;
using System.Text;
using MLOps.LocalCloud.Engine.Events.Delivery;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Services.Sns;

/// <summary>Delivers messages to queues, functions and web addresses of this machine.</summary>
internal sealed class NoticeDeliverer(Targets targets, TopicStore store) : IDeliverer, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    // Redirects could lead away from this machine.
    private readonly HttpMessageInvoker http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, ConnectTimeout = Patience });

    public string Kind => Publisher.Kind;

    public async Task DeliverAsync(DeliveryOrder order, CancellationToken cancelled)
    {
        var (content, text) = (order.Content, order.Content.Required("text"));
        if (store.FindSubscription(order.Scope, content.Required("subscription")) is null)
            return;
        if (content.Required("protocol") is "sqs" or "lambda")
            await targets.SendAsync(content.Required("endpoint"), text, content.Object("attributes"), cancelled);
        else
            await PostAsync(order, text, cancelled);
    }

    public Task GiveUpAsync(DeliveryOrder order, Exception why, CancellationToken cancelled) => Task.CompletedTask;

    public void Dispose() => http.Dispose();

    private async Task PostAsync(DeliveryOrder order, string text, CancellationToken cancelled)
    {
        var content = order.Content;
        using var request = new HttpRequestMessage(HttpMethod.Post, content.Required("endpoint")) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(text)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("text/plain", "UTF-8");
        request.Headers.UserAgent.ParseAdd("Amazon-Simple-Notification-Service-Agent");
        request.Headers.Add("x-amz-sns-message-type", content.Required("type"));
        request.Headers.Add("x-amz-sns-message-id", content.Required("messageId"));
        request.Headers.Add("x-amz-sns-topic-arn", content.Required("topic"));
        request.Headers.Add("x-amz-sns-subscription-arn", content.Required("subscription"));
        if (content.Flag("raw") == true)
            request.Headers.Add("x-amz-sns-rawdelivery", "true");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        patience.CancelAfter(Patience);
        using var answer = await http.SendAsync(request, patience.Token);
        answer.EnsureSuccessStatusCode();
    }
}
