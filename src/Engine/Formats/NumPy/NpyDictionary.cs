using System.Buffers;
using System.Text;

namespace CifarFast.Engine.Formats.NumPy;

/// <summary>
/// The Python dictionary in the header of an array, read by hand: exactly the three entries the format has, in any order, of
/// exactly the literals they can be. Nothing is evaluated.
/// </summary>
internal ref struct NpyDictionary
{
    /// <summary>The most dimensions NumPy knows.</summary>
    private const int MaxRank = 64;

    private static readonly SearchValues<byte> _allowed =
        SearchValues.Create([(byte)'\n', .. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (byte)c)]);

    private readonly ReadOnlySpan<byte> _text;
    private int _position;
    private NpyType? _type;
    private bool? _fortranOrder;
    private long[]? _shape;

    private NpyDictionary(ReadOnlySpan<byte> text) => _text = text;

    /// <summary>Reads a dictionary that is all of <paramref name="text"/> but the blanks around it.</summary>
    /// <exception cref="FormatException">It is no such dictionary, or not one of plain numbers; the message says what it is.</exception>
    public static NpyHeader Parse(ReadOnlySpan<byte> text)
    {
        if (text.ContainsAnyExcept(_allowed))
        {
            throw new FormatException("has a header with characters that are not plain ASCII");
        }

        var dictionary = new NpyDictionary(text);
        dictionary.Read();
        return dictionary is { _type: NpyType type, _fortranOrder: bool fortranOrder, _shape: long[] shape }
            ? new NpyHeader(type, fortranOrder, shape)
            : throw new FormatException($"has a header that lacks one of '{NpyHeader.TypeKey}', '{NpyHeader.OrderKey}' and '{NpyHeader.ShapeKey}'");
    }

    private void Read()
    {
        Expect('{');
        for (bool more = true; more && !Take('}');)
        {
            string key = ReadText();
            Expect(':');
            switch (key)
            {
                case NpyHeader.TypeKey when _type is null:
                    _type = ReadType();
                    break;
                case NpyHeader.OrderKey when _fortranOrder is null:
                    _fortranOrder = ReadTruth();
                    break;
                case NpyHeader.ShapeKey when _shape is null:
                    _shape = ReadShape();
                    break;
                default:
                    throw Fault($"with a strange or second '{(key.Length <= 20 ? key : key[..20] + "…")}'");
            }

            more = Take(',');
            if (!more)
            {
                Expect('}');
            }
        }

        SkipBlanks();
        if (_position < _text.Length)
        {
            throw Fault("with something behind its end");
        }
    }

    private NpyType ReadType()
    {
        SkipBlanks();
        return _position < _text.Length && _text[_position] is (byte)'[' or (byte)'('
            ? throw new FormatException("is of records, not of numbers")
            : NpyType.Parse(ReadText());
    }

    private bool ReadTruth()
    {
        SkipBlanks();
        return TakeWord("True"u8) || (TakeWord("False"u8) ? false : throw Fault($"whose '{NpyHeader.OrderKey}' is neither True nor False"));
    }

    /// <summary>Reads a tuple of sizes. One alone needs its comma, as in Python: without it, it would be a number in brackets.</summary>
    private long[] ReadShape()
    {
        var shape = new List<long>();
        Expect('(');
        while (!Take(')'))
        {
            if (shape.Count == MaxRank)
            {
                throw Fault($"of more than {MaxRank} dimensions");
            }

            shape.Add(ReadSize());
            if (!Take(','))
            {
                Expect(')');
                return shape.Count > 1 ? [.. shape] : throw Fault($"whose '{NpyHeader.ShapeKey}' is no tuple");
            }
        }

        return [.. shape];
    }

    private long ReadSize()
    {
        SkipBlanks();
        if (Take('-'))
        {
            throw Fault("with a negative size");
        }

        int start = _position;
        long size = 0;
        while (_position < _text.Length && _text[_position] is >= (byte)'0' and <= (byte)'9')
        {
            int digit = _text[_position++] - '0';
            size = size <= (long.MaxValue - digit) / 10 ? (size * 10) + digit : throw Fault("with a size beyond all bounds");
        }

        if (_position == start || (_text[start] == '0' && _position > start + 1))
        {
            throw Fault($"whose '{NpyHeader.ShapeKey}' is no tuple of whole numbers");
        }

        // What Python 2 wrote behind a long.
        TakeWord("L"u8);
        return size;
    }

    /// <summary>Reads a text in either kind of quotes; the texts of a header need no escapes.</summary>
    private string ReadText()
    {
        SkipBlanks();
        if (_position == _text.Length || _text[_position] is not ((byte)'\'' or (byte)'"'))
        {
            throw Fault("that is not a dictionary of its three entries");
        }

        byte quote = _text[_position++];
        int length = _text[_position..].IndexOfAny(quote, (byte)'\\', (byte)'\n');
        if (length < 0 || _text[_position + length] != quote)
        {
            throw Fault("with a text that does not end, or has an escape");
        }

        string text = Encoding.ASCII.GetString(_text.Slice(_position, length));
        _position += length + 1;
        return text;
    }

    private void Expect(char wanted)
    {
        if (!Take(wanted))
        {
            throw Fault($"without '{wanted}' where it must come");
        }
    }

    private bool Take(char wanted)
    {
        SkipBlanks();
        return TakeWord([(byte)wanted]);
    }

    private bool TakeWord(scoped ReadOnlySpan<byte> word)
    {
        bool found = _text[_position..].StartsWith(word);
        _position += found ? word.Length : 0;
        return found;
    }

    private void SkipBlanks()
    {
        int blanks = _text[_position..].IndexOfAnyExcept((byte)' ', (byte)'\n');
        _position = blanks < 0 ? _text.Length : _position + blanks;
    }

    private readonly FormatException Fault(string what) => new($"has a header {what} (byte {_position:N0})");
}
