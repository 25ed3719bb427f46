using System.Text;
using MLOps.LocalCloud.Engine.Telemetry;
using MLOps.LocalCloud.Protocol;

namespace MLOps.LocalCloud.Engine.Functions;

/// <summary>The log stream of one worker, with the end of what the running invocation wrote.</summary>
internal sealed class FunctionLog(ILogSink sink, Scope scope, string group, string stream)
{
    private const int TailBytes = 4096;
    private readonly Lock gate = new();
    private readonly Queue<string> tail = [];
    private int length;

    public string Group => group;

    public string Stream => stream;

    public void Write(string line)
    {
        sink.Append(scope, group, stream, line);
        lock (gate)
        {
            tail.Enqueue(line);
            length += line.Length + 1;
            while (length > TailBytes && tail.Count > 1)
                length -= tail.Dequeue().Length + 1;
        }
    }

    /// <summary>The last 4 KiB since the call before; starts anew.</summary>
    public string TakeTail()
    {
        lock (gate)
        {
            var bytes = Encoding.UTF8.GetBytes(string.Concat(tail.Select(l => l + "\n")));
            tail.Clear();
            length = 0;
            return Encoding.UTF8.GetString(bytes.AsSpan(Math.Max(0, bytes.Length - TailBytes)));
        }
    }
}
