using Microsoft.AspNetCore.Components;
using MLOps.Cloud.Endpoints;
using MLOps.Cloud.Inventory;
using MLOps.Cloud.Models;
using MLOps.Cloud.Registry;
using MLOps.Portal.Shared.Clouds;

namespace MLOps.Portal.Features.Models;

/// <summary>A page that shows versions and models with where they serve.</summary>
public abstract class RegistryComponent : LiveComponent
{
    protected InventoryState<ModelPackage> PackageState { get; private set; } = InventoryState<ModelPackage>.Loading;

    protected InventoryState<ModelSummary> ModelState { get; private set; } = InventoryState<ModelSummary>.Loading;

    protected Registry Known { get; private set; } = Registry.Empty;

    [Inject] protected IInventory<ModelPackage> Packages { get; set; } = default!;

    [Inject] protected IInventory<ModelSummary> Models { get; set; } = default!;

    [Inject] protected IInventory<EndpointSummary> Endpoints { get; set; } = default!;

    protected override void OnInitialized()
    {
        Follow(Endpoints, next => Known = Known with { Endpoints = next.Items });
        Follow(Models, next => (ModelState, Known) = (next, Known with { Models = next.Items }));
        Follow(Packages, next => (PackageState, Known) = (next, Known with { Packages = next.Items }));
    }
}
