using System.Security.Claims;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using MLOps.Portal.Features.Approvals;
using MLOps.Portal.Features.Approvals.Promotion;

namespace MLOps.Tests.Unit.Approvals;

/// <summary>What was written into a form that was not taken.</summary>
public sealed class RefusedFormTests
{
    private readonly RefusedForms forms = new(new EphemeralDataProtectionProvider());

    [Fact]
    public void Keep_Written_ComesBackToThatPersonInThatCloudAlone()
    {
        var cookie = Keep("because it is better", "ann", "?cloud=dev");
        Of(cookie, "ann", "?cloud=dev")["reason"].Should().Be("because it is better");
        Of(cookie, "ben", "?cloud=dev")["reason"].Should().BeNull();
        Of(cookie, "ann", "?cloud=prod")["reason"].Should().BeNull("the endpoint of that name is another one there");
        Of(cookie, "ann", "")["reason"].Should().BeNull();
        Of("forged", "ann", "?cloud=dev")["reason"].Should().BeNull();
    }

    [Fact]
    public void Keep_AsLongAsAFormTakes_FitsInAnyScript()
    {
        var text = new string('審', SignOffForm.MaxComment);
        Of(Keep(text, "ann", "", ("overrideReason", text)), "ann", "")["overrideReason"].Should().Be(text);
        forms.Keep(Context("ann", ""), "/promote/x", [new("reason", new string('審', 4000))]).Should().BeFalse("no browser would take it");
        forms.Keep(Context("ann", ""), "/promote/x", [new("reason", " ")]).Should().BeFalse();
    }

    [Fact]
    public void Written_SharesThatNobodyAskedFor_AreNotKept()
    {
        Written("shift")["share.Champion"].Should().Be("100");
        // The page began with them; when the traffic has moved since they would take it back.
        Written("all:Challenger").Should().NotContainKey("share.Champion").And.Contain("reason", "good");
        Written("rollback:1").Should().NotContainKey("share.Champion").And.Contain(PromotionForm.BackReason, "good");
    }

    private static Dictionary<string, string?> Written(string act) => new(PromotionForm.Read(new FormCollection(new Dictionary<string, StringValues>
    {
        ["act"] = act, ["share.Champion"] = "100", ["share.Challenger"] = "0", ["reason"] = "good",
    })).Written);

    private string Keep(string reason, string person, string query, params (string Name, string Value)[] more)
    {
        var context = Context(person, query);
        forms.Keep(context, "/promote/iris", [new("reason", reason), .. more.Select(m => KeyValuePair.Create(m.Name, (string?)m.Value))]).Should().BeTrue();
        var cookie = context.Response.Headers.SetCookie.Single()!;
        cookie.Should().Contain("path=/promote/iris;").And.Contain("httponly").And.Contain("samesite=strict");
        return cookie.Split(';')[0].Split('=', 2)[1];
    }

    private RefusedForm Of(string cookie, string person, string query)
    {
        var context = Context(person, query);
        context.Request.Headers.Cookie = $"unsent={cookie}";
        return forms.Of(context);
    }

    private static DefaultHttpContext Context(string person, string query)
    {
        var context = new DefaultHttpContext { User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, person)], "test")) };
        context.Request.QueryString = new QueryString(query);
        return context;
    }
}
