using System.Text.Json.Nodes;

namespace MLOps.LocalCloud.Engine.Stacks.Templates;

/// <summary>What a template's functions see of its resources and of other stacks.</summary>
internal interface IResourceValues
{
    /// <summary>What <c>Ref</c> gives for a resource of the template.</summary>
    JsonNode Ref(string id);

    /// <summary>What <c>Fn::GetAtt</c> gives.</summary>
    JsonNode Attribute(string id, string attribute);

    /// <summary>The value that another stack exports.</summary>
    JsonNode Import(string name);
}
