using System.Buffers.Binary;

namespace MLOps.LocalCloud.Services.CloudWatch;

/// <summary>A histogram whose buckets grow by 2 %: percentiles are true within 1 %, whatever the values' range.</summary>
internal sealed class Sketch
{
    private const int EntrySize = sizeof(int) + sizeof(double);
    private const int Zero = int.MinValue;
    private static readonly double LogGrowth = Math.Log(1.02);

    // Bucket i > 0 of a positive value v holds 1.02^(i-1-Offset) < v <= 1.02^(i-Offset); negative values have -i.
    private const int Offset = 40_000;
    private readonly SortedDictionary<int, double> buckets = [];

    public double Count { get; private set; }

    public void Add(double value, double times)
    {
        var bucket = value == 0 ? Zero : Math.Sign(value) * Math.Max(1, (int)Math.Ceiling(Math.Log(Math.Abs(value)) / LogGrowth) + Offset);
        AddTo(bucket, times);
    }

    public void Add(Sketch other)
    {
        foreach (var (bucket, times) in other.buckets)
            AddTo(bucket, times);
    }

    /// <summary>The value below which this percentage of the samples lies.</summary>
    public double Percentile(double percentile)
    {
        var rank = percentile / 100 * Count;
        var (seen, value) = (0.0, 0.0);
        foreach (var (bucket, times) in buckets.Select(b => (b.Key, b.Value)).OrderBy(b => ValueOf(b.Key)))
        {
            value = ValueOf(bucket);
            seen += times;
            if (seen >= rank - 1e-9)
                break;
        }
        return value;
    }

    public byte[] Write()
    {
        var bytes = new byte[buckets.Count * EntrySize];
        var at = 0;
        foreach (var (bucket, times) in buckets)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), bucket);
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(at + sizeof(int)), times);
            at += EntrySize;
        }
        return bytes;
    }

    public static Sketch Read(ReadOnlySpan<byte> bytes)
    {
        var sketch = new Sketch();
        for (; bytes.Length >= EntrySize; bytes = bytes[EntrySize..])
            sketch.AddTo(BinaryPrimitives.ReadInt32LittleEndian(bytes), BinaryPrimitives.ReadDoubleLittleEndian(bytes[sizeof(int)..]));
        return sketch;
    }

    private void AddTo(int bucket, double times)
    {
        buckets[bucket] = buckets.GetValueOrDefault(bucket) + times;
        Count += times;
    }

    /// <summary>The middle of a bucket.</summary>
    private static double ValueOf(int bucket) =>
        bucket == Zero ? 0 : Math.Sign(bucket) * Math.Exp((Math.Abs(bucket) - Offset - 0.5) * LogGrowth);
}
