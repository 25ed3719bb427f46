using Microsoft.AspNetCore.Components;

namespace MLOps.Tests.Component;

/// <summary>A browser that says only when it is told to that it has arrived where a page sent it.</summary>
public sealed class LateNavigation : NavigationManager
{
    private readonly Queue<string> under = new();

    public LateNavigation() => Initialize("http://localhost/", "http://localhost/");

    /// <summary>How many addresses it has not told yet.</summary>
    public int Waiting => under.Count;

    /// <summary>Arrives at the first of the addresses that it was sent to.</summary>
    public void Arrive() => Reach(under.Dequeue());

    /// <summary>Goes where a person leads it, as by a link or back in the history.</summary>
    public void Reach(string address)
    {
        // Browsers write spaces and quotes of an address as they are sent.
        Uri = new Uri(address).AbsoluteUri;
        NotifyLocationChanged(isInterceptedLink: false);
    }

    protected override void NavigateToCore(string uri, NavigationOptions options) => under.Enqueue(ToAbsoluteUri(uri).AbsoluteUri);
}
