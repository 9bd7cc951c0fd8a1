using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using CifarFast.Engine.Data;

namespace CifarFast.Engine.Tests.Data;

public sealed class CifarReaderTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData(7, 4)]
    [InlineData(1, 1)]
    [InlineData(128, 129)]
    [InlineData(300, 257)]
    public void Reads_every_byte_of_a_directory_to_its_place(int trainRecords, int testRecords)
    {
        TinyCifar.WriteDirectory(_temporary.Path, TinyCifar.Files(trainRecords, testRecords));
        AssertComplete(Read(_temporary.Path), trainRecords, testRecords);
    }

    [Fact]
    public void Reads_the_directory_below_the_one_given()
    {
        TinyCifar.WriteDirectory(_temporary.Below(TinyCifar.DirectoryName));
        AssertComplete(Read(_temporary.Path), TinyCifar.TrainRecords, TinyCifar.TestRecords);
    }

    [Fact]
    public void Reads_the_archive_lying_in_the_directory_given()
    {
        File.WriteAllBytes(_temporary.Below("cifar-10-binary.tar.gz"), TinyCifar.Archive());
        AssertComplete(Read(_temporary.Path), TinyCifar.TrainRecords, TinyCifar.TestRecords);
    }

    [Theory]
    [InlineData(7, 4)]
    [InlineData(300, 257)]
    public void Reads_an_archive_whatever_the_order_of_its_entries(int trainRecords, int testRecords)
    {
        string file = Write("any-name.tgz", TinyCifar.Archive(TinyCifar.Files(trainRecords, testRecords)));
        AssertComplete(Read(file), trainRecords, testRecords);
    }

    [Theory]
    [InlineData("")]
    [InlineData("./")]
    [InlineData("/")]
    [InlineData("../../../")]
    public void Knows_entries_by_file_name_alone_and_writes_nothing(string prefix)
    {
        string file = Write("set.tar.gz", TinyCifar.Archive(prefix: prefix));
        AssertComplete(Read(file), TinyCifar.TrainRecords, TinyCifar.TestRecords);
        Assert.Equal([file], Directory.EnumerateFileSystemEntries(_temporary.Path));
    }

    [Fact]
    public void Reads_a_bare_tar_file()
    {
        string file = Write("set.tar", TinyCifar.Tar([.. TinyCifar.Files().Select(entry => (entry.Key, entry.Value))]));
        AssertComplete(Read(file), TinyCifar.TrainRecords, TinyCifar.TestRecords);
    }

    [Fact]
    public void Skips_entries_that_do_not_belong()
    {
        Dictionary<string, byte[]> files = TinyCifar.Files();
        files["readme.html"] = new byte[5000];
        files["._data_batch_1.bin"] = new byte[100];
        AssertComplete(Read(Write("set.tar.gz", TinyCifar.Archive(files))), TinyCifar.TrainRecords, TinyCifar.TestRecords);
    }

    [Fact]
    public void Has_the_official_class_names_where_the_set_brings_none()
    {
        Dictionary<string, byte[]> files = TinyCifar.Files();
        files.Remove("batches.meta.txt");
        ImageDataset dataset = Read(TinyCifar.WriteDirectory(_temporary.Path, files));
        Assert.Equal(["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"], dataset.ClassNames);
    }

    [Fact]
    public void Reads_class_names_with_the_line_ends_of_windows()
    {
        Dictionary<string, byte[]> files = TinyCifar.Files();
        files["batches.meta.txt"] = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(string.Join("\r\n", TinyCifar.ClassNames))];
        Assert.Equal(TinyCifar.ClassNames, Read(TinyCifar.WriteDirectory(_temporary.Path, files)).ClassNames);
    }

    [Theory]
    [InlineData("data_batch_1.bin")]
    [InlineData("data_batch_5.bin")]
    [InlineData("test_batch.bin")]
    public void Names_a_missing_file(string name)
    {
        Dictionary<string, byte[]> files = TinyCifar.Files();
        files.Remove(name);
        AssertWrong(TinyCifar.WriteDirectory(_temporary.Below("directory"), files), $"lacks {name}");
        AssertWrong(Write("set.tar.gz", TinyCifar.Archive(files)), $"lacks {name}");
    }

    [Theory]
    [InlineData(DataSplit.Test)]
    [InlineData(DataSplit.Train)]
    public void Reads_one_split_without_the_files_of_the_other(DataSplit split)
    {
        foreach (byte[]? other in new[] { null, new byte[10] })
        {
            Dictionary<string, byte[]> files = TinyCifar.Files();
            foreach (string name in CifarFormat.Cifar10.FilesOf(split == DataSplit.Test ? DataSplit.Train : DataSplit.Test))
            {
                files.Remove(name);
                if (other is not null)
                {
                    files[name] = other;
                }
            }

            AssertOnly(split, TinyCifar.WriteDirectory(_temporary.Below($"directory of {other?.Length}"), files));
            AssertOnly(split, Write("set.tar.gz", TinyCifar.Archive(files)));
        }
    }

    [Theory]
    [InlineData(DataSplit.Test, "lacks test_batch.bin: expected the test file of cifar-10-binary.tar.gz")]
    [InlineData(DataSplit.Train, "lacks data_batch_2.bin, data_batch_4.bin: expected the training files of cifar-10-binary.tar.gz")]
    public void Names_what_is_missing_of_one_split(DataSplit split, string expected)
    {
        Dictionary<string, byte[]> files = TinyCifar.Files();
        Array.ForEach(["data_batch_2.bin", "data_batch_4.bin", "test_batch.bin"], name => files.Remove(name));
        string directory = TinyCifar.WriteDirectory(_temporary.Path, files);
        Assert.Equal($"{directory} {expected}", Assert.Throws<DataException>(() => Read(directory, split)).Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3072)]
    [InlineData(3074)]
    [InlineData((7 * 3073) - 1)]
    public void Names_a_file_that_is_no_whole_number_of_records(int length)
    {
        Dictionary<string, byte[]> files = TinyCifar.Files();
        files["data_batch_3.bin"] = new byte[length];
        AssertWrong(TinyCifar.WriteDirectory(_temporary.Below("directory"), files), "data_batch_3.bin", $"is {length:N0} byte{(length == 1 ? "" : "s")} long", "3,073");
        AssertWrong(Write("set.tar.gz", TinyCifar.Archive(files)), "data_batch_3.bin", $"is {length:N0} byte{(length == 1 ? "" : "s")} long", "3,073");
    }

    [Fact]
    public void Names_a_training_file_that_is_shorter_than_the_others()
    {
        Dictionary<string, byte[]> files = TinyCifar.Files();
        files["data_batch_4.bin"] = files["data_batch_4.bin"][..(2 * TinyCifar.RecordBytes)];
        AssertWrong(TinyCifar.WriteDirectory(_temporary.Path, files), "data_batch_4.bin", "has 2 records, expected 7 as in data_batch_1.bin");
    }

    [Fact]
    public void Names_a_test_file_that_is_shorter_than_the_official_one_beside_official_training_files()
    {
        TinyCifar.WriteDirectory(_temporary.Path, TinyCifar.Files(trainRecords: 0, testRecords: 9));
        foreach (string file in Directory.EnumerateFiles(_temporary.Path, "data_batch_*"))
        {
            using FileStream stream = File.OpenWrite(file);
            stream.SetLength(10_000 * TinyCifar.RecordBytes);
        }

        AssertWrong(_temporary.Path, "test_batch.bin", "has 9 records, expected 10,000");

        // The training files need not be read to know that.
        Assert.Contains("has 9 records, expected 10,000", Assert.Throws<DataException>(() => Read(_temporary.Path, DataSplit.Test)).Message);
    }

    [Fact]
    public void Names_a_file_that_is_longer_than_the_official_one()
    {
        TinyCifar.WriteDirectory(_temporary.Path);
        using (FileStream stream = File.OpenWrite(_temporary.Below("data_batch_2.bin")))
        {
            stream.SetLength(10_001 * TinyCifar.RecordBytes);
        }

        AssertWrong(_temporary.Path, "data_batch_2.bin", "at most 30,730,000");
    }

    [Theory]
    [InlineData("data_batch_2.bin", 0, 10)]
    [InlineData("data_batch_5.bin", 6, 255)]
    [InlineData("test_batch.bin", 3, 99)]
    public void Names_the_record_with_a_label_out_of_range(string name, int record, byte label)
    {
        Dictionary<string, byte[]> files = TinyCifar.Files();
        files[name][record * TinyCifar.RecordBytes] = label;
        string[] expected = [name, $"record {record + 1} of {files[name].Length / TinyCifar.RecordBytes}", $"label {label}", "expected 0 to 9"];
        AssertWrong(TinyCifar.WriteDirectory(_temporary.Below("directory"), files), expected);
        AssertWrong(Write("set.tar.gz", TinyCifar.Archive(files)), expected);
    }

    [Theory]
    [InlineData("one\ntwo\nthree", "has 3 class names, expected 10")]
    [InlineData("a\nb\nc\nd\ne\nf\ng\nh\ni\n\u001b[2Jj", "control characters")]
    public void Names_a_wrong_list_of_classes(string text, string expected)
    {
        Dictionary<string, byte[]> files = TinyCifar.Files();
        files["batches.meta.txt"] = Encoding.UTF8.GetBytes(text);
        AssertWrong(TinyCifar.WriteDirectory(_temporary.Path, files), "batches.meta.txt", expected);
    }

    [Fact]
    public void Refuses_an_endless_list_of_classes()
    {
        Dictionary<string, byte[]> files = TinyCifar.Files();
        files["batches.meta.txt"] = new byte[100_000];
        AssertWrong(Write("set.tar.gz", TinyCifar.Archive(files)), "batches.meta.txt", "100,000 bytes");
    }

    [Theory]
    [InlineData("data_batch_1", "the Python version of CIFAR-10")]
    [InlineData("data_batch_1.mat", "the Matlab version of CIFAR-10")]
    [InlineData("train.bin", "CIFAR-100")]
    [InlineData("train", "the Python version of CIFAR-100")]
    [InlineData("train-images-idx3-ubyte", "MNIST")]
    [InlineData("t10k-images-idx3-ubyte.gz", "MNIST")]
    [InlineData("train-00000-of-00001.parquet", "a data set in Parquet files")]
    [InlineData("0001.PNG", "a folder of pictures")]
    [InlineData("frog.jpg", "a folder of pictures")]
    public void Says_which_other_set_a_directory_or_archive_holds(string name, string expected)
    {
        TinyCifar.WriteDirectory(_temporary.Below("above", "raw", "other"), new() { [name] = [1, 2, 3] });
        AssertWrong(_temporary.Below("above"), expected, "cifar-10-binary.tar.gz");
        AssertWrong(_temporary.Below("above", "raw"), expected, "cifar-10-binary.tar.gz");
        AssertWrong(_temporary.Below("above", "raw", "other"), expected, "cifar-10-binary.tar.gz");
        AssertWrong(Write("other.tar.gz", TinyCifar.Compress(TinyCifar.Tar(($"cifar-other/{name}", [1, 2, 3])))), expected, "cifar-10-binary.tar.gz");
    }

    [Theory]
    [InlineData("cifar-10-python.tar.gz", "the Python version of CIFAR-10")]
    [InlineData("train-images-idx3-ubyte.gz", "MNIST")]
    public void Knows_another_set_by_the_name_of_its_file(string name, string expected)
    {
        string file = Write(name, TinyCifar.Compress([1, 2, 3]));
        AssertWrong(file, $"{file} looks like {expected}", "cifar-10-binary.tar.gz");
        AssertWrong(_temporary.Path, $"{_temporary.Path} looks like {expected}", "cifar-10-binary.tar.gz");
    }

    [Fact]
    public void Says_where_below_the_directory_given_the_set_is()
    {
        string directory = TinyCifar.WriteDirectory(_temporary.Below("data", TinyCifar.DirectoryName));
        AssertWrong(_temporary.Path, $"give {directory}");
    }

    [Fact]
    public void Recognises_the_records_of_CIFAR_100_under_the_names_of_CIFAR_10()
    {
        Dictionary<string, byte[]> files = TinyCifar.Files();
        files["data_batch_1.bin"] = new byte[5 * 3074];
        AssertWrong(TinyCifar.WriteDirectory(_temporary.Path, files), "data_batch_1.bin", "looks like CIFAR-100");
    }

    [Theory]
    [InlineData("\n <!DOCTYPE html><html>Not found", "a web page")]
    [InlineData("PK\u0003\u0004zipped", "a zip archive")]
    [InlineData("", "an empty file")]
    [InlineData("hello", "a text file")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 170052171\n", "a Git LFS pointer")]
    [InlineData("hello\0", "of an unknown format")]
    public void Says_what_a_file_is_that_is_no_archive(string content, string expected) =>
        AssertWrong(Write("cifar-10-binary.tar.gz", Encoding.ASCII.GetBytes(content)), expected, "expected the archive cifar-10-binary.tar.gz");

    [Fact]
    public void Recognises_a_pickle() =>
        AssertWrong(Write("data_batch_1", [0x80, 0x02, 0x7D]), "a Python pickle");

    [Fact]
    public void Asks_for_the_directory_where_one_file_of_it_is_given()
    {
        TinyCifar.WriteDirectory(_temporary.Path);
        AssertWrong(_temporary.Below("data_batch_1.bin"), "give the directory");
    }

    [Fact]
    public void Says_what_is_expected_of_an_empty_directory_and_of_a_path_to_nothing()
    {
        AssertWrong(_temporary.Path, _temporary.Path, "holds no CIFAR-10", "data_batch_1.bin");
        AssertWrong(_temporary.Below("nothing"), _temporary.Below("nothing"), "does not exist");
    }

    [Fact]
    public void Notices_wherever_an_archive_is_cut()
    {
        byte[] archive = TinyCifar.Archive();
        for (int part = 1; part < 16; part++)
        {
            AssertWrong(Write("set.tar.gz", archive[..(archive.Length * part / 16)]), "set.tar.gz", "cut short");
        }
    }

    [Fact]
    public void Notices_a_pixel_changed_within_an_archive()
    {
        // Uncompressed blocks, so that the changed byte is a pixel and nothing but the checksum at the end can tell.
        byte[] tar = TinyCifar.Tar([.. TinyCifar.Files().Select(file => (file.Key, file.Value))]);
        var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.NoCompression, leaveOpen: true))
        {
            gzip.Write(tar);
        }

        byte[] archive = bytes.ToArray();
        AssertComplete(Read(Write("whole.tar.gz", archive)), TinyCifar.TrainRecords, TinyCifar.TestRecords);
        archive[2000] ^= 1;
        AssertWrong(Write("damaged.tar.gz", archive), "damaged");
    }

    [Fact]
    public void Notices_gzip_that_holds_no_tar() =>
        AssertWrong(Write("set.tar.gz", TinyCifar.Compress(Encoding.ASCII.GetBytes(new string('x', 5000)))), "set.tar.gz", "damaged");

    [Fact]
    public void Notices_a_file_that_is_in_an_archive_twice()
    {
        byte[] batch = TinyCifar.Files()["test_batch.bin"];
        AssertWrong(Write("set.tar", TinyCifar.Tar(("a/test_batch.bin", batch), ("b/test_batch.bin", batch))), "test_batch.bin", "twice");
    }

    [Fact]
    public void Takes_no_link_for_a_file()
    {
        var bytes = new MemoryStream();
        using (var writer = new TarWriter(bytes, TarEntryFormat.Ustar, leaveOpen: true))
        {
            writer.WriteEntry(new UstarTarEntry(TarEntryType.SymbolicLink, "data_batch_1.bin") { LinkName = "/etc/passwd" });
        }

        AssertWrong(Write("set.tar", bytes.ToArray()), "lacks data_batch_1.bin");
    }

    [Fact]
    public void Refuses_an_archive_that_unpacks_without_end()
    {
        string file = _temporary.Below("bomb.tar.gz");
        using (var gzip = new GZipStream(File.Create(file), CompressionLevel.Fastest))
        {
            gzip.Write(HeaderOf("zeros", TarEntryType.RegularFile, 4L << 30));
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 300; i++)
            {
                gzip.Write(zeros);
            }
        }

        AssertWrong(file, "unpacks to more than 256 MB");
    }

    [Fact]
    public void Refuses_a_file_that_claims_to_be_huge_without_making_room_for_it()
    {
        byte[] archive = TinyCifar.Compress(HeaderOf("data_batch_1.bin", TarEntryType.RegularFile, 4L << 30));
        long before = GC.GetAllocatedBytesForCurrentThread();
        AssertWrong(Write("set.tar.gz", archive), "data_batch_1.bin", "expected at most 30,730,000");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public void Refuses_extended_headers_that_claim_to_be_huge() =>
        AssertWrong(Write("set.tar.gz", TinyCifar.Compress([.. HeaderOf("pax", TarEntryType.ExtendedAttributes, int.MaxValue), .. new byte[4096]])), "cut short");

    [Fact]
    public void Stops_when_cancelled()
    {
        string directory = TinyCifar.WriteDirectory(_temporary.Below("directory"));
        string archive = Write("set.tar.gz", TinyCifar.Archive());
        var cancelled = new CancellationToken(canceled: true);
        Assert.ThrowsAny<OperationCanceledException>(() => CifarReader.Read(CifarFormat.Cifar10, directory, only: null, cancelled));
        Assert.ThrowsAny<OperationCanceledException>(() => CifarReader.Read(CifarFormat.Cifar10, archive, only: null, cancelled));
    }

    [Fact]
    public void Reads_the_real_set_where_there_is_one()
    {
        string? path = Environment.GetEnvironmentVariable(DatasetLoader.EnvironmentVariable);
        Assert.SkipWhen(string.IsNullOrEmpty(path), $"{DatasetLoader.EnvironmentVariable} does not say where CIFAR-10 is");
        ImageDataset dataset = Read(path);
        Assert.Equal(50_000, dataset.Train.Count);
        Assert.Equal(10_000, dataset.Test.Count);
        Assert.Equal("airplane", dataset.ClassNames[0]);

        // The official set has as many images of each class in either half.
        Assert.All(Enumerable.Range(0, 10), label => Assert.Equal(5_000, dataset.Train.Labels.Count(label)));
        Assert.All(Enumerable.Range(0, 10), label => Assert.Equal(1_000, dataset.Test.Labels.Count(label)));

        // The first training image is a frog, the first test image a cat.
        Assert.Equal("frog", dataset.ClassNames[dataset.Train.Labels[0]]);
        Assert.Equal("cat", dataset.ClassNames[dataset.Test.Labels[0]]);
    }

    internal static void AssertComplete(ImageDataset dataset, int trainRecords, int testRecords)
    {
        Assert.Equal((5 * trainRecords, testRecords), (dataset.Train.Count, dataset.Test.Count));
        AssertImages(dataset, trainRecords);
    }

    private static void AssertOnly(DataSplit split, string path)
    {
        ImageDataset dataset = Read(path, split);
        int expected = split == DataSplit.Test ? TinyCifar.TestRecords : 5 * TinyCifar.TrainRecords;
        Assert.Equal(expected, dataset.Of(split).Count);
        Assert.Equal(expected, dataset.Train.Count + dataset.Test.Count);
        AssertImages(dataset, TinyCifar.TrainRecords);
    }

    private static void AssertImages(ImageDataset dataset, int trainRecords)
    {
        Assert.Equal("cifar10", dataset.Name);
        Assert.Equal(TinyCifar.ClassNames, dataset.ClassNames);
        for (int i = 0; i < dataset.Train.Count; i++)
        {
            AssertImage(dataset.Train, i, i / trainRecords, i % trainRecords);
        }

        for (int i = 0; i < dataset.Test.Count; i++)
        {
            AssertImage(dataset.Test, i, 5, i);
        }
    }

    private static void AssertImage(ImageSet set, int index, int file, int record)
    {
        Assert.Equal(TinyCifar.Label(file, record), set.Labels[index]);
        ReadOnlySpan<byte> pixels = set.Pixels(index);
        Assert.Equal(3072, pixels.Length);
        for (int position = 0; position < pixels.Length; position++)
        {
            if (pixels[position] != TinyCifar.Pixel(file, record, position))
            {
                Assert.Fail($"Image {index}: byte {position} is {pixels[position]}, expected {TinyCifar.Pixel(file, record, position)}");
            }
        }
    }

    private static ImageDataset Read(string path, DataSplit? only = null) => CifarReader.Read(CifarFormat.Cifar10, path, only, TestContext.Current.CancellationToken);

    private static void AssertWrong(string path, params string[] expected)
    {
        string message = Assert.Throws<DataException>(() => Read(path)).Message;
        Assert.All(expected, part => Assert.Contains(part, message));
        Assert.DoesNotContain('\n', message);
    }

    private static byte[] HeaderOf(string name, TarEntryType type, long size)
    {
        byte[] header = new byte[512];
        Encoding.ASCII.GetBytes(name).CopyTo(header, 0);
        "0000644\0"u8.CopyTo(header.AsSpan(100));
        "0000000\0"u8.CopyTo(header.AsSpan(108));
        "0000000\0"u8.CopyTo(header.AsSpan(116));
        Encoding.ASCII.GetBytes(Convert.ToString(size, 8).PadLeft(11, '0')).CopyTo(header, 124);
        "00000000000\0"u8.CopyTo(header.AsSpan(136));
        "        "u8.CopyTo(header.AsSpan(148));
        header[156] = (byte)type;
        "ustar\00000"u8.CopyTo(header.AsSpan(257));
        Encoding.ASCII.GetBytes(Convert.ToString(header.Sum(value => value), 8).PadLeft(6, '0') + "\0 ").CopyTo(header, 148);
        return header;
    }

    private string Write(string name, byte[] content)
    {
        string file = _temporary.Below(name);
        File.WriteAllBytes(file, content);
        return file;
    }
}
