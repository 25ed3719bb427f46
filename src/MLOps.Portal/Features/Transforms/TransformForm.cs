using MLOps.Cloud.Training;
using MLOps.Cloud.Transforms;
using MLOps.Cloud.Values;
using MLOps.Portal.Shared.Components;

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

    /// <summary>What a record is: <c>Line</c>, or <c>None</c> for a whole file.</summary>
    public string SplitBy { get; set; } = "Line";

    /// <summary>What a request holds: <c>MultiRecord</c> or <c>SingleRecord</c>.</summary>
    public string Batch { get; set; } = "MultiRecord";

    public bool Join { get; set; }

    public string InputFilter { get; set; } = "";

    public string OutputFilter { get; set; } = "";

    public int AtOnce { get; set; } = 1;

    public int MaxPayloadMegabytes { get; set; } = 6;

    public string InstanceType { get; set; } = "ml.m5.large";

    public int InstanceCount { get; set; } = 1;

    /// <summary>The container's variables, as the job before had them; the form does not change them.</summary>
    public ValueList<Setting> Environment { get; set; } = [];

    public List<SettingRows.Row> Tags { get; set; } = [];

    /// <summary>The form filled in with what another job was asked.</summary>
    public static TransformForm Of(TransformDraft draft, string name) => new()
    {
        Name = name,
        Model = draft.Model,
        Input = draft.Input,
        Output = draft.Output,
        ContentType = draft.ContentType,
        Accept = draft.Accept,
        SplitBy = draft.Lines ? "Line" : "None",
        Batch = draft.Single ? "SingleRecord" : "MultiRecord",
        Join = draft.Join,
        InputFilter = draft.InputFilter,
        OutputFilter = draft.OutputFilter,
        AtOnce = draft.AtOnce,
        MaxPayloadMegabytes = draft.MaxPayloadMegabytes,
        InstanceType = draft.InstanceType,
        InstanceCount = draft.InstanceCount,
        Environment = draft.Environment,
        Tags = [.. TrainingJobDraft.OwnTags(draft.Tags).Select(t => new SettingRows.Row { Name = t.Key, Value = t.Value })],
    };

    public TransformDraft ToDraft() => new(Name.Trim(), Model)
    {
        Input = Input.Trim(),
        Output = Output.Trim(),
        ContentType = ContentType,
        Accept = Accept,
        Lines = SplitBy == "Line",
        Single = SplitBy == "Line" && Batch == "SingleRecord",
        Join = Join,
        InputFilter = InputFilter.Trim(),
        OutputFilter = OutputFilter.Trim(),
        AtOnce = AtOnce,
        MaxPayloadMegabytes = MaxPayloadMegabytes,
        InstanceType = InstanceType.Trim(),
        InstanceCount = InstanceCount,
        Environment = Environment,
        Tags = Tags.Where(r => r.Name.Length > 0).Select(r => new ResourceTag(r.Name, r.Value)).ToValueList(),
    };
}
