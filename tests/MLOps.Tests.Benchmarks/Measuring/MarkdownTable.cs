using System.Text;

namespace MLOps.Tests.Benchmarks.Measuring;

/// <summary>A table with a heading; all columns but the first hold numbers.</summary>
internal sealed class MarkdownTable(string title, params string[] heads)
{
    private readonly StringBuilder text = new StringBuilder($"### {title}\n\n")
        .Append("| ").AppendJoin(" | ", heads).Append(" |\n|---|").Append(string.Concat(Enumerable.Repeat("---:|", heads.Length - 1)));

    public MarkdownTable Row(params string[] cells)
    {
        text.Append("\n| ").AppendJoin(" | ", cells).Append(" |");
        return this;
    }

    /// <summary>A line below the table.</summary>
    public MarkdownTable Note(string note)
    {
        text.Append("\n\n").Append(note);
        return this;
    }

    public override string ToString() => text.ToString();
}
