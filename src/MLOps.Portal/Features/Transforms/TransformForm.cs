using MLOps.Cloud.Transforms;

namespace MLOps.Portal.Features.Transforms;

/// <summary>A batch transform while somebody fills in its form.</summary>
public sealed class TransformForm
{
    public string Name { get; set; } = "";

    public string Model { get; set; } = "";

    public string Input { get; set; } = "";

    public string Output { get; set; } = "";

    public string ContentType { get; set; } = "text/csv";

    public string Accept { get; set; } = "text/csv";

    public bool Lines { get; set; } = true;

    public bool Single { get; set; }

    public bool Join { get; set; }

    public string InputFilter { get; set; } = "";

    public string OutputFilter { get; set; } = "";

    public int AtOnce { get; set; } = 1;

    public int MaxPayloadMegabytes { get; set; } = 6;

    public string InstanceType { get; set; } = "ml.m5.large";

    /// <summary>The form filled in with what another job was asked.</summary>
    public static TransformForm Of(TransformDraft draft, string name) => new()
    {
        Name = name,
        Model = draft.Model,
        Input = draft.Input,
        Output = draft.Output,
        ContentType = draft.ContentType,
        Accept = draft.Accept,
        Lines = draft.Lines,
        Single = draft.Single,
        Join = draft.Join,
        InputFilter = draft.InputFilter,
        OutputFilter = draft.OutputFilter,
        AtOnce = draft.AtOnce,
        MaxPayloadMegabytes = draft.MaxPayloadMegabytes,
        InstanceType = draft.InstanceType,
    };

    public TransformDraft ToDraft() => new(Name.Trim(), Model)
    {
        Input = Input.Trim(),
        Output = Output.Trim(),
        ContentType = ContentType,
        Accept = Accept,
        Lines = Lines,
        Single = Single && Lines,
        Join = Join,
        InputFilter = InputFilter.Trim(),
        OutputFilter = OutputFilter.Trim(),
        AtOnce = AtOnce,
        MaxPayloadMegabytes = MaxPayloadMegabytes,
        InstanceType = InstanceType.Trim(),
    };
}
