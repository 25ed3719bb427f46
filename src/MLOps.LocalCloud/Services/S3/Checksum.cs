using System.Buffers.Binary;
using System.IO.Hashing;
using System.Security.Cryptography;

namespace MLOps.LocalCloud.Services.S3;

/// <summary>The checksum algorithms of S3 by their names on the wire (<c>CRC32</c>, <c>SHA256</c>, …).</summary>
internal static class Checksum
{
    /// <summary>What S3 keeps of an object whose writer sent no checksum.</summary>
    public const string Default = "CRC64NVME";

    public static readonly string[] Algorithms =
        ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256", "SHA512", "MD5", "XXHASH64", "XXHASH3", "XXHASH128"];

    /// <summary>The modelled member that carries a checksum of this algorithm.</summary>
    public static string Member(string algorithm) => "Checksum" + algorithm;

    /// <summary>Whether parts' checksums can be joined into that of the whole.</summary>
    public static bool CanJoin(string algorithm) => algorithm is "CRC32" or "CRC32C" or "CRC64NVME";

    /// <summary>The length in bytes of a checksum.</summary>
    public static int Length(string algorithm) => algorithm switch
    {
        "CRC32" or "CRC32C" => 4,
        "CRC64NVME" or "XXHASH64" or "XXHASH3" => 8,
        "MD5" or "XXHASH128" => 16,
        "SHA1" => 20,
        "SHA256" => 32,
        _ => 64,
    };

    public static IRunningChecksum Start(string algorithm) => algorithm switch
    {
        "CRC32" => new Fast(new Crc32(), reversed: true),
        "CRC32C" => new Fast(new Crc32C()),
        "CRC64NVME" => new Fast(new Crc64Nvme()),
        "XXHASH64" => new Fast(new XxHash64()),
        "XXHASH3" => new Fast(new XxHash3()),
        "XXHASH128" => new Fast(new XxHash128()),
        "SHA1" => new Cryptographic(HashAlgorithmName.SHA1),
        "SHA256" => new Cryptographic(HashAlgorithmName.SHA256),
        "SHA512" => new Cryptographic(HashAlgorithmName.SHA512),
        "MD5" => new Cryptographic(HashAlgorithmName.MD5),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "No checksum algorithm of S3"),
    };

    public static byte[] Of(string algorithm, ReadOnlySpan<byte> data)
    {
        using var running = Start(algorithm);
        running.Append(data);
        return running.Finish();
    }

    /// <summary>The checksum of two pieces in a row from the checksums of each; for algorithms that <see cref="CanJoin"/>.</summary>
    public static byte[] Join(string algorithm, byte[] first, byte[] second, long secondLength)
    {
        if (algorithm == "CRC64NVME")
        {
            var joined = Shift(Crc64Nvme.Polynomial, 64, BinaryPrimitives.ReadUInt64BigEndian(first), secondLength)
                ^ BinaryPrimitives.ReadUInt64BigEndian(second);
            BinaryPrimitives.WriteUInt64BigEndian(first = new byte[8], joined);
        }
        else
        {
            var joined = (uint)Shift(algorithm == "CRC32" ? 0xEDB88320 : 0x82F63B78, 32, BinaryPrimitives.ReadUInt32BigEndian(first), secondLength)
                ^ BinaryPrimitives.ReadUInt32BigEndian(second);
            BinaryPrimitives.WriteUInt32BigEndian(first = new byte[4], joined);
        }
        return first;
    }

    /// <summary>What a CRC becomes when <paramref name="bytes"/> zero bytes follow: times x^(8·bytes) modulo the polynomial.</summary>
    private static ulong Shift(ulong polynomial, int width, ulong crc, long bytes)
    {
        var (power, square) = (1UL << (width - 1), 1UL << (width - 2));
        for (var n = bytes * 8; n > 0; n >>= 1)
        {
            if ((n & 1) != 0)
                power = Multiply(polynomial, width, square, power);
            square = Multiply(polynomial, width, square, square);
        }
        return Multiply(polynomial, width, power, crc);
    }

    private static ulong Multiply(ulong polynomial, int width, ulong a, ulong b)
    {
        ulong product = 0;
        for (var bit = 1UL << (width - 1); bit != 0; bit >>= 1)
        {
            if ((a & bit) != 0)
                product ^= b;
            b = (b & 1) != 0 ? (b >> 1) ^ polynomial : b >> 1;
        }
        return product;
    }

    private sealed class Fast(NonCryptographicHashAlgorithm hash, bool reversed = false) : IRunningChecksum
    {
        public void Append(ReadOnlySpan<byte> data) => hash.Append(data);

        public byte[] Finish()
        {
            var value = hash.GetCurrentHash();
            if (reversed)
                Array.Reverse(value);
            return value;
        }

        public void Dispose()
        {
        }
    }

    private sealed class Cryptographic(HashAlgorithmName name) : IRunningChecksum
    {
        private readonly IncrementalHash hash = IncrementalHash.CreateHash(name);

        public void Append(ReadOnlySpan<byte> data) => hash.AppendData(data);

        public byte[] Finish() => hash.GetHashAndReset();

        public void Dispose() => hash.Dispose();
    }
}

/// <summary>A checksum over data that passes by.</summary>
internal interface IRunningChecksum : IDisposable
{
    void Append(ReadOnlySpan<byte> data);

    /// <summary>The checksum, big-endian. Call once.</summary>
    byte[] Finish();
}
