using System.Globalization;
using System.Text;
using CsvHelper;
using MLOps.Cloud.Faults;
using MLOps.Cloud.Models;
using MLOps.Cloud.Objects;
using MLOps.Cloud.Training;
using MLOps.Cloud.Values;

namespace MLOps.Cloud.Endpoints;

/// <summary>Tells what a model takes, for a form to be made of it.</summary>
public interface IInputSignatures
{
    /// <summary>
    /// The columns that a model takes: those of the signature that its training job left, or else of the data that it was trained on, without
    /// the label. Null where neither can be told.
    /// </summary>
    /// <param name="model">The name of a SageMaker model, as a variant has it.</param>
    Task<InputSignature?> ReadAsync(string connection, string model, CancellationToken cancelled = default);
}

/// <summary>The input of a model.</summary>
/// <param name="Source">Where this was read, an S3 URI.</param>
/// <param name="Rows">From how many rows the ranges are; 0 where the model's own signature tells them.</param>
public sealed record InputSignature(string Source, int Rows, ValueList<InputColumn> Columns)
{
    /// <summary>The values of the first row in the order of the columns.</summary>
    public IEnumerable<string> FirstRow => Columns.Select(c => c.Example);
}

/// <summary>A column of a model's input.</summary>
/// <param name="Min">The least value that was seen; null where the column is not of numbers.</param>
/// <param name="Choices">The values of a column of words, where they are few.</param>
public sealed record InputColumn(string Name, string Example, double? Min, double? Max, bool IsWhole, ValueList<string> Choices)
{
    public bool IsNumber => Min is not null;
}

/// <summary>Reads the signature that the job which made a model left, or else the first rows of its training data.</summary>
internal sealed class InputSignatures(IModelReader models, ITrainingReader jobs, ObjectStore objects) : IInputSignatures
{
    private const int FirstBytes = 256 << 10;
    private const int MostRows = 2000;
    private const int MostChoices = 20;

    public async Task<InputSignature?> ReadAsync(string connection, string model, CancellationToken cancelled = default)
    {
        try
        {
            var made = await models.DetailAsync(connection, model, cancelled);
            if (await SignatureFile.ReadAsync(objects, connection, made.ModelDataUrl, cancelled) is { } signature)
                return signature;
            if (made.TrainingJob is not { Length: > 0 } name)
                return null;
            var job = await jobs.DetailAsync(connection, name, cancelled);
            var channel = job.Channels.FirstOrDefault(c => c.Name is "train" or "training") ?? (job.Channels.Count > 0 ? job.Channels[0] : null);
            if (channel is null || ObjectRef.Parse(channel.S3Uri) is not { } place)
                return null;
            var first = (await objects.ListAsync(connection, place.Bucket, place.Key, cancelled: cancelled)).Items
                .FirstOrDefault(o => o.Size > 0 && (channel.ContentType.StartsWith("text/csv", StringComparison.Ordinal) || o.Key.EndsWith(".csv", StringComparison.OrdinalIgnoreCase)));
            if (first is null)
                return null;
            var source = new ObjectRef(place.Bucket, first.Key);
            var start = await objects.ReadStartAsync(connection, source, FirstBytes, cancelled);
            var target = job.Hyperparameters.FirstOrDefault(h => h.Name == "target")?.Value ?? "0";
            return Read(source.ToString(), Encoding.UTF8.GetString(start), isWhole: start.Length < FirstBytes, target);
        }
        catch (CloudException e) when (e.Fault.Kind is CloudFaultKind.NotFound or CloudFaultKind.Denied)
        {
            // Jobs are forgotten and data is moved: then there is no form, and the text editor is as good as ever.
            return null;
        }
    }

    /// <summary>The signature of a CSV text; null where it has no row of data.</summary>
    /// <param name="isWhole">Whether the text is all of the file; else its last line may be cut.</param>
    /// <param name="target">The label's column: its name, or its place from 0.</param>
    internal static InputSignature? Read(string source, string csv, bool isWhole, string target)
    {
        var rows = Rows(csv.TrimStart('\uFEFF'));
        if (!isWhole && rows.Count > 1)
            rows.RemoveAt(rows.Count - 1);
        if (rows.Count == 0)
            return null;
        var hasHead = rows.Count > 1 && rows[0].All(c => !IsNumber(c, out _)) && rows[0].Distinct().Count() == rows[0].Length;
        var names = hasHead ? rows[0] : [.. rows[0].Select((_, i) => $"column {i + 1}")];
        if (hasHead)
            rows.RemoveAt(0);
        rows.RemoveAll(r => r.Length != names.Length);
        if (rows.Count == 0)
            return null;
        var label = Array.IndexOf(names, target);
        if (label < 0 && int.TryParse(target, NumberStyles.Integer, CultureInfo.InvariantCulture, out var place))
            label = place < 0 ? names.Length + place : place;
        var columns = names.Select((name, i) => (name, i)).Where(c => c.i != label).Select(c => Column(c.name.Trim(), [.. rows.Select(r => r[c.i].Trim())]));
        return columns.ToValueList() is { Count: > 0 } read ? new InputSignature(source, rows.Count, read) : null;
    }

    private static InputColumn Column(string name, string[] values)
    {
        var given = values.Where(v => v.Length > 0).ToList();
        var numbers = new List<double>(given.Count);
        foreach (var value in given)
        {
            if (!IsNumber(value, out var number))
                break;
            numbers.Add(number);
        }
        if (numbers.Count > 0 && numbers.Count == given.Count)
            return new InputColumn(name, values[0], numbers.Min(), numbers.Max(), numbers.TrueForAll(double.IsInteger), []);
        var different = given.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return new InputColumn(name, values[0], null, null, false, different.Count <= MostChoices ? different.ToValueList() : []);
    }

    private static List<string[]> Rows(string csv)
    {
        using var reader = CsvReader.FromText(csv, new CsvReaderOptions { HasHeader = false, SkipEmptyLines = true });
        var rows = new List<string[]>();
        while (rows.Count < MostRows && reader.Read())
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)]);
        return rows;
    }

    private static bool IsNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
}
