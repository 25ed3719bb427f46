using Microsoft.AspNetCore.Http.HttpResults;
using MLOps.Portal.Shared.Layout;

namespace MLOps.Portal.Hosting;

/// <summary>A page for every refusal and fault, whatever the method of the request was.</summary>
internal static class StatusPages
{
    public static void UseStatusPages(this WebApplication app)
    {
        app.UseExceptionHandler(branch => branch.Run(context => ShowAsync(context, StatusCodes.Status500InternalServerError)));
        app.UseStatusCodePages(page => ShowAsync(page.HttpContext, page.HttpContext.Response.StatusCode));
    }

    /// <summary>
    /// Makes a page that says itself what is not there a real 404. The status is set when the answer begins: set earlier, Blazor and the
    /// status pages would put their own page in its place.
    /// </summary>
    public static void AnswerNotFound(this HttpResponse response) => response.OnStarting(() =>
    {
        response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    });

    private static Task ShowAsync(HttpContext context, int status)
    {
        // Programs get the bare status.
        if (!context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
            return Task.CompletedTask;
        var page = new RazorComponentResult<StatusPage>(new { Code = status, Trace = context.TraceIdentifier }) { StatusCode = status };
        return page.ExecuteAsync(context);
    }
}
