namespace CifarFast.Trainer.Console;

/// <summary>Dots drawn with characters that hold several each.</summary>
internal sealed class DotGrid
{
    private readonly int[,] _cells;
    private readonly int _dotsAcross;
    private readonly int[] _bits;
    private readonly Func<int, char> _character;

    /// <param name="columns">Characters from left to right.</param>
    /// <param name="rows">Characters from top to bottom.</param>
    /// <param name="dotsAcross">Dots of a character from left to right.</param>
    /// <param name="bits">For the dots of a character, row by row from its top, what each adds to the character's number.</param>
    /// <param name="character">The character of a number.</param>
    private DotGrid(int columns, int rows, int dotsAcross, int[] bits, Func<int, char> character)
    {
        _cells = new int[rows, columns];
        _dotsAcross = dotsAcross;
        _bits = bits;
        _character = character;
    }

    /// <summary>Two by four dots a character; those without any are blanks, which fonts without braille have too.</summary>
    public static DotGrid Braille(int columns, int rows) =>
        new(columns, rows, 2, [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80], number => number == 0 ? ' ' : (char)(0x2800 + number));

    /// <summary>Two dots a character, one above the other.</summary>
    public static DotGrid Ascii(int columns, int rows) => new(columns, rows, 1, [1, 2], number => " '.:"[number]);

    /// <summary>Dots from left to right.</summary>
    public int Width => _cells.GetLength(1) * _dotsAcross;

    /// <summary>Dots from top to bottom.</summary>
    public int Height => _cells.GetLength(0) * DotsDown;

    private int DotsDown => _bits.Length / _dotsAcross;

    /// <summary>Sets a dot, counted from the left and from the bottom.</summary>
    public void Set(int x, int y)
    {
        int fromTop = Height - 1 - y;
        _cells[fromTop / DotsDown, x / _dotsAcross] |= _bits[(fromTop % DotsDown * _dotsAcross) + (x % _dotsAcross)];
    }

    /// <summary>The characters of a row, counted from the top.</summary>
    public string Row(int row) =>
        string.Concat(Enumerable.Range(0, _cells.GetLength(1)).Select(column => _character(_cells[row, column])));
}
