using System.Text;
using CifarFast.Engine.Nn;
using CommunityToolkit.HighPerformance;
using CommunityToolkit.HighPerformance.Buffers;

namespace CifarFast.Engine.Data;

/// <summary>
/// Puts the files of CIFAR-10 or CIFAR-100 together as they come, in any order, and checks each of them. Pixels go straight to their
/// place in the finished set: training files must be equally long, so the first to come settles where each belongs.
/// </summary>
/// <param name="format">What the files are.</param>
/// <param name="origin">The directory or archive the files come from, for error messages.</param>
/// <param name="only">The split that is wanted; null for both.</param>
/// <param name="cancellation">Looked at between pieces of a file.</param>
internal sealed class CifarAssembler(CifarFormat format, string origin, DataSplit? only, CancellationToken cancellation)
{
    /// <summary>Records read at a time: about 400 KB, which stays in the L2 cache between the disk and its destination.</summary>
    private const int RecordsPerRead = 128;

    /// <summary>A hundred names need some 800 bytes; what is far longer is not a list of class names.</summary>
    private const int MaxClassNameBytes = 4096;

    private readonly string[] _required = format.FilesOf(only);
    private readonly HashSet<string> _seen = [];
    private byte[] _trainPixels = [];
    private int[] _trainLabels = [];
    private byte[] _testPixels = [];
    private int[] _testLabels = [];
    private IReadOnlyList<string> _classNames = format.DefaultClassNames ?? [];
    private string? _firstTrainingFile;
    private bool _isTrainingOfficial;

    /// <summary>Takes over one of the files that <see cref="CifarFormat.IsExpected"/> names, where it is wanted.</summary>
    /// <exception cref="DataException">The file came twice, or is not what it should be.</exception>
    public void Add(string fileName, Stream content, long length) => Place(fileName, length)?.Invoke(content);

