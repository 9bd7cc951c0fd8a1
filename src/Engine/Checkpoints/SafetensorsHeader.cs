using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace CifarFast.Engine.Checkpoints;

/// <summary>
/// The header of a safetensors file, taken apart by a reader that trusts nothing: whatever deviates from the format is a fault,
/// and memory goes only to what was found in the file, never to what the file claims.
/// </summary>
internal sealed class SafetensorsHeader
{
    /// <summary>Far beyond any network; they bound what a header can make us allocate beside its own bytes.</summary>
    private const int MaxEntries = 16_384;
    private const int MaxNameBytes = 256;
    private const int MaxRank = 8;

    private readonly ReadOnlyMemory<byte> _json;
    private readonly Dictionary<string, SafetensorsTensor> _tensors = [];
    private readonly Dictionary<string, Range> _metadata = [];
    private bool _hasMetadata;

    private SafetensorsHeader(ReadOnlyMemory<byte> json) => _json = json;

    /// <summary>The tensors by name, in the order of their bytes.</summary>
    public IReadOnlyDictionary<string, SafetensorsTensor> Tensors => _tensors;

    /// <summary>Where in the header the digits of the checksum are, or null where it has none.</summary>
    public Range? ChecksumDigits { get; private set; }

    /// <summary>Takes a header apart.</summary>
    /// <param name="json">The header without its length.</param>
    /// <param name="dataBytes">How many bytes follow the header in the file.</param>
    /// <exception cref="FormatException">It is not what the format asks for; the message says what is wrong.</exception>
    public static SafetensorsHeader Parse(ReadOnlyMemory<byte> json, long dataBytes)
    {
        var header = new SafetensorsHeader(json);
        try
        {
            header.Read();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The second is what text that is not UTF-8 comes as.
            throw new FormatException("its header is not valid JSON", error);
        }

        header.CheckCoverage(dataBytes);
        header.FindChecksum();
        return header;
    }

    /// <summary>The text that the metadata have under <paramref name="key"/>, in UTF-8, or null.</summary>
    /// <exception cref="FormatException">It is not valid text.</exception>
    public byte[]? Metadata(string key)
    {
        if (!_metadata.TryGetValue(key, out Range range))
        {
            return null;
        }

        try
        {
            var reader = new Utf8JsonReader(_json.Span[range]);
            reader.Read();
            byte[] text = new byte[reader.ValueSpan.Length];
            return text[..reader.CopyString(text)];
        }
        catch (InvalidOperationException error)
        {
            throw new FormatException($"'{key}' in its metadata is not valid text", error);
        }
    }

    private static FormatException Fault(string what) => new(what);

    private void Read()
    {
        if (_json.Span is not [(byte)'{', ..])
        {
            throw Fault("its header does not begin with '{'");
        }

        // The parser would not report texts that are never asked for.
        if (!Utf8.IsValid(_json.Span))
        {
            throw Fault("its header is not UTF-8");
        }

        var reader = new Utf8JsonReader(_json.Span, new JsonReaderOptions { MaxDepth = 4 });
        reader.Read();
        while (ReadName(ref reader, "header") is string name)
        {
            if (name == SafetensorsFormat.Metadata)
            {
                ReadMetadata(ref reader);
            }
            else
            {
                Add(_tensors, name, ReadTensor(ref reader, name));
            }
        }

        // Behind the object only spaces may come; anything else makes this throw.
        reader.Read();
    }

