using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using MLOps.Portal.Data;
using MLOps.Portal.Hosting;

namespace MLOps.Portal.Features.Account.Passwords;

/// <summary>
/// Refuses passwords that a list of stolen ones holds, where the configuration names such a list: Have I Been Pwned's, or a copy of it that speaks
/// the same protocol. It is asked by the first five of forty hex digits of the password's hash, which hundreds of other passwords share.
/// </summary>
internal sealed partial class BreachedPasswords(IHttpClientFactory http, IOptions<PortalOptions> portal, ILogger<BreachedPasswords> logger) : IPasswordValidator<PortalUser>
{
    /// <summary>The name of its HTTP client.</summary>
    public const string Client = "breached-passwords";

    private const int Asked = 5;

    public async Task<IdentityResult> ValidateAsync(UserManager<PortalUser> manager, PortalUser user, string? password)
    {
        if (portal.Value.BreachedPasswords is not { Length: > 0 } list || string.IsNullOrEmpty(password))
            return IdentityResult.Success;
        var times = await TimesAsync(list, Digest(password));
        return times == 0 ? IdentityResult.Success : IdentityResult.Failed(new IdentityError
        {
            Code = "PasswordIsBreached",
            Description = times == 1 ? "That password was stolen from another site once. Choose one that you use nowhere else."
                : string.Create(CultureInfo.InvariantCulture, $"That password was stolen from other sites {times:N0} times. Choose one that you use nowhere else."),
        });
    }

    /// <summary>How often it was seen; 0 also where the list cannot be asked: a service that is down locks nobody out.</summary>
    private async Task<long> TimesAsync(string list, string digest)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{list.TrimEnd('/')}/{digest[..Asked]}");
            // Answers of about one length tell nobody on the way which part of the list was asked for.
            request.Headers.Add("Add-Padding", "true");
            using var answer = await http.CreateClient(Client).SendAsync(request);
            answer.EnsureSuccessStatusCode();
            return Find(await answer.Content.ReadAsStringAsync(), digest[Asked..]);
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException)
        {
            Log.NotAsked(logger, fault.Message);
            return 0;
        }
    }

    /// <summary>The count beside a hash's rest, in lines of <c>REST:COUNT</c>; padding has the count 0.</summary>
    private static long Find(string lines, string rest)
    {
        foreach (var line in lines.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(rest, StringComparison.OrdinalIgnoreCase) && line.Length > rest.Length && line[rest.Length] == ':')
                return long.TryParse(line[(rest.Length + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var times) ? times : 1;
        }
        return 0;
    }

    // The list is kept by SHA-1. It protects nothing here: it only finds the line.
#pragma warning disable CA5350
    private static string Digest(string password) => Convert.ToHexString(SHA1.HashData(Encoding.UTF8.GetBytes(password)));
#pragma warning restore CA5350

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The list of stolen passwords cannot be asked, and a password was taken without it: {Reason}")]
        public static partial void NotAsked(ILogger logger, string reason);
    }
}
