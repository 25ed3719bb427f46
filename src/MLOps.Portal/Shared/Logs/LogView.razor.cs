using System.Threading.Channels;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Telemetry;

namespace MLOps.Portal.Shared.Logs;

/// <summary>Shows a stream of log lines.</summary>
public sealed partial class LogView : ComponentBase, IAsyncDisposable
{
    private static readonly TimeSpan Batch = TimeSpan.FromMilliseconds(200);

    /// <summary>How long nothing is shown as loading; then it is taken for an empty log.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource leaving = new();
    private readonly LogBuffer buffer = new();
    private ElementReference box;
    private IJSObjectReference? script;
    private CancellationTokenSource? running;
    private string started = "";
    private CloudFault? fault;
    private bool following = true;
    private bool reading;
    private bool quiet;
    private bool toEnd;
    private string wanted = "";
    private List<LogLine> found = [];

    [Parameter, EditorRequired] public string Title { get; set; } = "";

    /// <summary>Names what is read: another key starts anew.</summary>
    [Parameter, EditorRequired] public string Key { get; set; } = "";

    /// <summary>Opens the stream of lines.</summary>
    [Parameter, EditorRequired] public Func<CancellationToken, IAsyncEnumerable<LogLine>> Read { get; set; } = default!;

    /// <summary>What an empty log means.</summary>
    [Parameter] public string Empty { get; set; } = "";

    [Inject] private IJSRuntime Scripts { get; set; } = default!;

    [Inject] private TimeProvider Time { get; set; } = default!;

    // Virtualize takes an ICollection; the buffer's own list is not handed out for writing.
    private ICollection<LogLine> Shown => wanted.Length > 0 ? found : (ICollection<LogLine>)buffer.Lines;

    protected override void OnParametersSet()
    {
        if (started == Key || !RendererInfo.IsInteractive)
            return;
        started = Key;
        Begin();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!toEnd || !following || buffer.Lines.Count == 0)
            return;
        toEnd = false;
        try
        {
            script ??= await Scripts.InvokeAsync<IJSObjectReference>("import", "/js/log.js");
            await script.InvokeVoidAsync("toEnd", leaving.Token, box);
        }
        catch (Exception gone) when (gone is JSDisconnectedException or OperationCanceledException)
        {
        }
    }

    private Task RestartAsync()
    {
        Begin();
        return Task.CompletedTask;
    }

    private async void Begin()
    {
        running?.Cancel();
        var mine = running = CancellationTokenSource.CreateLinkedTokenSource(leaving.Token);
        buffer.Clear();
        found = [];
        (fault, reading, quiet) = (null, true, false);
        try
        {
            await PumpAsync(mine.Token);
        }
        catch (OperationCanceledException) when (mine.IsCancellationRequested)
        {
        }
        catch (CloudException refused)
        {
            fault = refused.Fault;
        }
        catch (Exception unexpected)
        {
            await DispatchExceptionAsync(unexpected);
        }
        finally
        {
            if (running == mine)
            {
                (running, reading) = (null, false);
                if (!leaving.IsCancellationRequested)
                    await InvokeAsync(StateHasChanged);
            }
            mine.Dispose();
        }
    }

    /// <summary>Reads on one side and shows batches on the other; a reader that is far ahead waits.</summary>
    private async Task PumpAsync(CancellationToken cancelled)
    {
        var lines = Channel.CreateBounded<LogLine>(new BoundedChannelOptions(4096) { SingleReader = true, SingleWriter = true });
        var reader = FillAsync(lines.Writer, cancelled);
        using var patience = new Timer(_ => _ = InvokeAsync(() =>
        {
            quiet = true;
            StateHasChanged();
        }), null, Patience, Timeout.InfiniteTimeSpan);
        var batch = new List<LogLine>();
        while (await lines.Reader.WaitToReadAsync(cancelled))
        {
            while (batch.Count < 4096 && lines.Reader.TryRead(out var line))
                batch.Add(line);
            await InvokeAsync(() =>
            {
                buffer.Add(batch);
                Search();
                toEnd = true;
                StateHasChanged();
            });
            batch.Clear();
            await Task.Delay(Batch, Time, cancelled);
        }
        await reader;
    }

    private async Task FillAsync(ChannelWriter<LogLine> lines, CancellationToken cancelled)
    {
        try
        {
            await foreach (var line in Read(cancelled).WithCancellation(cancelled))
                await lines.WriteAsync(line, cancelled);
        }
        finally
        {
            lines.TryComplete();
        }
    }

    private void Find(ChangeEventArgs change)
    {
        wanted = change.Value?.ToString()?.Trim() ?? "";
        toEnd = true;
        Search();
    }

    private void Search() => found = wanted.Length == 0 ? [] : [.. buffer.Lines.Where(l => l.Message.Contains(wanted, StringComparison.OrdinalIgnoreCase))];

    /// <summary>The line with what is looked for marked in it.</summary>
    private RenderFragment Marked(string message) => builder =>
    {
        var from = 0;
        while (wanted.Length > 0 && message.IndexOf(wanted, from, StringComparison.OrdinalIgnoreCase) is >= 0 and var at)
        {
            builder.AddContent(0, message[from..at]);
            builder.OpenElement(1, "mark");
            builder.AddContent(2, message.Substring(at, wanted.Length));
            builder.CloseElement();
            from = at + wanted.Length;
        }
        builder.AddContent(3, message[from..]);
    };

    private void ToggleAsync(ChangeEventArgs change) => (following, toEnd) = (change.Value is true, true);

    public async ValueTask DisposeAsync()
    {
        await leaving.CancelAsync();
        leaving.Dispose();
        if (script is null)
            return;
        try
        {
            await script.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
        }
    }
}