    /// <summary>Reads the next name of an object, or its end.</summary>
    private static string? ReadName(ref Utf8JsonReader reader, string where)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.EndObject)
        {
            return null;
        }

        return reader.ValueSpan.Length <= MaxNameBytes
            ? reader.GetString()!
            : throw Fault($"a name in its {where} is longer than {MaxNameBytes} bytes");
    }

    private static void Add<T>(Dictionary<string, T> entries, string name, T entry)
    {
        if (entries.Count == MaxEntries)
        {
            throw Fault($"its header has more than {MaxEntries:N0} entries");
        }

        if (!entries.TryAdd(name, entry))
        {
            throw Fault($"its header has '{Printable(name)}' twice");
        }
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject || _hasMetadata)
        {
            throw Fault($"{SafetensorsFormat.Metadata} in its header is not one object of texts");
        }

        _hasMetadata = true;

        while (ReadName(ref reader, "metadata") is string key)
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
            {
                throw Fault($"'{Printable(key)}' in its metadata is no text");
            }

            Add(_metadata, key, (int)reader.TokenStartIndex..(int)reader.BytesConsumed);
        }
    }

    private static SafetensorsTensor ReadTensor(ref Utf8JsonReader reader, string name)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Fault($"tensor '{Printable(name)}' is not described by an object");
        }

        string? type = null;
        long[]? shape = null;
        long[]? offsets = null;
        while (ReadName(ref reader, "tensors") is string member)
        {
            switch (member)
            {
                case SafetensorsFormat.DataType when type is null:
                    reader.Read();
                    type = reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= MaxNameBytes ? reader.GetString()! : "";
                    break;
                case SafetensorsFormat.Shape when shape is null:
                    shape = ReadNumbers(ref reader, name, member);
                    break;
                case SafetensorsFormat.DataOffsets when offsets is null:
                    offsets = ReadNumbers(ref reader, name, member);
                    break;
                default:
                    throw Fault($"tensor '{Printable(name)}' has a strange or second '{Printable(member)}'");
            }
        }

        return type is null || shape is null || offsets is not [long start, long end]
            ? throw Fault($"tensor '{Printable(name)}' lacks its type, shape or two offsets")
            : Check(name, type, shape, start, end);
    }

    private static long[] ReadNumbers(ref Utf8JsonReader reader, string tensor, string member)
    {
        var numbers = new List<long>(MaxRank);
        reader.Read();
        bool isArray = reader.TokenType == JsonTokenType.StartArray;
        while (isArray && reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            isArray = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long number) && number >= 0 && numbers.Count < MaxRank;
            numbers.Add(isArray ? reader.GetInt64() : 0);
        }

        return isArray
            ? [.. numbers]
            : throw Fault($"{member} of tensor '{Printable(tensor)}' is not at most {MaxRank} whole numbers of at least 0");
    }

    private static SafetensorsTensor Check(string name, string type, long[] shape, long start, long end)
    {
        if (SafetensorsFormat.ElementBytes(type) is not int bytes)
        {
            throw Fault($"tensor '{Printable(name)}' has the unknown type '{Printable(type)}'");
        }

        // No product of eight 31-bit numbers and a size overflows here.
        if (Array.Exists(shape, size => size > int.MaxValue) ||
            shape.Aggregate((System.Numerics.BigInteger)bytes, (product, size) => product * size) != end - start)
        {
            throw Fault($"tensor '{Printable(name)}' has other offsets ({start} to {end}) than its type {type} and shape ({string.Join('×', shape)}) ask for");
        }

        return new SafetensorsTensor(name, type, [.. shape.Select(size => (int)size)], start, end);
    }

    /// <summary>Every byte behind the header must belong to one tensor: no gaps, no overlaps, none missing and none left over.</summary>
    private void CheckCoverage(long dataBytes)
    {
        long covered = 0;
        foreach (SafetensorsTensor tensor in _tensors.Values.OrderBy(tensor => tensor.Start).ThenBy(tensor => tensor.End))
        {
            if (tensor.Start != covered)
            {
                throw Fault($"tensor '{Printable(tensor.Name)}' begins at byte {tensor.Start}, expected {covered}: tensors overlap or leave gaps");
            }

            covered = tensor.End;
        }

        if (covered != dataBytes)
        {
            string cause = covered > dataBytes ? "it is cut short" : "something follows them";
            throw Fault($"its tensors take {Quantity.Of(covered, "byte")}, but {dataBytes:N0} follow the header: {cause}");
        }
    }

    private void FindChecksum()
    {
        if (!_metadata.TryGetValue(SafetensorsFormat.Checksum, out Range range))
        {
            return;
        }

        // With its quotes.
        ReadOnlySpan<byte> token = _json.Span[range];
        int digits = 1 + SafetensorsFormat.ChecksumPrefix.Length;
        if (token.Length == digits + SafetensorsFormat.NoDigits.Length + 1 &&
            token[1..].StartsWith(Encoding.ASCII.GetBytes(SafetensorsFormat.ChecksumPrefix)))
        {
            int start = range.Start.Value + digits;
            ChecksumDigits = start..(start + SafetensorsFormat.NoDigits.Length);
        }
    }

    /// <summary>Names come from a file that may be anything: what could steer a terminal must not come out of it.</summary>
    internal static string Printable(string text) => new([.. text.Take(60).Select(c => Steers(c) ? '?' : c)]);

    /// <summary>Control characters, line breaks of every kind, what turns the direction of writing, and halves of characters.</summary>
    private static bool Steers(char c) => char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format or
        UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate;
}
