using System.Text;
using CommunityToolkit.HighPerformance;
using CommunityToolkit.HighPerformance.Buffers;

namespace CifarFast.Engine.Data;

/// <summary>
/// Puts the files of CIFAR-10 together as they come, in any order, and checks each of them. Pixels go straight to their
/// place in the finished set: the five training files must be equally long, so the first to come settles where each belongs.
/// </summary>
/// <param name="origin">The directory or archive the files come from, for error messages.</param>
/// <param name="only">The split that is wanted; null for both.</param>
/// <param name="cancellation">Looked at between pieces of a file.</param>
internal sealed class Cifar10Assembler(string origin, DataSplit? only, CancellationToken cancellation)
{
    /// <summary>Records read at a time: about 400 KB, which stays in the L2 cache between the disk and its destination.</summary>
    private const int RecordsPerRead = 128;

    /// <summary>Ten names need some 60 bytes; what is far longer is not a list of class names.</summary>
    private const int MaxClassNameBytes = 4096;

    private readonly string[] _required = Cifar10Files.FilesOf(only);
    private readonly HashSet<string> _seen = [];
    private byte[] _trainPixels = [];
    private int[] _trainLabels = [];
    private byte[] _testPixels = [];
    private int[] _testLabels = [];
    private IReadOnlyList<string> _classNames = Cifar10Files.DefaultClassNames;
    private string? _firstTrainingBatch;
    private bool _isTrainingOfficial;

    /// <summary>Whether a file has to be read; of the others <see cref="Skip"/> wants to know.</summary>
    public bool Wants(string fileName) => fileName == Cifar10Files.ClassNameFile || _required.Contains(fileName);

    /// <summary>Passes over a file that is there but not wanted.</summary>
    public void Skip(string fileName, long length) =>
        _isTrainingOfficial |= fileName != Cifar10Files.TestBatch && length == Cifar10Files.MaxFileBytes;

    /// <summary>Takes over one of the files that <see cref="Cifar10Files.IsExpected"/> names, where it is wanted.</summary>
    /// <exception cref="DataException">The file came twice, or is not what it should be.</exception>
    public void Add(string fileName, Stream content, long length)
    {
        if (!_seen.Add(fileName))
        {
            throw Wrong(fileName, "is there twice, expected once");
        }

        if (!Wants(fileName))
        {
            Skip(fileName, length);
            return;
        }

        if (fileName == Cifar10Files.ClassNameFile)
        {
            _classNames = ReadClassNames(content, length);
            return;
        }

        int records = CountRecords(fileName, length);
        int batch = Cifar10Files.TrainingBatches.IndexOf(fileName);
        if (batch < 0)
        {
            _testPixels = new byte[records * Cifar10Files.PixelBytes];
            _testLabels = new int[records];
            ReadRecords(fileName, content, _testPixels, _testLabels);
            return;
        }

        int batches = Cifar10Files.TrainingBatches.Length;
        if (_firstTrainingBatch is null)
        {
            _firstTrainingBatch = fileName;
            _isTrainingOfficial = records == Cifar10Files.OfficialRecords;
            _trainPixels = new byte[batches * records * Cifar10Files.PixelBytes];
            _trainLabels = new int[batches * records];
        }
        else if (records * batches != _trainLabels.Length)
        {
            throw Wrong(
                fileName,
                $"has {Quantity.Of(records, "record")}, expected {_trainLabels.Length / batches:N0} as in {_firstTrainingBatch}; one of the two is cut short, get the set again");
        }

        ReadRecords(
            fileName,
            content,
            _trainPixels.AsSpan(batch * records * Cifar10Files.PixelBytes, records * Cifar10Files.PixelBytes),
            _trainLabels.AsSpan(batch * records, records));
    }

