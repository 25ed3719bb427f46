using System.Security.Cryptography;

namespace MLOps.LocalCloud.Engine.Stacks.Resources;

/// <summary>How a type's generated names look: <c>stack-logicalId-RANDOM</c>, shortened where the type needs it.</summary>
/// <param name="MaxLength">The greatest length.</param>
/// <param name="LowerCase">Only lower-case letters.</param>
/// <param name="Suffix">What the name ends in (<c>.fifo</c>).</param>
internal sealed record PhysicalNameRule(int MaxLength, bool LowerCase = false, string Suffix = "")
{
    private const int RandomLength = 12;

    public string Generate(string stack, string logicalId)
    {
        var random = RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", RandomLength);
        var room = MaxLength - Suffix.Length - RandomLength - 2;
        var ofId = Math.Min(logicalId.Length, Math.Max(room / 2, room - stack.Length));
        var ofStack = Math.Min(stack.Length, room - ofId);
        var name = $"{stack[..ofStack].TrimEnd('-')}-{logicalId[..ofId]}-{random}{Suffix}";
        return LowerCase ? name.ToLowerInvariant() : name;
    }
}
