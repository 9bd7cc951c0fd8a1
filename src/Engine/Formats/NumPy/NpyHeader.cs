using System.Buffers.Binary;
using System.Text;

namespace CifarFast.Engine.Formats.NumPy;

/// <summary>
/// What stands before the elements of an array in the .npy format
/// (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html): a magic number, a version, the length of a dictionary,
/// and the dictionary, which tells type, order and shape.
/// </summary>
internal sealed class NpyHeader
{
    public const string TypeKey = "descr";
    public const string OrderKey = "fortran_order";
    public const string ShapeKey = "shape";

    /// <summary>The longest dictionary that is read, as in NumPy, whose own are a tenth as long at most.</summary>
    public const int MaxDictionaryBytes = 10_000;

    /// <summary>NumPy lets the elements begin at a multiple of this.</summary>
    private const int Alignment = 64;

    private const int VersionBytes = 2;

    /// <summary>What an array begins with.</summary>
    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>The header of an array.</summary>
    /// <exception cref="FormatException">No machine could hold an array of this size.</exception>
    public NpyHeader(NpyType type, bool fortranOrder, long[] shape)
    {
        Type = type;
        FortranOrder = fortranOrder;
        Shape = shape;
        try
        {
            Count = Array.IndexOf(shape, 0) >= 0 ? 0 : shape.Aggregate(1L, (product, size) => checked(product * size));
            DataBytes = checked(Count * type.Bytes);
        }
        catch (OverflowException error)
        {
            throw new FormatException($"claims to be {this}, beyond all bounds", error);
        }
    }

    /// <summary>The type of the elements.</summary>
    public NpyType Type { get; }

    /// <summary>Whether the first index runs fastest, rather than the last.</summary>
    public bool FortranOrder { get; }

    /// <summary>The sizes, outermost first; none for a single number.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>How many elements there are.</summary>
    public long Count { get; }

    /// <summary>How many bytes they take.</summary>
    public long DataBytes { get; }

    /// <summary>Reads a header, and nothing behind it.</summary>
    /// <param name="read">Fills a span with what comes next in the file.</param>
    /// <exception cref="FormatException">It is not of an array of plain numbers; the message says what it is.</exception>
    public static NpyHeader Read(Action<Memory<byte>> read)
    {
        byte[] start = new byte[Magic.Length + VersionBytes];
        read(start);
        if (!start.AsSpan().StartsWith(Magic))
        {
            throw new FormatException("is no NumPy array: it does not begin as one");
        }

        (byte major, byte minor) = (start[^2], start[^1]);
        if (major is < 1 or > 3 || minor != 0)
        {
            throw new FormatException($"is an array of the unknown format version {major}.{minor}");
        }

        byte[] lengthBytes = new byte[major == 1 ? sizeof(ushort) : sizeof(uint)];
        read(lengthBytes);
        uint length = major == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(lengthBytes) : BinaryPrimitives.ReadUInt32LittleEndian(lengthBytes);
        if (length > MaxDictionaryBytes)
        {
            throw new FormatException($"has a header of {length:N0} bytes, expected at most {MaxDictionaryBytes:N0}");
        }

        byte[] dictionary = new byte[length];
        read(dictionary);
        return NpyDictionary.Parse(dictionary);
    }

    /// <summary>Writes the header of an array in C order, byte for byte as NumPy does.</summary>
    /// <param name="file">Where to.</param>
    /// <param name="type">The type, as NumPy has it: <c>&lt;f8</c>.</param>
    /// <param name="shape">The sizes, outermost first; none for a single number.</param>
    public static void Write(Stream file, string type, ReadOnlySpan<int> shape)
    {
        string sizes = shape.Length == 1 ? $"{shape[0]}," : string.Join(", ", shape.ToArray());
        string dictionary = $"{{'{TypeKey}': '{type}', '{OrderKey}': False, '{ShapeKey}': ({sizes}), }}";
        int start = Magic.Length + VersionBytes + sizeof(ushort);
        int padding = -(start + dictionary.Length + 1) & (Alignment - 1);
        byte[] text = Encoding.ASCII.GetBytes(dictionary + new string(' ', padding) + "\n");
        byte[] header = [.. Magic, 1, 0, (byte)text.Length, (byte)(text.Length >> 8), .. text];
        file.Write(header);
    }

    /// <summary>As <c>float64 16×3×3×3</c>, or <c>int64</c> for a single number.</summary>
    public override string ToString() => Shape.Count == 0
        ? Type.ToString()
        : $"{Type} {string.Join('×', Shape.Take(8))}{(Shape.Count > 8 ? "×…" : "")}";
}