    /// <summary>The set, once all its files were added; a split that is not wanted is empty.</summary>
    /// <exception cref="DataException">Files are missing.</exception>
    public ImageDataset Build()
    {
        string[] missing = [.. _required.Except(_seen)];
        if (missing.Length > 0)
        {
            string expected = only switch
            {
                DataSplit.Train => "the five training files",
                DataSplit.Test => "the test file",
                _ => "the six .bin files",
            };
            throw new DataException($"{origin} lacks {string.Join(", ", missing)}: expected {expected} of {Cifar10Files.ArchiveName}");
        }

        // A whole training half beside a shorter test half is an official set that lost something, not a small set.
        if (_isTrainingOfficial && only != DataSplit.Train && _testLabels.Length != Cifar10Files.OfficialRecords)
        {
            throw Wrong(
                Cifar10Files.TestBatch,
                $"has {Quantity.Of(_testLabels.Length, "record")}, expected {Cifar10Files.OfficialRecords:N0} as in the training files; it is cut short, get the set again");
        }

        return new ImageDataset(
            Cifar10Files.DatasetName,
            _classNames,
            new ImageSet(Cifar10Files.Channels, Cifar10Files.Height, Cifar10Files.Width, _trainPixels, _trainLabels),
            new ImageSet(Cifar10Files.Channels, Cifar10Files.Height, Cifar10Files.Width, _testPixels, _testLabels));
    }

    private int CountRecords(string fileName, long length)
    {
        if (length > Cifar10Files.MaxFileBytes)
        {
            throw Wrong(fileName, $"is {length:N0} bytes long, expected at most {Cifar10Files.MaxFileBytes:N0} ({Cifar10Files.OfficialRecords:N0} records)");
        }

        if (length == 0 || length % Cifar10Files.RecordBytes != 0)
        {
            string guess = length > 0 && length % Cifar10Files.Cifar100RecordBytes == 0
                ? "; this looks like CIFAR-100, give CIFAR-10"
                : "; it is cut short or of another format, get the set again";
            throw Wrong(fileName, $"is {Quantity.Of(length, "byte")} long, expected whole records of {Cifar10Files.RecordBytes:N0} bytes{guess}");
        }

        return (int)(length / Cifar10Files.RecordBytes);
    }

    private void ReadRecords(string fileName, Stream content, Span<byte> pixels, Span<int> labels)
    {
        using var buffer = MemoryOwner<byte>.Allocate(RecordsPerRead * Cifar10Files.RecordBytes);
        for (int first = 0; first < labels.Length; first += RecordsPerRead)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(RecordsPerRead, labels.Length - first);
            Span<byte> bytes = buffer.Span[..(count * Cifar10Files.RecordBytes)];
            content.ReadExactly(bytes);

            // One record a row: the first column holds the labels, the others the pixels.
            Span2D<byte> records = bytes.AsSpan2D(count, Cifar10Files.RecordBytes);
            records[.., 1..].CopyTo(pixels.Slice(first * Cifar10Files.PixelBytes, count * Cifar10Files.PixelBytes));
            for (int i = 0; i < count; i++)
            {
                labels[first + i] = records[i, 0];
            }
        }

        int wrong = labels.IndexOfAnyExceptInRange(0, Cifar10Files.Classes - 1);
        if (wrong >= 0)
        {
            throw Wrong(
                fileName,
                $"record {wrong + 1:N0} of {labels.Length:N0} has label {labels[wrong]}, expected 0 to {Cifar10Files.Classes - 1}; the file is damaged or of another set");
        }
    }

    private string[] ReadClassNames(Stream content, long length)
    {
        if (length > MaxClassNameBytes)
        {
            throw Wrong(Cifar10Files.ClassNameFile, $"is {length:N0} bytes long, expected {Cifar10Files.Classes} class names in at most {MaxClassNameBytes:N0}");
        }

        byte[] bytes = new byte[length];
        content.ReadExactly(bytes);
        string[] names = Encoding.UTF8.GetString(bytes)
            .TrimStart('\uFEFF')
            .Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (names.Length != Cifar10Files.Classes)
        {
            throw Wrong(Cifar10Files.ClassNameFile, $"has {Quantity.Of(names.Length, "class name")}, expected {Cifar10Files.Classes}, one a line");
        }

        // Names are printed as they are: what could steer a terminal must not come out of a file.
        if (names.Any(name => name.Any(char.IsControl)))
        {
            throw Wrong(Cifar10Files.ClassNameFile, "has control characters, expected plain text");
        }

        return names;
    }

    private DataException Wrong(string fileName, string what) => new($"{fileName} in {origin}: {what}");
}
