using System.Buffers.Binary;
using System.IO.Hashing;
using System.Numerics;
using System.Runtime.InteropServices;

namespace MLOps.LocalCloud.Services.S3;

/// <summary>CRC-32C (Castagnoli), big-endian as S3 writes it.</summary>
internal sealed class Crc32C() : NonCryptographicHashAlgorithm(4)
{
    private uint crc = uint.MaxValue;

    public override void Append(ReadOnlySpan<byte> source)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(source);
        foreach (var word in words)
            crc = BitOperations.Crc32C(crc, word);
        foreach (var rest in source[(words.Length * 8)..])
            crc = BitOperations.Crc32C(crc, rest);
    }

    public override void Reset() => crc = uint.MaxValue;

    protected override void GetCurrentHashCore(Span<byte> destination) => BinaryPrimitives.WriteUInt32BigEndian(destination, ~crc);
}
