using System.Text;

namespace MLOps.LocalCloud.Engine.Transforms;

/// <summary>What the model answered to a batch, as it goes into the output.</summary>
internal static class Answer
{
    /// <summary>The bytes for the output: as they came, or record by record where a filter or a join asks for it.</summary>
    /// <exception cref="TransformFault">The answer cannot be taken apart as the job asks.</exception>
    public static byte[] Assemble(TransformPlan plan, Batch batch, byte[] body, string? contentType)
    {
        if (plan.ReadsAnswers)
            body = Encoding.UTF8.GetBytes(string.Join('\n', Records(plan, batch, Encoding.UTF8.GetString(body), contentType)));
        return plan.Newlines && (body.Length == 0 || body[^1] != (byte)'\n') ? [.. body, (byte)'\n'] : body;
    }

    private static IEnumerable<string> Records(TransformPlan plan, Batch batch, string text, string? contentType)
    {
        var answers = batch.Records.Count > 1 ? [.. text.Split('\n').Select(l => l.TrimEnd('\r')).Where(l => l.Length > 0)] : new List<string> { text.Trim() };
        var format = RecordFormat.Of(contentType ?? plan.Accept);
        if (plan.Join && answers.Count != batch.Records.Count)
            throw new TransformFault(
                $"ClientError: The model answered {answers.Count} records to {batch.Records.Count}, which cannot be joined with their input. " +
                "Use BatchStrategy SingleRecord, an Accept with one line a record (text/csv, application/jsonlines), and data without a head line.");
        for (var i = 0; i < answers.Count; i++)
            yield return One(plan, format, plan.Join ? batch.Records[i] : null, answers[i]);
    }

    private static string One(TransformPlan plan, RecordFormat outputFormat, string? input, string answer)
    {
        var format = input is null ? outputFormat : RecordFormat.Of(plan.ContentType);
        try
        {
            var record = input is null ? format.Read(answer) : format.Join(input, answer, outputFormat);
            return format.Write(plan.OutputFilter is null ? record : plan.OutputFilter.Select(record) ?? throw new FormatException("there is nothing that it selects"));
        }
        catch (FormatException e)
        {
            throw new TransformFault($"ClientError: The OutputFilter or JoinSource cannot be used: {e.Message}.");
        }
    }
}
