using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MLOps.LocalCloud.Protocol.Model;
using MLOps.LocalCloud.Protocol.Wire;

namespace MLOps.LocalCloud.Protocol.Validation;

/// <summary>Checks an input in canonical form against the constraints of its shape.</summary>
internal static class InputValidator
{
    /// <exception cref="AwsException">With AWS's wording, all violations in one message, under the service's own code.</exception>
    public static void Check(ApiOperation operation, JsonObject input)
    {
        if (operation.Input is not { } shape)
            return;
        var violations = new Violations();
        CheckStructure(shape, input, "", violations);
        if (violations.Count > 0)
            throw ValidationErrors.For(operation.Service, violations);
    }

    private static void CheckStructure(ApiShape shape, JsonObject value, string path, Violations violations)
    {
        var payload = shape.HasStreamPayload ? shape.Payload : null;
        foreach (var member in shape.Members)
        {
            if (value[member.Name] is { } inner)
                Check(member, inner, path.Length == 0 ? member.MessageName : $"{path}.{member.MessageName}", violations);
            else if (member.Required && member != payload)
                violations.Add("null", path.Length == 0 ? member.MessageName : $"{path}.{member.MessageName}", "Member must not be null");
        }
    }

    private static void Check(ApiMember member, JsonNode value, string path, Violations violations)
    {
        var shape = member.Shape;
        var broken = Constraints.Broken(shape, value);
        if (broken is not null)
            foreach (var constraint in broken)
                violations.Add(Rendering.Of(shape, value), path, constraint);
        switch (value)
        {
            case JsonObject o when shape.Kind == ShapeKind.Structure:
                CheckStructure(shape, o, path, violations);
                break;
            case JsonArray items:
                CheckItems(shape, items, path, violations);
                break;
            case JsonObject entries when shape.Kind == ShapeKind.Map:
                CheckEntries(shape, entries, path, violations);
                break;
        }
    }

    private static void CheckItems(ApiShape shape, JsonArray items, string path, Violations violations)
    {
        var element = shape.Element;
        var scalar = element.Shape.Kind is not (ShapeKind.Structure or ShapeKind.List or ShapeKind.Map);
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i] is not { } item)
                violations.Add("null", $"{path}.{i + 1}.member", "Member must not be null");
            else if (!scalar)
                Check(element, item, $"{path}.{i + 1}.member", violations);
            else if (Constraints.Broken(element.Shape, item) is not null)
            {
                violations.Add(Rendering.Of(shape, items), path, $"Member must satisfy constraint: [{string.Join(", ", Constraints.All(element.Shape))}]");
                return;
            }
        }
    }

    private static void CheckEntries(ApiShape shape, JsonObject entries, string path, Violations violations)
    {
        var badKey = false;
        var badValue = false;
        foreach (var (key, entry) in entries)
        {
            badKey |= Constraints.Broken(shape.Key.Shape, JsonValue.Create(key)) is not null;
            if (entry is null)
                continue;
            if (shape.Value.Shape.Kind is ShapeKind.Structure or ShapeKind.List or ShapeKind.Map)
                Check(shape.Value, entry, $"{path}.{key}.member", violations);
            else
                badValue |= Constraints.Broken(shape.Value.Shape, entry) is not null;
        }
        if (badKey)
            violations.Add(Rendering.Of(shape, entries), path, $"Map keys must satisfy constraint: [{string.Join(", ", Constraints.All(shape.Key.Shape))}]");
        if (badValue)
            violations.Add(Rendering.Of(shape, entries), path, $"Map value must satisfy constraint: [{string.Join(", ", Constraints.All(shape.Value.Shape))}]");
    }
}
