using System.Net;
using System.Net.Sockets;

namespace MLOps.LocalCloud.Engine.Endpoints;

/// <summary>Hands out free ports of 127.0.0.1, none twice at a time.</summary>
internal sealed class ServingPorts
{
    private readonly HashSet<int> taken = [];
    private readonly Lock gate = new();

    public int Take()
    {
        lock (gate)
        {
            while (true)
            {
                using var probe = new TcpListener(IPAddress.Loopback, 0);
                probe.Start();
                var port = ((IPEndPoint)probe.LocalEndpoint).Port;
                if (taken.Add(port))
                    return port;
            }
        }
    }

    public void Return(int port)
    {
        lock (gate)
            taken.Remove(port);
    }
}
