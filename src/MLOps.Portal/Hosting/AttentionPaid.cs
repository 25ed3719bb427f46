using Microsoft.AspNetCore.SignalR;
using MLOps.Cloud.Inventory;

namespace MLOps.Portal.Hosting;

/// <summary>Tells the inventory that somebody looks: as long as a page's connection lasts, and at each page that is read without one.</summary>
internal static class AttentionPaid
{
    public static async Task FollowAsync(HttpContext context, RequestDelegate next)
    {
        if (context.User.Identity?.IsAuthenticated != true || !HttpMethods.IsGet(context.Request.Method))
        {
            await next(context);
            return;
        }
        var attention = context.RequestServices.GetRequiredService<Attention>();
        if (context.GetEndpoint()?.Metadata.GetMetadata<HubMetadata>() is not null)
        {
            using (attention.Look())
                await next(context);
            return;
        }
        attention.Seen();
        await next(context);
    }
}
