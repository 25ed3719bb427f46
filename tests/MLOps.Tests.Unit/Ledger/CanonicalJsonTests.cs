using System.Text.Json.Nodes;
using MLOps.Ledger;

namespace MLOps.Tests.Unit.Ledger;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("""{ "b" : 1, "a" : [ "x", {} ] }""", """{"a":["x",{}],"b":1}""")]
    [InlineData("""{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}""", "{\"\\r\":2,\"1\":4,\"\u0080\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\ufb33\":3}")]
    [InlineData("""["\u20ac$\u000F\nA'B\u0022\\\\\u0022/"]""", "[\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"]")]
    [InlineData("""[0,-1,9007199254740991]""", "[0,-1,9007199254740991]")]
    public void Of_AsRfc8785Says(string json, string canonical) => CanonicalJson.Of(JsonNode.Parse(json)).Should().Be(canonical);

    [Theory]
    [InlineData("[1.5]")]
    [InlineData("[9007199254740992]")]
    [InlineData("[true]")]
    [InlineData("[null]")]
    public void Of_WhatTheLedgerDoesNotHold_IsRefused(string json) =>
        FluentActions.Invoking(() => CanonicalJson.Of(JsonNode.Parse(json))).Should().Throw<FormatException>();
}
