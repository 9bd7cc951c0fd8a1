using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CifarFast.Engine.Checkpoints;

/// <summary>
/// What reader and writer of the safetensors format (https://huggingface.co/docs/safetensors) share: eight bytes of header length,
/// a JSON header, then the bytes of the tensors, little-endian, without a gap from the first to the last.
/// </summary>
internal static class SafetensorsFormat
{
    /// <summary>The member of the header that holds strings about the file.</summary>
    public const string Metadata = "__metadata__";

    public const string DataType = "dtype";
    public const string Shape = "shape";
    public const string DataOffsets = "data_offsets";

    /// <summary>The type of all tensors written here but counts.</summary>
    public const string Float32 = "F32";

    /// <summary>The type of counts.</summary>
    public const string Int64 = "I64";

    private const string Float16 = "F16";
    private const string BFloat16 = "BF16";
    private const string Float64 = "F64";

    /// <summary>Bytes of the header's length.</summary>
    public const int LengthBytes = sizeof(ulong);

    /// <summary>The header is filled with spaces to a multiple of this, so that the tensors behind it are aligned.</summary>
    public const int Alignment = 8;

    /// <summary>The longest header the format allows.</summary>
    public const int MaxHeaderBytes = 100_000_000;

    /// <summary>The key in the metadata of the checksum, which is this program's own addition to the format.</summary>
    public const string Checksum = "checksum";

    /// <summary>
    /// What the checksum begins with; 64 hexadecimal digits follow: the SHA-256 of the whole file with zeros in their place.
    /// </summary>
    public const string ChecksumPrefix = "sha256:";

    /// <summary>The digits of a checksum that is not known yet.</summary>
    public const string NoDigits = "0000000000000000000000000000000000000000000000000000000000000000";

    /// <summary>The digits of the checksum of a file whose header, length in front, has <see cref="NoDigits"/> in their place.</summary>
    public static string DigitsOf(ReadOnlySpan<byte> header, ReadOnlySpan<byte> data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(header);
        hash.AppendData(data);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static readonly Dictionary<string, int> _elementBytes = new()
    {
        ["BOOL"] = 1,
        ["U8"] = 1,
        ["I8"] = 1,
        ["F8_E4M3"] = 1,
        ["F8_E5M2"] = 1,
        ["U16"] = 2,
        ["I16"] = 2,
        [Float16] = 2,
        [BFloat16] = 2,
        ["U32"] = 4,
        ["I32"] = 4,
        [Float32] = 4,
        ["U64"] = 8,
        [Int64] = 8,
        [Float64] = 8,
    };

    /// <summary>Bytes of an element of the type <paramref name="dataType"/>, or null where there is no such type.</summary>
    public static int? ElementBytes(string dataType) => _elementBytes.TryGetValue(dataType, out int bytes) ? bytes : null;

    /// <summary>Whether elements of the type <paramref name="dataType"/> are floats that can be weights: those of 8 bits want a scale beside them.</summary>
    public static bool IsFloat(string dataType) => dataType is Float16 or BFloat16 or Float32 or Float64;

    /// <summary>The number that an element stands for.</summary>
    /// <param name="dataType">Its type: one of floats, or <see cref="Int64"/>.</param>
    /// <param name="element">Its bytes, as many as <see cref="ElementBytes"/>.</param>
    public static double Decode(string dataType, ReadOnlySpan<byte> element) => dataType switch
    {
        Float16 => (double)BinaryPrimitives.ReadHalfLittleEndian(element),
        BFloat16 => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(element) << 16),
        Float32 => BinaryPrimitives.ReadSingleLittleEndian(element),
        Float64 => BinaryPrimitives.ReadDoubleLittleEndian(element),
        Int64 => BinaryPrimitives.ReadInt64LittleEndian(element),
        _ => throw new ArgumentOutOfRangeException(nameof(dataType)),
    };
}
