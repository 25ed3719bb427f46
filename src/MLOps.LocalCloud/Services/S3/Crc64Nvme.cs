using System.Buffers.Binary;
using System.IO.Hashing;

namespace MLOps.LocalCloud.Services.S3;

/// <summary>CRC-64/NVME, big-endian as S3 writes it; eight bytes a step by table.</summary>
internal sealed class Crc64Nvme() : NonCryptographicHashAlgorithm(8)
{
    /// <summary>The polynomial, lowest power in the highest bit.</summary>
    public const ulong Polynomial = 0x9A6C9329AC4BC9B5;

    private static readonly ulong[][] Tables = MakeTables();
    private ulong crc = ulong.MaxValue;

    public override void Append(ReadOnlySpan<byte> source)
    {
        var (t0, t1, t2, t3, t4, t5, t6, t7) = (Tables[0], Tables[1], Tables[2], Tables[3], Tables[4], Tables[5], Tables[6], Tables[7]);
        var c = crc;
        while (source.Length >= 8)
        {
            c ^= BinaryPrimitives.ReadUInt64LittleEndian(source);
            c = t7[(byte)c] ^ t6[(byte)(c >> 8)] ^ t5[(byte)(c >> 16)] ^ t4[(byte)(c >> 24)]
                ^ t3[(byte)(c >> 32)] ^ t2[(byte)(c >> 40)] ^ t1[(byte)(c >> 48)] ^ t0[(byte)(c >> 56)];
            source = source[8..];
        }
        foreach (var b in source)
            c = t0[(byte)(c ^ b)] ^ (c >> 8);
        crc = c;
    }

    public override void Reset() => crc = ulong.MaxValue;

    protected override void GetCurrentHashCore(Span<byte> destination) => BinaryPrimitives.WriteUInt64BigEndian(destination, ~crc);

    private static ulong[][] MakeTables()
    {
        var tables = new ulong[8][];
        for (var t = 0; t < 8; t++)
            tables[t] = new ulong[256];
        for (var i = 0; i < 256; i++)
        {
            var c = (ulong)i;
            for (var bit = 0; bit < 8; bit++)
                c = (c & 1) != 0 ? (c >> 1) ^ Polynomial : c >> 1;
            tables[0][i] = c;
        }
        for (var t = 1; t < 8; t++)
            for (var i = 0; i < 256; i++)
                tables[t][i] = tables[0][(byte)tables[t - 1][i]] ^ (tables[t - 1][i] >> 8);
        return tables;
    }
}
