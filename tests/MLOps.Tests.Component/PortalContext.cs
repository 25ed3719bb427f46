using System.Security.Claims;
using Bunit;
using Bunit.TestDoubles;
using Microsoft.AspNetCore.Components;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Portal.Features.Approvals;
using MLOps.Portal.Features.Audit;
using MLOps.Portal.Features.Load;
using MLOps.Portal.Features.Notifications;
using MLOps.Portal.Features.Playground;
using MLOps.Portal.Features.Search;
using MLOps.Portal.Shared.Clouds;
using MLOps.Portal.Shared.History;
using MLOps.Portal.Shared.Ledger;
using MLOps.Portal.Shared.Security;
using MLOps.Tests.Fakes;
using MudBlazor;
using MudBlazor.Services;

namespace MLOps.Tests.Component;

/// <summary>The portal's components over a fake cloud, as one person sees them.</summary>
public sealed class PortalContext : BunitContext
{
    // Each context has a connection of its own, as in the product: background work and pages use the database at once.
    private readonly string databaseName = $"Data Source=portal-{Guid.NewGuid():n};Mode=Memory;Cache=Shared";
    private readonly SqliteConnection database;

    // A loaded machine takes longer than bUnit's second; what holds at once is not waited for.
    static PortalContext() => DefaultWaitTimeout = TimeSpan.FromSeconds(10);

    /// <param name="more">Services beside or in place of the usual ones.</param>
    public PortalContext(FakeCloud cloud, string role = Roles.Admin, Action<IServiceCollection>? more = null)
    {
        Cloud = cloud;
        database = new(databaseName);
        database.Open();
        JSInterop.Mode = JSRuntimeMode.Loose;
        cloud.Register(Services);
        Services.AddSingleton<IServingHistory>(History);
        Services.AddMudServices();
        Services.AddSingleton(TimeProvider.System);
        Services.AddScoped<Places>().AddScoped<Whereabouts>().AddScoped<CommandGate>().AddScoped<Commander>().AddSingleton<DecisionStore>();
        Services.AddSingleton<ILedger>(Ledger).AddSingleton<IFaultPoints, NoFaultPoints>().AddSingleton<Recorder>();
        PlaygroundFeature.AddPlayground(Services);
        LoadFeature.AddLoad(Services);
        SearchFeature.AddSearch(Services);
        NotificationsFeature.AddNotifications(Services);
        Services.AddSingleton<IAskedPeople>(Asked);
        Services.AddDbContextFactory<DecisionDbContext>(options => options.UseSqlite(databaseName));
        var person = AddAuthorization();
        person.SetAuthorized(role);
        person.SetRoles(role);
        person.SetClaims(new Claim(Person.DisplayNameClaim, Roles.Label(role)));
        person.SetPolicies(PoliciesOf(role));
        AddDatabase<PlaygroundDbContext>();
        AddDatabase<LoadDbContext>();
        AddDatabase<NotificationDbContext>();
        AddDatabase<LedgerDbContext>();
        Services.AddSingleton<AuditReader>().AddSingleton<ChainVerifier>();
        more?.Invoke(Services);
        SetRendererInfo(new RendererInfo("Server", true));
        using var context = Services.GetRequiredService<IDbContextFactory<DecisionDbContext>>().CreateDbContext();
        context.Database.EnsureCreated();
        AddTables<PlaygroundDbContext>();
        AddTables<LoadDbContext>();
        AddTables<NotificationDbContext>();
        AddTables<LedgerDbContext>();
    }

    public FakeCloud Cloud { get; }

    /// <summary>What has served, as the pages are told.</summary>
    public FakeHistory History { get; } = new();

    /// <summary>Which approvals ask the person.</summary>
    public FakeAsked Asked { get; } = new();

    /// <summary>What is on record.</summary>
    public FakeLedger Ledger { get; } = new();

    /// <summary>Opens a page at an address, as the router would.</summary>
    public IRenderedComponent<T> Open<T>(string address, Action<ComponentParameterCollectionBuilder<T>>? parameters = null) where T : IComponent
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        return Render(parameters ?? (_ => { }));
    }

    /// <summary>The places where dialogs and words about commands appear.</summary>
    public IRenderedComponent<MudDialogProvider> RenderDialogs()
    {
        Render<MudPopoverProvider>();
        return Render<MudDialogProvider>();
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        database.Dispose();
    }

    private void AddDatabase<T>() where T : DbContext => Services.AddDbContextFactory<T>(options => options.UseSqlite(databaseName));

    private void AddTables<T>() where T : DbContext
    {
        using var context = Services.GetRequiredService<IDbContextFactory<T>>().CreateDbContext();
        context.GetService<IRelationalDatabaseCreator>().CreateTables();
    }

    private static string[] PoliciesOf(string role) => role switch
    {
        Roles.Admin => [Policies.View, Policies.Invoke, Policies.Operate, Policies.Decide, Policies.Administer],
        Roles.Approver => [Policies.View, Policies.Invoke, Policies.Decide],
        Roles.Scientist => [Policies.View, Policies.Invoke, Policies.Operate],
        _ => [Policies.View],
    };
}
