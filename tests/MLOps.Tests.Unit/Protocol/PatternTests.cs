using MLOps.LocalCloud.Protocol.Model;

namespace MLOps.Tests.Unit.Protocol;

public sealed class PatternTests
{
    [Fact]
    public void Patterns_OfEveryDescription_Compile()
    {
        var shapes = ApiCatalog.Default.Services.Values.SelectMany(s => s.Shapes.Values).Where(s => s.Pattern is not null).ToArray();
        shapes.Should().HaveCountGreaterThan(200);
        foreach (var shape in shapes)
            shape.Invoking(s => s.Regex!.IsMatch("probe")).Should().NotThrow($"{shape.Name} has the pattern {shape.Pattern}");
    }

    [Theory]
    [InlineData(@"\p{ASCII}*", "a~\t", true)]
    [InlineData(@"\p{ASCII}*", "é", false)]
    [InlineData(@"\A\S[\p{Print}]*\z", "a b~", true)]
    [InlineData(@"\A\S[\p{Print}]*\z", "a\nb", false)]
    [InlineData(@"arn:[\p{Alnum}\-]+:lambda", "arn:aws-cn:lambda", true)]
    [InlineData(@"arn:[\p{Alnum}\-]+:lambda", "arn:aws_cn:lambda", false)]
    [InlineData(@"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\r\n\t]*", "plain, é and 😀", true)]
    [InlineData(@"[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+", "😀", true)]
    [InlineData(@"[\u0020-\u00FF]+", "😀", false)]
    [InlineData("[a-z]+", "abc\n", false)]
    [InlineData("^[a-z]+$", "abc\n", false)]
    [InlineData("a|bc", "abc", false)]
    [InlineData(@"\d{12}", "١٢٣٤٥٦٧٨٩٠١٢", false)]
    [InlineData(@"[\w+=,.@-]+", "a_b+c=d,e.f@g-h", true)]
    [InlineData(@"[\w+=,.@-]+", "é", false)]
    [InlineData(@"[\s\S]+", "any\nthing é", true)]
    [InlineData("[^[x]+", "[", false)]
    public void Pattern_MatchesTheWholeValueInJavasMeaning(string pattern, string text, bool expected) =>
        PatternTranslator.ToRegex(pattern).IsMatch(text).Should().Be(expected);
}
