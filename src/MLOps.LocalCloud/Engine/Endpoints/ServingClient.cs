namespace MLOps.LocalCloud.Engine.Endpoints;

/// <summary>Speaks HTTP to serving processes: one pool of connections for all.</summary>
internal sealed class ServingClient : IDisposable
{
    private static readonly TimeSpan PingLimit = TimeSpan.FromSeconds(2);

    private readonly HttpMessageInvoker http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        ActivityHeadersPropagator = null,
    });

    /// <summary>Whether the process answers <c>GET /ping</c> with 200 in time.</summary>
    public async Task<bool> PingAsync(int port, CancellationToken cancelled)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        limit.CancelAfter(PingLimit);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port}/ping");
        try
        {
            using var answer = await http.SendAsync(request, limit.Token);
            return answer.StatusCode == System.Net.HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false; // not listening yet, or not any more
        }
        catch (OperationCanceledException) when (!cancelled.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Sends a request; the answer's body is not read yet.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancelled) => http.SendAsync(request, cancelled);

    public void Dispose() => http.Dispose();
}
