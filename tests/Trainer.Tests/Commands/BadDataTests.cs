using System.IO.Compression;
using System.Text;
using CifarFast.Engine.Tests.Data;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>Data sets that are none: each is called by its name, and the run leaves nothing behind.</summary>
public sealed class BadDataTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    private string Out => _temporary.Below("runs", "first");

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void A_directory_that_is_not_there() =>
        AssertRefused(_temporary.Below("nowhere"), "does not exist", "expected the directory or the archive of a data set");

    [Fact]
    public void A_directory_that_is_empty() =>
        AssertRefused(Directory.CreateDirectory(_temporary.Below("empty")).FullName, "holds no data set", "cifar-10-binary.tar.gz", "the IDX files of MNIST", "a folder of pictures a class");

    [Fact]
    public void A_file_cut_within_a_record()
    {
        string data = WriteChanged("data_batch_3.bin", content => content[..^100]);
        AssertRefused(data, "data_batch_3.bin", "cut short", "get the set again");
    }

    [Fact]
    public void A_file_cut_between_two_records()
    {
        string data = WriteChanged("data_batch_3.bin", content => content[..^TinyCifar.RecordBytes]);
        AssertRefused(data, "data_batch_3.bin", "cut short", "get the set again");
    }

    [Fact]
    public void A_file_that_is_missing()
    {
        string data = TinyCifar.WriteDirectory(_temporary.Below("tiny"));
        File.Delete(Path.Combine(data, "data_batch_4.bin"));
        AssertRefused(data, "lacks data_batch_4.bin", "cifar-10-binary.tar.gz");
    }

    [Fact]
    public void A_label_of_ten()
    {
        string data = WriteChanged("data_batch_2.bin", content =>
        {
            content[TinyCifar.RecordBytes] = 10;
            return content;
        });
        AssertRefused(data, "data_batch_2.bin", "record 2 of 7", "label 10", "expected 0 to 9");
    }

    [Fact]
    public void A_zip_archive()
    {
        string zip = _temporary.Below("cifar-10.zip");
        ZipFile.CreateFromDirectory(TinyCifar.WriteDirectory(_temporary.Below("tiny")), zip);
        AssertRefused(zip, "a zip archive", "cifar-10-binary.tar.gz");
    }

    [Fact]
    public void A_damaged_directory_of_CIFAR_100()
    {
        string data = TinyCifar.WriteDirectory(_temporary.Below("cifar-100-binary"), new()
        {
            ["train.bin"] = new byte[3074],
            ["test.bin"] = new byte[3074],
            ["fine_label_names.txt"] = Encoding.ASCII.GetBytes("apple\n"),
        });
        AssertRefused(data, $"fine_label_names.txt in {data}: has 1 class name, expected 100");
    }

    [Fact]
    public void A_directory_that_could_be_two_things()
    {
        string data = TinyCifar.WriteDirectory(TinyCifar.WriteDirectory(_temporary.Below("both")), TinyCifar100.Files());
        AssertRefused(data, $"{data} could be cifar10 or cifar100: say which with --dataset");
    }

    [Fact]
    public void IDX_files_that_are_damaged()
    {
        Dictionary<string, byte[]> files = TinyIdx.Files();
        files["train-labels-idx1-ubyte"][20] = 77;
        string data = TinyCifar.WriteDirectory(_temporary.Below("digits"), files);
        AssertRefused(data, Path.Combine(data, "train-labels-idx1-ubyte"), "has label 77 in record 13 of 40, expected 0 to 9");
    }

    [Fact]
    public void A_web_page_that_came_in_place_of_the_archive()
    {
        string page = _temporary.Below("cifar-10-binary.tar.gz");
        File.WriteAllText(page, "<!DOCTYPE html><html><body>503 Service Unavailable</body></html>");
        AssertRefused(page, "a web page", "error page in place of a download", "cifar-10-binary.tar.gz");
        AssertRefused(_temporary.Path, "a web page", "error page in place of a download", "cifar-10-binary.tar.gz");
    }

    private string WriteChanged(string name, Func<byte[], byte[]> change)
    {
        Dictionary<string, byte[]> files = TinyCifar.Files();
        files[name] = change(files[name]);
        return TinyCifar.WriteDirectory(_temporary.Below("tiny"), files);
    }

    private void AssertRefused(string data, params string[] parts)
    {
        Outcome outcome = Cifarfast.Run("train", "--data", data, "--out", Out);
        outcome.EndedWith(ExitCode.Failure, ["--data", data, .. parts]);
        Assert.Equal("", outcome.Output);
        Assert.False(Directory.Exists(Path.GetDirectoryName(Out)), "the run left a directory behind");
    }
}
