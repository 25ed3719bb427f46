using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace MLOps.Portal.Shared.Charts;

/// <summary>A word in a drawing: in Razor's own code <c>text</c> means something else.</summary>
public sealed class SvgText : ComponentBase
{
    [Parameter, EditorRequired] public double X { get; set; }

    [Parameter, EditorRequired] public double Y { get; set; }

    [Parameter, EditorRequired] public string Text { get; set; } = "";

    /// <summary><c>start</c>, <c>middle</c> or <c>end</c>: which part of the word stands at the place.</summary>
    [Parameter] public string Anchor { get; set; } = "start";

    [Parameter] public string? Class { get; set; }

    /// <summary>The whole of a word that is shortened.</summary>
    [Parameter] public string? Title { get; set; }

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenElement(0, "text");
        builder.AddAttribute(1, "x", X.ToString("0.##", CultureInfo.InvariantCulture));
        builder.AddAttribute(2, "y", Y.ToString("0.##", CultureInfo.InvariantCulture));
        builder.AddAttribute(3, "text-anchor", Anchor);
        builder.AddAttribute(4, "class", Class);
        builder.AddContent(5, Text);
        if (Title is not null)
        {
            builder.OpenElement(6, "title");
            builder.AddContent(7, Title);
            builder.CloseElement();
        }
        builder.CloseElement();
    }
}