    /// <summary>Finds the place of such a file, and returns what reads it into there, files beside each other; null where it is not wanted.</summary>
    /// <exception cref="DataException">The file came twice, or is not as long as it should be.</exception>
    public Action<Stream>? Place(string fileName, long length)
    {
        if (!_seen.Add(fileName))
        {
            throw Wrong(fileName, "is there twice, expected once");
        }

        if (!Wants(fileName))
        {
            _isTrainingOfficial |= format.TrainingFiles.Contains(fileName) && length == format.MaxBytesOf(fileName);
            return null;
        }

        if (fileName == format.ClassNamesFile)
        {
            return content => _classNames = ReadClassNames(content, length);
        }

        int records = CountRecords(fileName, length);
        int place = Array.IndexOf(format.TrainingFiles, fileName);
        if (place < 0)
        {
            _testPixels = new byte[records * CifarFormat.PixelBytes];
            _testLabels = new int[records];
            return content => ReadRecords(fileName, content, _testPixels, _testLabels);
        }

        int files = format.TrainingFiles.Length;
        if (_firstTrainingFile is null)
        {
            _firstTrainingFile = fileName;
            _isTrainingOfficial = records == format.OfficialTrainingRecords;
            _trainPixels = new byte[files * records * CifarFormat.PixelBytes];
            _trainLabels = new int[files * records];
        }
        else if (records * files != _trainLabels.Length)
        {
            throw Wrong(
                fileName,
                $"has {Quantity.Of(records, "record")}, expected {_trainLabels.Length / files:N0} as in {_firstTrainingFile}; one of the two is cut short, get the set again");
        }

        return content => ReadRecords(
            fileName,
            content,
            _trainPixels.AsSpan(place * records * CifarFormat.PixelBytes, records * CifarFormat.PixelBytes),
            _trainLabels.AsSpan(place * records, records));
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
                DataSplit.Train => "the training files",
                DataSplit.Test => "the test file",
                _ => "all files",
            };
            throw new DataException($"{origin} lacks {string.Join(", ", missing)}: expected {expected} of {format.ArchiveName}");
        }

        // A whole training half beside a shorter test half is an official set that lost something, not a small set.
        if (_isTrainingOfficial && only != DataSplit.Train && _testLabels.Length != CifarFormat.OfficialTestRecords)
        {
            throw Wrong(
                format.TestFile,
                $"has {Quantity.Of(_testLabels.Length, "record")}, expected {CifarFormat.OfficialTestRecords:N0} beside training files as long as the official ones; it is cut short, get the set again");
        }

        return new ImageDataset(
            format.Name,
            _classNames,
            new ImageSet(CifarFormat.Channels, CifarFormat.Height, CifarFormat.Width, _trainPixels, _trainLabels),
            new ImageSet(CifarFormat.Channels, CifarFormat.Height, CifarFormat.Width, _testPixels, _testLabels))
        {
            Normalize = format.Kind == DatasetKind.Cifar10 ? NetworkCatalog.Cifar10Normalize : null,
        };
    }

    private bool Wants(string fileName) => fileName == format.ClassNamesFile || _required.Contains(fileName);

    private int CountRecords(string fileName, long length)
    {
        if (length > format.MaxBytesOf(fileName))
        {
            throw Wrong(fileName, $"is {length:N0} bytes long, expected at most {format.MaxBytesOf(fileName):N0} ({format.OfficialRecordsOf(fileName):N0} records)");
        }

        if (length == 0 || length % format.RecordBytes != 0)
        {
            CifarFormat other = format.Kind == DatasetKind.Cifar10 ? CifarFormat.Cifar100 : CifarFormat.Cifar10;
            string guess = length > 0 && length % other.RecordBytes == 0
                ? $"; this looks like {other.Title}, give {format.Title}"
                : "; it is cut short or of another format, get the set again";
            throw Wrong(fileName, $"is {Quantity.Of(length, "byte")} long, expected whole records of {format.RecordBytes:N0} bytes{guess}");
        }

        return (int)(length / format.RecordBytes);
    }

    private void ReadRecords(string fileName, Stream content, Span<byte> pixels, Span<int> labels)
    {
        int labelBytes = format.Labels.Count;
        using var buffer = MemoryOwner<byte>.Allocate(RecordsPerRead * format.RecordBytes);
        for (int first = 0; first < labels.Length; first += RecordsPerRead)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(RecordsPerRead, labels.Length - first);
            Span<byte> bytes = buffer.Span[..(count * format.RecordBytes)];
            content.ReadExactly(bytes);

            // One record a row: the first columns hold the labels, the others the pixels.
            Span2D<byte> records = bytes.AsSpan2D(count, format.RecordBytes);
            records[.., labelBytes..].CopyTo(pixels.Slice(first * CifarFormat.PixelBytes, count * CifarFormat.PixelBytes));
            for (int i = 0; i < count; i++)
            {
                for (int byteOfLabel = 0; byteOfLabel < labelBytes; byteOfLabel++)
                {
                    Check(fileName, format.Labels[byteOfLabel], records[i, byteOfLabel], first + i, labels.Length);
                }

                labels[first + i] = records[i, format.UsedLabel];
            }
        }
    }

    private void Check(string fileName, CifarLabel label, byte value, int record, int count)
    {
        if (value >= label.Classes)
        {
            throw Wrong(
                fileName,
                $"record {record + 1:N0} of {count:N0} has {label.Name} {value}, expected 0 to {label.Classes - 1}; the file is damaged or of another set");
        }
    }

    private string[] ReadClassNames(Stream content, long length)
    {
        if (length > MaxClassNameBytes)
        {
            throw Wrong(format.ClassNamesFile, $"is {length:N0} bytes long, expected {format.Classes} class names in at most {MaxClassNameBytes:N0}");
        }

        byte[] bytes = new byte[length];
        content.ReadExactly(bytes);
        string[] names = Encoding.UTF8.GetString(bytes)
            .TrimStart('\uFEFF')
            .Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (names.Length != format.Classes)
        {
            throw Wrong(format.ClassNamesFile, $"has {Quantity.Of(names.Length, "class name")}, expected {format.Classes}, one a line");
        }

        // Names are printed as they are: what could steer a terminal must not come out of a file.
        if (names.Any(name => name.Any(char.IsControl)))
        {
            throw Wrong(format.ClassNamesFile, "has control characters, expected plain text");
        }

        return names;
    }

    private DataException Wrong(string fileName, string what) => new($"{fileName} in {origin}: {what}");
}
