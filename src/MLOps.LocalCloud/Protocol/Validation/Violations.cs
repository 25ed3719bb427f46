namespace MLOps.LocalCloud.Protocol.Validation;

/// <summary>What an input breaks, in the order found. All are counted; as many as a message can hold are worded.</summary>
internal sealed class Violations
{
    private const int Worded = 10;
    private readonly List<string> texts = [];

    public int Count { get; private set; }

    /// <summary>The paths of members that are missing, for services that word this in their own way.</summary>
    public List<string> Missing { get; } = [];

    public void Add(string value, string path, string constraint)
    {
        Count++;
        if (constraint == "Member must not be null")
            Missing.Add(path);
        if (texts.Count < Worded)
            texts.Add($"Value {value} at '{path}' failed to satisfy constraint: {constraint}");
    }

    public override string ToString() =>
        $"{Count} validation error{(Count == 1 ? "" : "s")} detected: {string.Join("; ", texts)}";
}
