using System.Text;
using CifarFast.Engine.Data;

namespace CifarFast.Engine.Tests.Data;

public sealed class Cifar100ReaderTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData(DatasetLabels.Fine)]
    [InlineData(DatasetLabels.Coarse)]
    public void Reads_every_byte_to_its_place_with_either_labels(DatasetLabels labels)
    {
        string directory = TinyCifar.WriteDirectory(_temporary.Below("directory"), TinyCifar100.Files(300, 257));
        AssertComplete(Read(directory, labels), labels, 300, 257);
        string archive = Write("any.tar.gz", TinyCifar.Archive(TinyCifar100.Files(), "cifar-100-binary/"));
        AssertComplete(Read(archive, labels), labels, TinyCifar100.TrainRecords, TinyCifar100.TestRecords);
    }

    [Fact]
    public void Reads_the_directory_below_and_the_archive_in_the_one_given()
    {
        TinyCifar.WriteDirectory(_temporary.Below("one", "cifar-100-binary"), TinyCifar100.Files());
        AssertComplete(Read(_temporary.Below("one")), DatasetLabels.Fine, TinyCifar100.TrainRecords, TinyCifar100.TestRecords);
        Directory.CreateDirectory(_temporary.Below("other"));
        Write("other/cifar-100-binary.tar.gz", TinyCifar.Archive(TinyCifar100.Files(), "cifar-100-binary/"));
        AssertComplete(Read(_temporary.Below("other")), DatasetLabels.Fine, TinyCifar100.TrainRecords, TinyCifar100.TestRecords);
    }

    [Theory]
    [InlineData(DataSplit.Train)]
    [InlineData(DataSplit.Test)]
    public void Reads_one_split_without_the_other(DataSplit split)
    {
        Dictionary<string, byte[]> files = TinyCifar100.Files();
        files.Remove(split == DataSplit.Train ? "test.bin" : "train.bin");
        ImageDataset dataset = CifarReader.Read(
            CifarFormat.Cifar100, TinyCifar.WriteDirectory(_temporary.Path, files), split, TestContext.Current.CancellationToken);
        Assert.Equal(split == DataSplit.Train ? (TinyCifar100.TrainRecords, 0) : (0, TinyCifar100.TestRecords), (dataset.Train.Count, dataset.Test.Count));
    }

    [Theory]
    [InlineData("train.bin", "lacks train.bin: expected all files of cifar-100-binary.tar.gz")]
    [InlineData("test.bin", "lacks test.bin")]
    [InlineData("fine_label_names.txt", "lacks fine_label_names.txt")]
    public void Names_a_missing_file(string name, string expected)
    {
        Dictionary<string, byte[]> files = TinyCifar100.Files();
        files.Remove(name);
        AssertWrong(files, expected);
    }

    [Fact]
    public void The_names_of_the_other_labels_need_not_be_there()
    {
        Dictionary<string, byte[]> files = TinyCifar100.Files();
        files.Remove("coarse_label_names.txt");
        Assert.Equal(TinyCifar100.Fine, Read(TinyCifar.WriteDirectory(_temporary.Path, files)).ClassNames);
        Assert.Contains("lacks coarse_label_names.txt", Assert.Throws<DataException>(() => Read(_temporary.Path, DatasetLabels.Coarse)).Message);
    }

    [Theory]
    [InlineData(0, "is 0 bytes long, expected whole records of 3,074 bytes; it is cut short or of another format")]
    [InlineData(3075, "is 3,075 bytes long, expected whole records of 3,074 bytes")]
    [InlineData(5 * 3073, "looks like CIFAR-10, give CIFAR-100")]
    public void Names_a_file_that_is_no_whole_number_of_records(int length, string expected)
    {
        Dictionary<string, byte[]> files = TinyCifar100.Files();
        files["train.bin"] = new byte[length];
        AssertWrong(files, "train.bin", expected);
    }

    [Theory]
    [InlineData("train.bin", 2, 0, 20, "coarse label 20, expected 0 to 19")]
    [InlineData("train.bin", 8, 1, 100, "fine label 100, expected 0 to 99")]
    [InlineData("test.bin", 4, 0, 255, "coarse label 255")]
    [InlineData("test.bin", 0, 1, 255, "fine label 255")]
    public void Names_the_record_with_a_label_out_of_range(string name, int record, int place, byte label, string expected)
    {
        Dictionary<string, byte[]> files = TinyCifar100.Files();
        files[name][(record * TinyCifar100.RecordBytes) + place] = label;
        AssertWrong(files, name, $"record {record + 1} of {files[name].Length / TinyCifar100.RecordBytes} has {expected}");
    }

    [Fact]
    public void Names_a_wrong_list_of_classes()
    {
        Dictionary<string, byte[]> files = TinyCifar100.Files();
        files["fine_label_names.txt"] = Encoding.UTF8.GetBytes(string.Join('\n', TinyCifar100.Coarse));
        AssertWrong(files, "fine_label_names.txt", "has 20 class names, expected 100");
    }

    [Theory]
    [InlineData("train.bin", 50_001)]
    [InlineData("test.bin", 10_001)]
    public void Names_a_file_that_is_longer_than_the_official_one(string name, int records)
    {
        TinyCifar.WriteDirectory(_temporary.Path, TinyCifar100.Files());
        using (FileStream file = File.OpenWrite(_temporary.Below(name)))
        {
            file.SetLength((long)records * TinyCifar100.RecordBytes);
        }

        Assert.Contains($"({records - 1:N0} records)", Assert.Throws<DataException>(() => Read(_temporary.Path)).Message);
    }

    [Fact]
    public void Says_that_a_directory_holds_another_set_and_how_to_take_that()
    {
        TinyCifar.WriteDirectory(_temporary.Path);
        Assert.Equal(
            $"{_temporary.Path} looks like CIFAR-10: expected the binary version of CIFAR-100 (cifar-100-binary.tar.gz), get that one, or say --dataset cifar10",
            Assert.Throws<DataException>(() => Read(_temporary.Path)).Message);
    }

    [Fact]
    public void Mutations_are_refused_in_a_line_or_make_a_valid_set()
    {
        Mutations.Check(_temporary.Path, TinyCifar100.Files(3, 2), () =>
        {
            ImageDataset dataset = Read(_temporary.Path);
            Assert.Equal(100, dataset.ClassNames.Count);
            Assert.DoesNotContain(dataset.Train.Labels.ToArray().Concat(dataset.Test.Labels.ToArray()), label => label is < 0 or > 99);
        });
    }

    private static void AssertComplete(ImageDataset dataset, DatasetLabels labels, int train, int test)
    {
        Assert.Equal(("cifar100", train, test), (dataset.Name, dataset.Train.Count, dataset.Test.Count));
        Assert.Equal(labels == DatasetLabels.Fine ? TinyCifar100.Fine : TinyCifar100.Coarse, dataset.ClassNames);
        foreach ((ImageSet set, int file) in new[] { (dataset.Train, 0), (dataset.Test, 1) })
        {
            for (int record = 0; record < set.Count; record++)
            {
                int label = TinyCifar100.Label(file, record);
                Assert.Equal(labels == DatasetLabels.Fine ? label : label / 5, set.Labels[record]);
                byte[] expected = [.. Enumerable.Range(0, 3072).Select(position => TinyCifar100.Pixel(file, record, position))];
                Assert.True(set.Pixels(record).SequenceEqual(expected), $"record {record} of file {file}");
            }
        }
    }

    private static ImageDataset Read(string path, DatasetLabels labels = DatasetLabels.Fine) =>
        CifarReader.Read(CifarFormat.Find(DatasetKind.Cifar100, labels)!, path, only: null, TestContext.Current.CancellationToken);

    private void AssertWrong(Dictionary<string, byte[]> files, params string[] expected)
    {
        string message = Assert.Throws<DataException>(() => Read(TinyCifar.WriteDirectory(_temporary.Below("wrong"), files))).Message;
        Assert.All(expected, part => Assert.Contains(part, message));
        Assert.DoesNotContain('\n', message);
    }

    private string Write(string name, byte[] content)
    {
        File.WriteAllBytes(_temporary.Below(name), content);
        return _temporary.Below(name);
    }
}
