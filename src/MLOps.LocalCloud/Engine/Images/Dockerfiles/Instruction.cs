using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MLOps.LocalCloud.Engine.Images.Dockerfiles;

/// <summary>One instruction of a Dockerfile with its line continuations joined.</summary>
/// <param name="Line">Where it starts, counted from 1.</param>
/// <param name="Keyword">In capitals.</param>
/// <param name="Rest">All after the keyword, as written.</param>
internal sealed partial record Instruction(int Line, string Keyword, string Rest)
{
    /// <summary>The elements where the rest is a JSON array of strings (exec form), else null.</summary>
    public IReadOnlyList<string>? ExecForm()
    {
        if (!Rest.StartsWith('['))
            return null;
        try
        {
            return JsonSerializer.Deserialize<string[]>(Rest);
        }
        catch (JsonException)
        {
            // As docker does: what is no JSON array is the shell form.
            return null;
        }
    }

    /// <summary>Reads a Dockerfile.</summary>
    /// <exception cref="DockerfileException">A line is no instruction, or uses a here-document.</exception>
    public static IReadOnlyList<Instruction> Parse(string text)
    {
        var instructions = new List<Instruction>();
        var escape = EscapeDirective().Match(text) is { Success: true } directive ? directive.Groups[1].Value[0] : '\\';
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (IsBlankOrComment(lines[i]))
                continue;
            var start = i + 1;
            var joined = new StringBuilder();
            while (true)
            {
                var line = lines[i].TrimEnd();
                if (!line.EndsWith(escape))
                {
                    joined.Append(line);
                    break;
                }
                joined.Append(line, 0, line.Length - 1);
                // Comments and blank lines inside a continued instruction do not end it.
                do
                    i++;
                while (i < lines.Length && IsBlankOrComment(lines[i]));
                if (i >= lines.Length)
                    break;
            }
            instructions.Add(Read(start, joined.ToString().Trim()));
        }
        return instructions;
    }

    private static Instruction Read(int line, string text)
    {
        if (Shape().Match(text) is not { Success: true } match)
            throw new DockerfileException($"'{text}' is not an instruction", line);
        var instruction = new Instruction(line, match.Groups[1].Value.ToUpperInvariant(), match.Groups[2].Value);
        if (instruction.Keyword is "RUN" or "COPY" or "ADD" && HereDocument().IsMatch(instruction.Rest))
            throw new DockerfileException("here-documents are not supported", line);
        return instruction;
    }

    private static bool IsBlankOrComment(string line) => line.TrimStart() is "" or ['#', ..];

    [GeneratedRegex(@"\A(?:#[^\n]*\n)*?#\s*escape\s*=\s*([\\`])\s*$", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex EscapeDirective();

    [GeneratedRegex(@"\A([A-Za-z]+)(?:\s+(.*))?\z", RegexOptions.Singleline)]
    private static partial Regex Shape();

    [GeneratedRegex(@"(?:^|\s)<<-?['""]?\w+")]
    private static partial Regex HereDocument();
}
