using System.Text.Json.Nodes;

namespace MLOps.LocalCloud.Protocol.Wire.Xml;

internal static class XmlErrors
{
    /// <summary>The further members of an error; the message has an element of its own.</summary>
    public static JsonObject WithoutMessage(JsonObject members)
    {
        var rest = (JsonObject)members.DeepClone();
        rest.Remove("message");
        rest.Remove("Message");
        return rest;
    }
}
