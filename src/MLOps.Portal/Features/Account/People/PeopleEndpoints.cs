using Microsoft.AspNetCore.Http.HttpResults;
using MLOps.Portal.Data;
using MLOps.Portal.Features.Account.Own;
using MLOps.Portal.Shared.Security;

namespace MLOps.Portal.Features.Account.People;

/// <summary>The forms of the pages about people. Reading a form makes each of them ask for the antiforgery token.</summary>
internal static class PeopleEndpoints
{
    public static void MapPeople(this IEndpointRouteBuilder app)
    {
        var people = app.MapGroup("/account/people").RequireAuthorization(Policies.Administer).AddEndpointFilter(AskAnewAsync).AddEndpointFilterFactory(FormRefused.Unrecorded);
        people.MapPost("", InviteAsync);
        people.MapPost("/{id}/change", async (string id, IFormCollection form, PeopleDirectory directory) => Back(id, await directory.ChangeAsync(id, Read(form))));
        people.MapPost("/{id}/disable", async (string id, IFormCollection form, PeopleDirectory directory) => Back(id, await directory.SetDisabledAsync(id, true)));
        people.MapPost("/{id}/enable", async (string id, IFormCollection form, PeopleDirectory directory) => Back(id, await directory.SetDisabledAsync(id, false)));
        people.MapPost("/{id}/unlock", async (string id, IFormCollection form, PeopleDirectory directory) =>
        {
            await directory.UnlockAsync(id);
            return Back(id, []);
        });
        people.MapPost("/{id}/sign-out", async (string id, IFormCollection form, PeopleDirectory directory) =>
        {
            await directory.SignOutEverywhereAsync(id);
            return Back(id, []);
        });
        people.MapPost("/{id}/reset", async (string id, IFormCollection form, HttpContext context, PeopleDirectory directory) =>
        {
            var (person, code) = await directory.ResetAsync(id);
            return person is null ? Back(id, ["There is no such account."]) : Issued(context, person, code);
        });
    }

    /// <summary>Who changes other people's accounts proves who they are, unless they have nothing to prove it with.</summary>
    private static async ValueTask<object?> AskAnewAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var context = invocation.HttpContext;
        var own = context.RequestServices.GetRequiredService<OwnAccount>();
        if (!await own.MustConfirmAsync(context.User))
            return await next(invocation);
        var page = context.Request.RouteValues["id"] is string id ? "/account/people/" + Uri.EscapeDataString(id) : "/account/people";
        return TypedResults.LocalRedirect(Confirmation.Address(page, OwnAccount.Fresh));
    }

    private static async Task<IResult> InviteAsync(IFormCollection form, HttpContext context, PeopleDirectory directory)
    {
        var (person, code, faults) = await directory.InviteAsync(form["userName"].ToString(), Read(form));
        return person is null ? FormRefused.Answer("/account/people", isStranger: false, faults) : Issued(context, person, code);
    }

    private static RazorComponentResult<LinkIssued> Issued(HttpContext context, PortalUser person, string code) =>
        new(new { Name = person.DisplayName, Link = PeopleDirectory.LinkTo($"{context.Request.Scheme}://{context.Request.Host}", person, code) });

    private static IResult Back(string id, IReadOnlyList<string> faults)
    {
        var page = "/account/people/" + Uri.EscapeDataString(id);
        return faults.Count == 0 ? TypedResults.LocalRedirect(page) : FormRefused.Answer(page, isStranger: false, faults);
    }

    private static PersonChange Read(IFormCollection form) =>
        new(form["displayName"].ToString(), form["email"].ToString(), [.. form["roles"].OfType<string>().Distinct(StringComparer.Ordinal)], PeopleDirectory.GroupsOf(form["groups"].ToString()));
}
