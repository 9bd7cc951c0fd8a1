using System.Text;
using CifarFast.Engine.Files;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Checkpoints;
using CifarFast.Engine.Tests.Data;
using CifarFast.Engine.Tests.Formats.NumPy;
using CifarFast.Engine.Tests.Formats.Onnx;

namespace CifarFast.Engine.Tests.Files;

/// <summary>Files are called by their names. Text in these cases stands for bytes, a character each.</summary>
public class FileSignatureTests
{
    [Theory]
    [InlineData("", nameof(FileKind.Empty), "an empty file")]
    [InlineData("\u0089PNG\r\n\u001A\n", nameof(FileKind.Picture), "a PNG picture")]
    [InlineData("\u00FF\u00D8\u00FF\u00E0\0\u0010JFIF", nameof(FileKind.Picture), "a JPEG picture")]
    [InlineData("GIF89a", nameof(FileKind.Picture), "a GIF picture")]
    [InlineData("RIFF\u0001\u0002\u0003\u0004WEBPVP8 ", nameof(FileKind.Picture), "a WebP picture")]
    [InlineData("BM\u0001\u0002\u0003\u0004\0\0\0\0\u0036\0\0\0\u0028\0\0\0", nameof(FileKind.Picture), "a BMP picture")]
    [InlineData("BMW is a maker of cars and not of pictures", nameof(FileKind.Text), "a text file")]
    [InlineData("\0\0\0\u0018ftypheic\0\0\0\0mif1heic", nameof(FileKind.OtherPicture), "a HEIC picture")]
    [InlineData("\0\0\0\u0018ftypmif1\0\0\0\0mif1heix", nameof(FileKind.OtherPicture), "a HEIC picture")]
    [InlineData("\0\0\0\u001Cftypmif1\0\0\0\0mif1avifmiaf", nameof(FileKind.OtherPicture), "an AVIF picture")]
    [InlineData("\0\0\0\u0020ftypisom\0\0\u0002\0isomiso2avc1mp41", nameof(FileKind.Other), "a film")]
    [InlineData("II*\0\u0008\0\0\0", nameof(FileKind.OtherPicture), "a TIFF picture")]
    [InlineData("MM\0*\0\0\0\u0008", nameof(FileKind.OtherPicture), "a TIFF picture")]
    [InlineData("\0\0\0\u000CJXL \r\n\u0087\n", nameof(FileKind.OtherPicture), "a JPEG XL picture")]
    [InlineData("\0\0\0\u000CjP  \r\n\u0087\n", nameof(FileKind.OtherPicture), "a JPEG 2000 picture")]
    [InlineData("%PDF-1.7", nameof(FileKind.OtherPicture), "a PDF document")]
    [InlineData("<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'/>", nameof(FileKind.OtherPicture), "an SVG drawing")]
    [InlineData("\n<!DOCTYPE html><html>Not found</html>", nameof(FileKind.WebPage), "a web page")]
    [InlineData("\u0080\u0002\u008A\nl\u00FC\u009CF\u00F9 j\u00A8P\u0019.\u0080\u0002M", nameof(FileKind.PyTorch), "a pickled PyTorch file")]
    [InlineData("\u0080\u0002}q\u0001(U\u000Bbatch_labelq\u0002U\u0015training batch 1 of 5q\u0003", nameof(FileKind.Pickle), "a Python pickle of CIFAR images")]
    [InlineData("\u0080\u0004\u0095\u0010\0\0\0\0\0\0\0}", nameof(FileKind.Pickle), "a Python pickle")]
    [InlineData("\u0089HDF\r\n\u001A\n", nameof(FileKind.Model), "an HDF5 file, as Keras writes")]
    [InlineData("\u0008\u0007\u0012\u0007pytorch\u001A\u00051.9.0", nameof(FileKind.Model), "an ONNX model")]
    [InlineData("\u0008\u0008:\u00A1\u0003", nameof(FileKind.Model), "an ONNX model")]
    [InlineData("\u0008\u0001\u0012\u00F5\u0092\u0001", nameof(FileKind.Model), "a TensorFlow SavedModel")]
    [InlineData("\u001C\0\0\0TFL3", nameof(FileKind.Model), "a TensorFlow Lite model")]
    [InlineData("GGUF\u0003\0\0\0", nameof(FileKind.Model), "a GGUF model")]
    [InlineData("\u0093NUMPY\u0001\0v\0{'descr'", nameof(FileKind.Npy), "a NumPy array (.npy)")]
    [InlineData("MATLAB 5.0 MAT-file, Platform: GLNXA64", nameof(FileKind.Data), "a Matlab file")]
    [InlineData("PAR1\u0015\u0004", nameof(FileKind.Data), "a Parquet file")]
    [InlineData("\u001F\u008B\u0008\0", nameof(FileKind.Gzip), "a gzip file")]
    [InlineData("\u00FD7zXZ\0", nameof(FileKind.Archive), "an xz file")]
    [InlineData("BZh91AY", nameof(FileKind.Archive), "a bzip2 file")]
    [InlineData("PK\u0005\u0006", nameof(FileKind.Zip), "an empty zip archive")]
    [InlineData("PK\u0003\u0004", nameof(FileKind.Zip), "a zip archive")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 4590984\n", nameof(FileKind.LargeFilePointer), "a Git LFS pointer")]
    [InlineData("\0\u0005\u0016\u0007\0\u0002\0\0Mac OS X", nameof(FileKind.Other), "a companion file of macOS")]
    [InlineData("{\"epochs\": 20}", nameof(FileKind.Text), "a JSON file")]
    [InlineData("epoch,loss\r\n1,1.7\r\n", nameof(FileKind.Text), "a text file")]
    [InlineData("\u00EF\u00BB\u00BFgr\u00C3\u00BC\u00C3\u009Fe", nameof(FileKind.Text), "a text file")]
    [InlineData("text\u0001", nameof(FileKind.Unknown), "of an unknown format")]
    [InlineData("\u00FFtext", nameof(FileKind.Unknown), "of an unknown format")]
    public void Tells_what_a_file_is(string content, string kind, string description)
    {
        var signature = FileSignature.Of(Encoding.Latin1.GetBytes(content));
        Assert.Equal(kind, $"{signature.Kind}");
        Assert.StartsWith(description, signature.Description);
    }

    [Fact]
    public void Tells_what_is_written_here()
    {
        Assert.Equal(FileKind.Safetensors, FileSignature.Of(TinyRun.File()).Kind);
        Assert.Equal(FileKind.Npz, FileSignature.Of(SmallNetwork.Archive(SmallNetwork.Arrays())).Kind);
        using var network = Exported.Network(new Architecture("plain", new Shape(4), new Linear(4, 3)), batchSize: 1, seed: 1);
        Assert.Equal("an ONNX model", FileSignature.Of(Exported.Model(network)).Description);
        Assert.Equal(FileKind.Tar, FileSignature.Of(TinyCifar.Tar(("some/file", [1, 2, 3]))).Kind);
        Assert.Equal(FileKind.Gzip, FileSignature.Of(TinyCifar.Archive()).Kind);
    }

    [Theory]
    [InlineData("archive/data.pkl", nameof(FileKind.PyTorch))]
    [InlineData("model/.format_version", nameof(FileKind.PyTorch))]
    [InlineData("metadata.json", nameof(FileKind.Model))]
    [InlineData("W1.npy", nameof(FileKind.Npz))]
    [InlineData("word/document.xml", nameof(FileKind.Zip))]
    public void Tells_what_a_zip_archive_is_of(string name, string kind) =>
        Assert.Equal(kind, $"{FileSignature.Of(ZipBytes.Archive(new ZipBytes(name, [1, 2, 3]))).Kind}");

    /// <summary>Damage to the first bytes makes no other file of a checkpoint.</summary>
    [Fact]
    public void A_damaged_checkpoint_is_not_taken_for_something_else()
    {
        byte[] file = TinyRun.File()[..FileSignature.Length];
        for (int i = 0; i < sizeof(ulong) + 1; i++)
        {
            byte before = file[i];
            for (int value = 0; value <= byte.MaxValue; value++)
            {
                file[i] = (byte)value;
                Assert.True(FileSignature.Of(file).Kind is FileKind.Safetensors or FileKind.Unknown, $"byte {i} of {value}");
            }

            file[i] = before;
        }
    }

    /// <summary>All cuts of a character at the end of what is looked at.</summary>
    [Fact]
    public void Text_of_any_length_is_text()
    {
        for (int shift = 0; shift < 4; shift++)
        {
            byte[] text = Encoding.UTF8.GetBytes(new string('a', shift) + string.Concat(Enumerable.Repeat("😀ü€", 1000)));
            Assert.Equal(FileKind.Text, FileSignature.Of(text).Kind);
        }
    }

    [Fact]
    public void Nothing_that_is_no_file_is_opened()
    {
        using var directory = new TemporaryDirectory();
        Assert.Equal(FileKind.Unreadable, FileSignature.Of(directory.Path).Kind);
        Assert.Equal(FileKind.Unreadable, FileSignature.Of(directory.Below("missing")).Kind);
        Assert.Equal(FileKind.Unreadable, FileSignature.Of("").Kind);
        Assert.Equal(OperatingSystem.IsWindows() ? FileKind.Unreadable : FileKind.Unknown, FileSignature.Of("/dev/zero").Kind);
        File.WriteAllText(directory.Below("text"), "text");
        Assert.Equal(FileKind.Text, FileSignature.Of(directory.Below("text")).Kind);
    }
}
