using System.Text.Json.Nodes;
using MLOps.LocalCloud.Protocol.Model;

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
        var payload = shape.HasStreamPayload ? shape.Payload : null;
        foreach (var member in shape.Members)
        {
            if (member != payload)
                new Walk(member, violations).Member(member, input[member.Name], member.MessageName);
        }
        if (violations.Count > 0)
            throw ValidationErrors.For(operation.Service, violations);
    }

    /// <summary>The check of one member of the operation's input, with all below it.</summary>
    private readonly struct Walk(ApiMember root, Violations violations)
    {
        public void Member(ApiMember member, JsonNode? value, string path)
        {
            if (value is not null)
                Value(member.Shape, value, path);
            else if (member.Required)
                violations.Add(new Violation(root, member.Shape, path, "null", Violation.NotNull));
        }

        private void Value(ApiShape shape, JsonNode value, string path)
        {
            if (Constraints.Broken(shape, value) is { } broken)
                foreach (var constraint in broken)
                    violations.Add(new Violation(root, shape, path, Rendering.Of(shape, value), constraint));
            switch (value)
            {
                case JsonObject members when shape.Kind == ShapeKind.Structure:
                    foreach (var member in shape.Members)
                        Member(member, members[member.Name], $"{path}.{member.MessageName}");
                    break;
                case JsonArray items:
                    Items(shape, items, path);
                    break;
                case JsonObject entries when shape.Kind == ShapeKind.Map:
                    Entries(shape, entries, path);
                    break;
            }
        }

        private void Items(ApiShape shape, JsonArray items, string path)
        {
            var element = shape.Element.Shape;
            if (TagKeys.Repeated(element, items) is { } key)
                violations.Add(new Violation(root, element, path, Rendering.Of(element, key), Violation.UniqueTagKeys));
            for (var i = 0; i < items.Count; i++)
            {
                if (items[i] is not { } item)
                    violations.Add(new Violation(root, element, $"{path}.{i + 1}.member", "null", Violation.NotNull));
                else if (Nests(element))
                    Value(element, item, $"{path}.{i + 1}.member");
                else if (Constraints.Broken(element, item) is not null)
                {
                    violations.Add(new Violation(root, element, path, Rendering.Of(shape, items), $"Member must satisfy constraint: [{Constraints.All(element)}]"));
                    return;
                }
            }
        }

        private void Entries(ApiShape shape, JsonObject entries, string path)
        {
            var (keys, values) = (shape.Key.Shape, shape.Value.Shape);
            var (badKey, badValue) = (false, false);
            foreach (var (key, entry) in entries)
            {
                badKey |= Constraints.Broken(keys, JsonValue.Create(key)) is not null;
                if (entry is null)
                    continue;
                if (Nests(values))
                    Value(values, entry, $"{path}.{key}.member");
                else
                    badValue |= Constraints.Broken(values, entry) is not null;
            }
            if (badKey)
                violations.Add(new Violation(root, keys, path, Rendering.Of(shape, entries), $"Map keys must satisfy constraint: [{Constraints.All(keys)}]"));
            if (badValue)
                violations.Add(new Violation(root, values, path, Rendering.Of(shape, entries), $"Map value must satisfy constraint: [{Constraints.All(values)}]"));
        }

        private static bool Nests(ApiShape shape) => shape.Kind is ShapeKind.Structure or ShapeKind.List or ShapeKind.Map;
    }
}
