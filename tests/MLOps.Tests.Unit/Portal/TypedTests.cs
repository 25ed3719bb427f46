using MLOps.Portal.Shared.Text;

namespace MLOps.Tests.Unit.Portal;

public sealed class TypedTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("  good \n", "good")]
    [InlineData("two\r\nlines\tand more", "two\r\nlines\tand more")]
    [InlineData("a\0b\u0007c\u009bd", "abcd")]
    [InlineData("whole 😀", "whole 😀")]
    public void Clean_WhatNoTextHas_IsLeftOut(string? typed, string clean) => Typed.Clean(typed).Should().Be(clean);

    // An attribute cannot hold half of a letter.
    [Fact]
    public void Clean_HalfOfALetter_IsOneThatSaysSo() => Typed.Clean("half \ud83d").Should().Be("half \ufffd");
}
