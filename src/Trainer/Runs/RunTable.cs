using System.Globalization;
using CifarFast.Engine.Files;
using CsvHelper;
using CsvHelper.Configuration;

namespace CifarFast.Trainer.Runs;

/// <summary>
/// A CSV file with a header that grows by a row at a time. What could not be written is written with the next row: the table
/// keeps all its rows in memory, which are few.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="columns">The names of the columns, and what stands in them: numbers to their last bit, nothing for NaN.</param>
internal sealed class RunTable<T>(string path, (string Name, Func<T, IFormattable> Value)[] columns)
{
    private static readonly CsvConfiguration _format = new(CultureInfo.InvariantCulture) { NewLine = "\n" };

    private readonly List<T> _rows = [];
    private bool _isBehind;

    /// <summary>Why the file lacks rows, or null where it has all.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Whether the file has to be written as a whole; one that was removed begins anew, header and all.</summary>
    private bool IsBehind => _isBehind || !File.Exists(path);

    /// <summary>Begins the file anew with <paramref name="rows"/>.</summary>
    public void Begin(IEnumerable<T> rows)
    {
        _rows.Clear();
        _rows.AddRange(rows);
        _isBehind = true;
        CatchUp();
    }

    /// <summary>Adds a row.</summary>
    public void Add(T row)
    {
        _rows.Add(row);
        if (IsBehind)
        {
            CatchUp();
            return;
        }

        using var text = new MemoryStream();
        Write(text, csv => WriteRow(csv, row));
        Try(() => DurableFile.Append(path, text.GetBuffer().AsSpan(0, (int)text.Length)));
    }

    /// <summary>Writes what could not be written before, or was taken away.</summary>
    public void CatchUp()
    {
        if (IsBehind)
        {
            Try(() => DurableFile.Write(path, WriteAll));
        }
    }

    private void Try(Action write)
    {
        try
        {
            write();
            (Failure, _isBehind) = (null, false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Perhaps half a row was written: next time the whole file is.
            (Failure, _isBehind) = (error, true);
        }
    }

    private void WriteAll(Stream file) => Write(file, csv =>
    {
        foreach ((string name, _) in columns)
        {
            csv.WriteField(name);
        }

        csv.NextRecord();
        foreach (T row in _rows)
        {
            WriteRow(csv, row);
        }
    });

    private static void Write(Stream file, Action<CsvWriter> write)
    {
        using var text = new StreamWriter(file, leaveOpen: true);
        using var csv = new CsvWriter(text, _format);
        write(csv);
    }

    private void WriteRow(CsvWriter csv, T row)
    {
        foreach ((_, Func<T, IFormattable> value) in columns)
        {
            IFormattable number = value(row);
            csv.WriteField(number is double.NaN ? "" : number.ToString(null, CultureInfo.InvariantCulture));
        }

        csv.NextRecord();
    }
}
