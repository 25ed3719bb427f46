using System.Net;
using System.Net.Mime;
using System.Text;
using MLOps.Portal.Features.Notifications.Settings;

namespace MLOps.Portal.Features.Notifications.Channels;

/// <summary>Posts to a webhook. Its address is a secret, which no log line and no exception holds.</summary>
internal sealed class WebhookChannel(string name, WebhookOptions options, IHttpClientFactory http) : IChannel
{
    /// <summary>The client's name: it logs no addresses and follows no redirects.</summary>
    public const string Client = "notifications";

    public string Id => $"webhook:{name}";

    public string About => $"{options.Format} webhook at {new Uri(options.Url).Host}";

    public async Task SendAsync(Message message, CancellationToken cancelled)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, options.Url)
        {
            Content = new StringContent(Payloads.Of(options.Format, message).ToJsonString(Payloads.Json), Encoding.UTF8, MediaTypeNames.Application.Json),
            Headers = { { "Idempotency-Key", message.Id } },
        };
        try
        {
            using var client = http.CreateClient(Client);
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancelled);
            if (!answer.IsSuccessStatusCode)
                throw Refused(answer);
        }
        catch (HttpRequestException fault)
        {
            // The exception's own text may name the address.
            throw new DeliveryException(fault.HttpRequestError switch
            {
                HttpRequestError.NameResolutionError => "The server's name is not known.",
                HttpRequestError.ConnectionError => "The server cannot be reached.",
                HttpRequestError.SecureConnectionError => "The server's certificate or TLS is refused.",
                _ => "The connection to the server broke.",
            });
        }
    }

    private static DeliveryException Refused(HttpResponseMessage answer)
    {
        var status = (int)answer.StatusCode;
        var passes = status >= 500 || answer.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || status == 425;
        var wait = answer.Headers.RetryAfter is { Delta: { } delta } ? delta : (TimeSpan?)null;
        return new DeliveryException($"The server answered {status} {answer.ReasonPhrase}".TrimEnd() + ".", isFinal: !passes, wait);
    }
}
