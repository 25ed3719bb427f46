using System.Text;
using Microsoft.AspNetCore.Mvc;
using MLOps.Ledger;
using MLOps.Ledger.Exports;
using MLOps.Portal.Shared.Text;

namespace MLOps.Portal.Features.Audit;

/// <summary>The whole ledger as a file, in the two forms that <c>mlops-ledger verify</c> reads. It is written as it is read, whatever its size.</summary>
internal static class AuditExports
{
    public static Task LinesAsync(HttpContext context, [FromServices] AuditReader reader, [FromServices] TimeProvider time) =>
        WriteAsync(context, reader, time, "jsonl", "application/jsonl", head: null, entry => EntryForm.LineOf(entry) + "\n");

    public static Task CsvAsync(HttpContext context, [FromServices] AuditReader reader, [FromServices] TimeProvider time) =>
        WriteAsync(context, reader, time, "csv", "text/csv", "\uFEFF" + Row(CsvColumns.Titles), entry => Row(CsvColumns.CellsOf(entry)));

    private static string Row(IEnumerable<string> cells) => string.Join(',', cells.Select(CsvCell.Of)) + "\r\n";

    private static async Task WriteAsync(HttpContext context, AuditReader reader, TimeProvider time, string extension, string type, string? head, Func<LedgerEntry, string> row)
    {
        context.Response.ContentType = $"{type}; charset=utf-8";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"ledger-{time.GetUtcNow():yyyyMMdd-HHmmss}.{extension}\"";
        context.Response.Headers.CacheControl = "no-store";
        await using var writer = new StreamWriter(context.Response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 32 << 10);
        if (head is not null)
            await writer.WriteAsync(head);
        await foreach (var entry in reader.AllAsync(0, context.RequestAborted))
            await writer.WriteAsync(row(entry));
    }
}
