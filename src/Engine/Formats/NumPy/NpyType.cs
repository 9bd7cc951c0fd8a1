using System.Buffers.Binary;
using System.Globalization;

namespace CifarFast.Engine.Formats.NumPy;

/// <summary>
/// The type of an array's elements, one of those that are plain numbers. NumPy writes it as <c>&lt;f8</c>: byte order, kind, bytes
/// (https://numpy.org/doc/stable/reference/arrays.interface.html).
/// </summary>
/// <param name="Kind">f, i, u or b, as NumPy has it.</param>
/// <param name="Bytes">Bytes of an element.</param>
/// <param name="BigEndian">Whether the most significant byte comes first.</param>
internal readonly record struct NpyType(char Kind, int Bytes, bool BigEndian)
{
    /// <summary>Whether an element is a floating-point number.</summary>
    public bool IsFloat => Kind == 'f';

    /// <summary>Whether an element is a whole number; a truth value is none.</summary>
    public bool IsInteger => Kind is 'i' or 'u';

    /// <summary>Takes a description apart.</summary>
    /// <exception cref="FormatException">It is not of plain numbers; the message says what it is of.</exception>
    public static NpyType Parse(string description)
    {
        if (description is not [var order and ('<' or '>' or '=' or '|'), var kind, .. var size])
        {
            throw new FormatException($"has the unknown type '{Excerpt(description)}'");
        }

        // Native order is that of the machine that wrote the file, which this one cannot but take for one like itself.
        bool bigEndian = order == '>' || (order != '<' && !BitConverter.IsLittleEndian);
        return (kind, size) switch
        {
            ('f', "2" or "4" or "8") or ('i' or 'u', "1" or "2" or "4" or "8") or ('b', "1") =>
                new NpyType(kind, int.Parse(size, NumberStyles.None, CultureInfo.InvariantCulture), bigEndian),
            ('O', _) => throw new FormatException("is a pickled object, which could run code, and is never loaded"),
            ('S' or 'U' or 'a', _) => throw new FormatException("is of texts, not of numbers"),
            ('V', _) => throw new FormatException("is of records, not of numbers"),
            ('M' or 'm', _) => throw new FormatException("is of dates or durations, not of numbers"),
            ('c', _) => throw new FormatException("is of complex numbers, which no weight can be"),
            _ => throw new FormatException($"has the unknown type '{Excerpt(description)}'"),
        };
    }

    /// <summary>The number an element stands for; whole numbers beyond 2⁵³ are rounded.</summary>
    /// <param name="element">Its bytes, as many as <see cref="Bytes"/>.</param>
    public double Decode(ReadOnlySpan<byte> element) => (Kind, Bytes, BigEndian) switch
    {
        ('f', 2, false) => (double)BinaryPrimitives.ReadHalfLittleEndian(element),
        ('f', 2, true) => (double)BinaryPrimitives.ReadHalfBigEndian(element),
        ('f', 4, false) => BinaryPrimitives.ReadSingleLittleEndian(element),
        ('f', 4, true) => BinaryPrimitives.ReadSingleBigEndian(element),
        ('f', _, false) => BinaryPrimitives.ReadDoubleLittleEndian(element),
        ('f', _, true) => BinaryPrimitives.ReadDoubleBigEndian(element),
        ('b', _, _) => element[0] == 0 ? 0 : 1,
        ('i', 1, _) => (sbyte)element[0],
        ('i', 2, false) => BinaryPrimitives.ReadInt16LittleEndian(element),
        ('i', 2, true) => BinaryPrimitives.ReadInt16BigEndian(element),
        ('i', 4, false) => BinaryPrimitives.ReadInt32LittleEndian(element),
        ('i', 4, true) => BinaryPrimitives.ReadInt32BigEndian(element),
        ('i', _, false) => BinaryPrimitives.ReadInt64LittleEndian(element),
        ('i', _, true) => BinaryPrimitives.ReadInt64BigEndian(element),
        (_, 1, _) => element[0],
        (_, 2, false) => BinaryPrimitives.ReadUInt16LittleEndian(element),
        (_, 2, true) => BinaryPrimitives.ReadUInt16BigEndian(element),
        (_, 4, false) => BinaryPrimitives.ReadUInt32LittleEndian(element),
        (_, 4, true) => BinaryPrimitives.ReadUInt32BigEndian(element),
        (_, _, false) => BinaryPrimitives.ReadUInt64LittleEndian(element),
        (_, _, true) => BinaryPrimitives.ReadUInt64BigEndian(element),
    };

    /// <summary>As <c>float64</c>.</summary>
    public override string ToString() => Kind switch
    {
        'f' => $"float{8 * Bytes}",
        'i' => $"int{8 * Bytes}",
        'u' => $"uint{8 * Bytes}",
        _ => "bool",
    };

    private static string Excerpt(string description) => description.Length <= 20 ? description : description[..20] + "…";
}
