using System.Security.Claims;
using MLOps.Portal.Features.Approvals;
using MLOps.Portal.Shared.Security;

namespace MLOps.Tests.Unit.Approvals;

public sealed class ApprovalSummaryTests
{
    [Theory]
    [InlineData("Ada", "", "Ada")]
    [InlineData("Ada", "good", "Ada: good")]
    [InlineData("Ada", "two\r\nlines\tand\0more", "Ada: two lines and more")]
    public void Of_NameAndComment_IsOneLine(string name, string comment, string summary) => ApprovalSummary.Of(As(name), comment).Should().Be(summary);

    // An attribute cannot hold half of a letter.
    [Fact]
    public void Of_HalfOfALetter_IsOneThatSaysSo() => ApprovalSummary.Of(As("A\u200bd\ud800a"), "").Should().Be("A\u200bd\ufffda");

    [Theory]
    [InlineData("😀")]
    [InlineData("👩‍👩‍👧‍👦")]
    [InlineData("é")]
    [InlineData("x")]
    public void Of_TooLong_IsCutBetweenLetters(string letter)
    {
        for (var extra = 0; extra < 4; extra++)
        {
            var summary = ApprovalSummary.Of(As(new string('n', 10 + extra)), string.Concat(Enumerable.Repeat(letter, 600)));
            summary.Length.Should().BeInRange(ApprovalSummary.Most - letter.Length, ApprovalSummary.Most);
            summary.Should().EndWith(letter + "…");
        }
    }

    [Theory]
    [InlineData("Ada: good", true)]
    [InlineData(" Ada: good\n", true)]
    [InlineData("Approved by arn:aws:iam::1:user/x: Ada: good", true)]
    [InlineData("Ada: good, but later", false)]
    [InlineData("Not Ada: good", false)]
    [InlineData("", false)]
    public void IsOf_WhatAwsTells_IsTheWholeSummary(string told, bool isIt) => ApprovalSummary.IsOf(told, "Ada: good").Should().Be(isIt);

    [Fact]
    public void IsOf_NameThatBeginsAnother_IsAnotherPerson() => ApprovalSummary.IsOf("Annabel (annabel): fine", "Ann").Should().BeFalse();

    private static ClaimsPrincipal As(string name) => new(new ClaimsIdentity([new Claim(ClaimTypes.Name, name), new Claim(Person.DisplayNameClaim, name)], "test"));
}
