using System.Text;
using CifarFast.Engine.Data;

namespace CifarFast.Engine.Tests.Data;

public sealed class IdxReaderTests : IDisposable
{
    private const string TrainImages = "train-images-idx3-ubyte";
    private const string TrainLabels = "train-labels-idx1-ubyte";
    private const string TestImages = "t10k-images-idx3-ubyte";
    private const string TestLabels = "t10k-labels-idx1-ubyte";

    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData(28, 28)]
    [InlineData(1, 1)]
    [InlineData(17, 40)]
    [InlineData(2000, 3)]
    public void Reads_every_byte_plain_or_compressed_under_either_spelling(int height, int width)
    {
        Dictionary<string, byte[]> files = TinyIdx.Files(height, width);
        AssertComplete(Read(Write("plain", files)), height, width);
        AssertComplete(Read(Write("compressed", TinyIdx.Compressed(files))), height, width);
        AssertComplete(Read(Write("dotted", files.ToDictionary(file => file.Key.Replace("-idx", ".idx", StringComparison.Ordinal), file => file.Value))), height, width);

        // What it is called does not tell whether it is compressed.
        AssertComplete(Read(Write("named", files.ToDictionary(file => file.Key + ".gz", file => file.Value))), height, width);
        Dictionary<string, byte[]> mixed = new(files) { [TrainLabels] = TinyCifar.Compress(files[TrainLabels]) };
        AssertComplete(Read(Write("mixed", mixed)), height, width);
    }

    [Fact]
    public void The_two_sets_differ_in_name_classes_and_whether_they_may_be_mirrored()
    {
        string directory = Write("set", TinyIdx.Files());
        ImageDataset digits = Read(directory);
        ImageDataset clothes = IdxReader.Read(IdxFormat.FashionMnist, directory, only: null, TestContext.Current.CancellationToken);
        Assert.Equal(("mnist", "7", false), (digits.Name, digits.ClassNames[7], digits.MirrorKeepsClasses));
        Assert.Equal(("fashion-mnist", "Sneaker", true), (clothes.Name, clothes.ClassNames[7], clothes.MirrorKeepsClasses));
        Assert.Equal(digits.Train.Sha256(TestContext.Current.CancellationToken), clothes.Train.Sha256(TestContext.Current.CancellationToken));
        Assert.Null(digits.Normalize);
    }

    [Theory]
    [InlineData(DataSplit.Train)]
    [InlineData(DataSplit.Test)]
    public void Reads_one_split_without_the_files_of_the_other(DataSplit split)
    {
        Dictionary<string, byte[]> files = TinyIdx.Files();
        files.Where(file => file.Key.StartsWith('t') && file.Key.StartsWith("train", StringComparison.Ordinal) != (split == DataSplit.Train)).ToList().ForEach(file => files.Remove(file.Key));
        ImageDataset dataset = IdxReader.Read(IdxFormat.Mnist, Write("set", files), split, TestContext.Current.CancellationToken);
        Assert.Equal(split == DataSplit.Train ? (TinyIdx.TrainCount, 0) : (0, TinyIdx.TestCount), (dataset.Train.Count, dataset.Test.Count));
        Assert.Equal(dataset.Train.Shape, dataset.Test.Shape);
    }

    [Fact]
    public void Names_what_is_missing_and_where_to_get_it()
    {
        Dictionary<string, byte[]> files = TinyIdx.Files();
        files.Remove(TestLabels);
        string directory = Write("set", files);
        Assert.Equal($"{directory} lacks {TestLabels}, gzip or plain: get it from {IdxFormat.Mnist.Address}", Error(directory));
    }

    [Theory]
    [InlineData(TrainImages, "1 label", "has 1 dimension: expected an IDX file of bytes with 3 dimensions (images, rows, columns)")]
    [InlineData(TrainLabels, "3 images", "has 3 dimensions: expected an IDX file of bytes with 1 dimension (labels)")]
    [InlineData(TrainImages, "type", "has elements of the type 0x0D: expected an IDX file of bytes")]
    [InlineData(TrainImages, "empty", "is an empty file: expected an IDX file of bytes with 3 dimensions (images, rows, columns); get the file again")]
    [InlineData(TestLabels, "page", "is a web page or XML, perhaps an error page in place of a download: expected an IDX file")]
    [InlineData(TestLabels, "zip", "is a zip archive: expected an IDX file")]
    [InlineData(TrainImages, "gzip", "holds no IDX file: expected an IDX file")]
    [InlineData(TrainImages, "header", "ends within its header")]
    [InlineData(TrainImages, "none", "has 0 images by its header, expected 1 to 2,147,483,647")]
    [InlineData(TrainImages, "negative", "has 4,294,967,295 rows by its header")]
    [InlineData(TrainImages, "huge", "expected 9,903,520,300,447,984,150,353,281,039 by its header (2147483647 × 2147483647 × 2147483647)")]
    [InlineData(TrainImages, "bomb", "has 9,903,520,300,447,984,150,353,281,023 elements by its header, which are not in")]
    [InlineData(TrainImages, "wide", "has images of 5000×1 pixels by its header, expected sides of at most 4,096")]
    [InlineData(TrainLabels, "fewer", "has 39 labels, expected 40, as many as ")]
    [InlineData(TrainLabels, "label", "has label 10 in record 5 of 40, expected 0 to 9")]
    [InlineData(TestImages, "cut", "is 15,691 bytes long, expected 15,696 by its header (20 × 28 × 28); it is cut short")]
    [InlineData(TestImages, "longer", "is 15,697 bytes long, expected 15,696")]
    [InlineData(TestImages, "cut gzip", "ends at record 20 of 20 that its header tells; it is cut short")]
    [InlineData(TestImages, "longer gzip", "goes on behind the 20 records that its header tells")]
    [InlineData(TestImages, "checksum", "is damaged: what is compressed in it cannot be read")]
    [InlineData(TestImages, "size", "has images of 14×56 pixels, expected 28×28 as in ")]
    public void Names_file_record_and_what_was_expected(string name, string damage, string expected)
    {
        Dictionary<string, byte[]> files = TinyIdx.Files();
        byte[] content = files[name];
        files[name] = damage switch
        {
            "1 label" => files[TrainLabels],
            "3 images" => files[TrainImages],
            "type" => [0, 0, 0x0D, .. content[3..]],
            "empty" => [],
            "page" => "<!DOCTYPE html><html>Not found"u8.ToArray(),
            "zip" => "PK\u0003\u0004zipped"u8.ToArray(),
            "gzip" => TinyCifar.Compress(Encoding.ASCII.GetBytes("hello")),
            "header" => content[..10],
            "none" => TinyIdx.Header(0, 28, 28),
            "negative" => TinyIdx.Header(40, -1, 28),
            "huge" => TinyIdx.Header(int.MaxValue, int.MaxValue, int.MaxValue),
            "bomb" => TinyCifar.Compress(TinyIdx.Header(int.MaxValue, int.MaxValue, int.MaxValue)),
            "wide" => [.. TinyIdx.Header(40, 5000, 1), .. new byte[40 * 5000]],
            "fewer" => [.. TinyIdx.Header(39), .. content[9..]],
            "label" => [.. content[..12], 10, .. content[13..]],
            "cut" => content[..^5],
            "longer" => [.. content, 0],
            "cut gzip" => TinyCifar.Compress(content[..^5]),
            "longer gzip" => TinyCifar.Compress([.. content, 0]),
            "checksum" => Changed(TinyCifar.Compress(content)),
            _ => [.. TinyIdx.Header(20, 14, 56), .. content[16..]],
        };
        string directory = Write("set", files);
        string message = Error(directory);
        Assert.StartsWith(Path.Combine(directory, name), message);
        Assert.Contains(expected, message);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Says_what_to_give_where_one_file_or_another_directory_is_given()
    {
        string directory = Write("set", TinyIdx.Files());
        Assert.Contains("is one file of MNIST: give the directory that holds it", Error(Path.Combine(directory, TrainImages)));
        Assert.Equal($"{_temporary.Path} holds no MNIST itself: give {directory}, which does", Error(_temporary.Path));
        Assert.Contains("does not exist: expected the directory with the IDX files of MNIST", Error(_temporary.Below("nothing")));
        Assert.Contains("holds no MNIST: expected train-images-idx3-ubyte", Error(Directory.CreateDirectory(_temporary.Below("empty")).FullName));
        string cifar = TinyCifar.WriteDirectory(_temporary.Below("cifar"));
        Assert.Equal($"{cifar} looks like CIFAR-10: expected the IDX files of MNIST, get them from {IdxFormat.Mnist.Address}, or say --dataset cifar10", Error(cifar));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Mutations_are_refused_in_a_line_or_make_a_valid_set(bool compressed)
    {
        Dictionary<string, byte[]> files = TinyIdx.Files(5, 4, train: 12, test: 6);
        Mutations.Check(_temporary.Path, compressed ? TinyIdx.Compressed(files) : files, () =>
        {
            ImageDataset dataset = Read(_temporary.Path);
            Assert.Equal(dataset.Train.Shape, dataset.Test.Shape);
            Assert.DoesNotContain(dataset.Train.Labels.ToArray().Concat(dataset.Test.Labels.ToArray()), label => label is < 0 or > 9);
        });
    }

    [Fact]
    public void Stops_when_cancelled()
    {
        string directory = Write("set", TinyIdx.Files());
        Assert.ThrowsAny<OperationCanceledException>(() => IdxReader.Read(IdxFormat.Mnist, directory, only: null, new CancellationToken(canceled: true)));
    }

    private static byte[] Changed(byte[] gzip)
    {
        gzip[^6] ^= 1;
        return gzip;
    }

    private static void AssertComplete(ImageDataset dataset, int height, int width)
    {
        Assert.Equal((TinyIdx.TrainCount, TinyIdx.TestCount), (dataset.Train.Count, dataset.Test.Count));
        foreach ((ImageSet set, int half) in new[] { (dataset.Train, 0), (dataset.Test, 1) })
        {
            Assert.Equal((1, height, width), (set.Channels, set.Height, set.Width));
            for (int image = 0; image < set.Count; image++)
            {
                Assert.Equal(TinyIdx.Label(half, image), set.Labels[image]);
                byte[] expected = [.. Enumerable.Range(0, height * width).Select(position => TinyIdx.Pixel(half, image, position))];
                Assert.True(set.Pixels(image).SequenceEqual(expected), $"image {image} of half {half}");
            }
        }
    }

    private static ImageDataset Read(string directory) => IdxReader.Read(IdxFormat.Mnist, directory, only: null, TestContext.Current.CancellationToken);

    private static string Error(string directory) => Assert.Throws<DataException>(() => Read(directory)).Message;

    private string Write(string name, Dictionary<string, byte[]> files) => TinyCifar.WriteDirectory(_temporary.Below(name), files);
}
