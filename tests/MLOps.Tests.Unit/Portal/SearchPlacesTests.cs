using System.Reflection;
using Microsoft.AspNetCore.Components;
using MLOps.Portal;
using MLOps.Portal.Features.Search;

namespace MLOps.Tests.Unit.Portal;

public sealed class SearchPlacesTests
{
    [Fact]
    public void Places_AreAllPages()
    {
        var pages = typeof(PortalApplication).Assembly.GetTypes().SelectMany(t => t.GetCustomAttributes<RouteAttribute>()).Select(r => r.Template).ToList();
        SearchPlaces.All.Should().HaveCountGreaterThan(15);
        SearchPlaces.All.Select(p => p.Href.Split('?')[0]).Except(pages).Should().BeEmpty("what is found can be opened");
    }
}
