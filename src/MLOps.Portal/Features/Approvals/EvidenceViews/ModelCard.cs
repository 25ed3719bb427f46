using Markdig;
using Markdig.Renderers;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace MLOps.Portal.Features.Approvals.EvidenceViews;

/// <summary>A part of a model card.</summary>
/// <param name="Html">Safe to show: raw HTML of the author is text, and links lead only to web and mail addresses. Empty where the part is missing.</param>
public sealed record CardSection(string Title, string Html);

/// <summary>A model card by the six phases of CRISP-DM.</summary>
/// <param name="Phases">All six in their order; one without <c>Html</c> is missing or empty.</param>
/// <param name="Others">What stands before the first phase, and under other headings.</param>
public sealed record ModelCard(IReadOnlyList<CardSection> Phases, IReadOnlyList<CardSection> Others)
{
    /// <summary>The phases of CRISP-DM.</summary>
    public static readonly IReadOnlyList<string> AllPhases =
        ["Business understanding", "Data understanding", "Data preparation", "Modeling", "Evaluation", "Deployment"];

    private const int HeadingLevel = 3;
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().DisableHtml().UsePipeTables().Build();

    /// <summary>Reads a card; every heading that names a phase begins it, up to the next heading of its level or above.</summary>
    public static ModelCard Read(string markdown)
    {
        var document = Markdown.Parse(markdown, Pipeline);
        Tame(document);
        var phases = AllPhases.ToDictionary(p => p, _ => "", StringComparer.OrdinalIgnoreCase);
        var others = new List<CardSection>();
        var (title, level, blocks) = ("", 1, new List<Block>());
        foreach (var block in document)
        {
            if (block is HeadingBlock heading && (heading.Level <= level || IsPhase(heading)))
            {
                Close();
                (title, level, blocks) = (Text(heading), heading.Level, []);
            }
            else
            {
                blocks.Add(block);
            }
        }
        Close();
        return new ModelCard([.. AllPhases.Select(p => new CardSection(p, phases[p]))], others);

        void Close()
        {
            var html = Render(blocks, level);
            if (Phase(title) is { } phase)
                phases[phase] += html;
            else if (html.Length > 0)
                others.Add(new CardSection(title, html));
        }
    }

    private static bool IsPhase(HeadingBlock heading) => Phase(Text(heading)) is not null;

    /// <summary>British spelling, numbers before and colons after do not matter.</summary>
    private static string? Phase(string title)
    {
        var name = title.Trim().TrimStart("0123456789.) ".ToCharArray()).TrimEnd(':', ' ').Replace("modelling", "modeling", StringComparison.OrdinalIgnoreCase);
        return AllPhases.FirstOrDefault(p => string.Equals(p, name, StringComparison.OrdinalIgnoreCase));
    }

    private static string Text(HeadingBlock heading) =>
        heading.Inline is null ? "" : string.Concat(heading.Inline.Descendants().Select(i => i switch { LiteralInline literal => literal.Content.ToString(), CodeInline code => code.Content, _ => "" }));

    private static string Render(List<Block> blocks, int level)
    {
        using var text = new StringWriter(System.Globalization.CultureInfo.InvariantCulture);
        var renderer = new HtmlRenderer(text);
        Pipeline.Setup(renderer);
        foreach (var block in blocks)
        {
            // Headings go on below the page's own.
            if (block is HeadingBlock heading)
                heading.Level = Math.Min(6, HeadingLevel + Math.Max(1, heading.Level - level));
            renderer.Render(block);
        }
        return text.ToString().Trim();
    }

    /// <summary>Links lead to the web or to mail and nowhere else; a picture becomes a link to it.</summary>
    private static void Tame(MarkdownDocument document)
    {
        foreach (var link in document.Descendants<LinkInline>())
        {
            link.IsImage = false;
            link.GetDynamicUrl = null;
            if (!IsHarmless(link.Url))
                link.Url = "";
        }
        foreach (var link in document.Descendants<AutolinkInline>())
        {
            if (!link.IsEmail && !IsHarmless(link.Url))
                link.Url = "";
        }
    }

    private static bool IsHarmless(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var target) && target.Scheme is "http" or "https" or "mailto";
}
