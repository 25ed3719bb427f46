using Microsoft.AspNetCore.Components;

namespace MLOps.Portal.Shared.Components;

/// <summary>A row of a live table: renders again only when its own item changed, whatever its table does.</summary>
public abstract class RowOf<T> : ComponentBase
{
    private T? shown;
    private bool wasShown;

    [Parameter, EditorRequired] public T Item { get; set; } = default!;

    /// <summary>Lights a cell whose content changed while it was on the screen; key the cell by that content.</summary>
    protected string Lit => wasShown ? "lit" : "";

    protected override bool ShouldRender()
    {
        var changed = !EqualityComparer<T>.Default.Equals(Item, shown);
        shown = Item;
        return changed;
    }

    protected override void OnAfterRender(bool firstRender) => wasShown = true;

    protected override void OnParametersSet()
    {
        if (!wasShown)
            shown = Item;
    }
}
