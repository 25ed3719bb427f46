using System.Security.Cryptography;
using System.Text;

namespace MLOps.Tests.Unit.AwsSdk;

/// <summary>Signature Version 4 worked out again from what arrived, independently of the SDK's signer.</summary>
internal static class SignatureCheck
{
    public const string AccessKey = "AKIDEXAMPLE";
    public const string SecretKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    public static void ShouldBeSignedFor(this SentRequest request, string service)
    {
        var authorization = request.Headers["Authorization"];
        authorization.Should().StartWith("AWS4-HMAC-SHA256 ");
        var parts = authorization["AWS4-HMAC-SHA256 ".Length..].Split(", ").Select(p => p.Split('=', 2)).ToDictionary(p => p[0], p => p[1]);
        var scope = parts["Credential"].Split('/');
        var time = request.Headers["X-Amz-Date"];
        scope.Should().Equal(AccessKey, time[..8], "eu-west-1", service, "aws4_request");

        var names = parts["SignedHeaders"].Split(';');
        var path = request.RawPath.Split('?');
        var canonical = string.Join('\n',
            request.Method, path[0], path.Length > 1 ? path[1] : "",
            string.Concat(names.Select(n => $"{n}:{request.Headers[n].Trim()}\n")),
            parts["SignedHeaders"],
            Convert.ToHexStringLower(SHA256.HashData(request.Body)));
        var text = string.Join('\n', "AWS4-HMAC-SHA256", time, string.Join('/', scope[1..]), Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical))));
        var key = scope[1..].Aggregate(Encoding.UTF8.GetBytes("AWS4" + SecretKey), (k, part) => HMACSHA256.HashData(k, Encoding.UTF8.GetBytes(part)));
        parts["Signature"].Should().Be(Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text))));
    }
}
