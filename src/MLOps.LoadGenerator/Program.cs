using System.Text.Json;
using MLOps.LoadGenerator;

// The order, keys and the wish to end come by the pipe; events go out by the other. The portal's end, however it comes, closes both.
using var ending = new CancellationTokenSource();
var output = Console.Out;
var gate = new Lock();

if (await Console.In.ReadLineAsync() is not { } line)
    return 2;
LoadOrder order;
try
{
    order = JsonSerializer.Deserialize<LoadOrder>(line, LoadEvent.Json)!;
    if (order.Bodies.Count == 0 || order.Concurrency < 1 || order.Requests < 1 || order.MaxSeconds < 1)
        throw new JsonException("Bodies, Concurrency, Requests and MaxSeconds must not be empty or less than 1.");
}
catch (JsonException e)
{
    Tell(new LoadRefused($"The order cannot be read: {e.Message}"));
    return 1;
}

var credentials = new GivenCredentials(order.Credentials);
_ = Task.Run(ListenAsync);
await new Run(order, credentials, TimeProvider.System, Tell).AnswerAsync(ending.Token);
return 0;

async Task ListenAsync()
{
    while (await Console.In.ReadLineAsync() is { } word)
    {
        var said = JsonSerializer.Deserialize<LoadWord>(word, LoadEvent.Json)!;
        if (said.Credentials is { } newer)
            credentials.Renew(newer);
        if (said.Cancel)
            await ending.CancelAsync();
    }
    // Nobody is left to hear of it: no request more.
    Environment.Exit(3);
}

void Tell(LoadEvent what)
{
    try
    {
        lock (gate)
        {
            output.WriteLine(what.ToLine());
            output.Flush();
        }
    }
    catch (IOException)
    {
        Environment.Exit(3);
    }
}
