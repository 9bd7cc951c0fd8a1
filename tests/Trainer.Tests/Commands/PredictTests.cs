using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Hashing;
using System.Text.Json;
using CifarFast.Engine.Inference;
using CifarFast.Engine.Tests.Data;
using CifarFast.Trainer.Images;
using SkiaSharp;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>What <c>predict</c> makes of pictures of all kinds, and of files that are none.</summary>
public sealed class PredictTests(TrainedRun run) : IClassFixture<TrainedRun>, IDisposable
{
    private const int Side = 32;

    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData("png")]
    [InlineData("bmp")]
    [InlineData("webp")]
    public void A_picture_of_the_network_s_size_comes_through_byte_by_byte(string format)
    {
        using SKBitmap bitmap = Draw(Side, Side, Noise);
        string file = format == "bmp" ? SaveBmp(bitmap) : Save(bitmap, $"exact.{format}");
        Assert.Equal(Expected(Noise), Assert.Single(Predict(file)));
    }

    [Theory]
    [InlineData("a.png", 1, 1)]
    [InlineData("a.png", 7, 500)]
    [InlineData("a.jpg", 1, 900)]
    [InlineData("a.jpg", 1001, 777)]
    [InlineData("a.webp", 333, 31)]
    [InlineData("a.webp", 3000, 2000)]
    public void One_colour_stays_that_colour_at_any_size(string name, int width, int height)
    {
        // Grey, as JPEG and WebP keep it to the bit.
        var grey = new SKColor(128, 128, 128);
        using SKBitmap bitmap = Draw(width, height, (_, _) => grey);
        Assert.Equal(Expected((_, _) => grey), Assert.Single(Predict(Save(bitmap, name))));
    }

    [Fact]
    public void What_is_transparent_lies_on_white()
    {
        using SKBitmap bitmap = Draw(Side, Side, (x, _) => x < 16 ? SKColors.Transparent : new SKColor(255, 0, 0, 51));
        Assert.Equal(
            Expected((x, _) => x < 16 ? SKColors.White : new SKColor(255, 204, 204)), Assert.Single(Predict(Save(bitmap, "clear.png"))));
    }

    [Fact]
    public void Grey_pictures_are_read()
    {
        using var bitmap = new SKBitmap(Side, Side, SKColorType.Gray8, SKAlphaType.Opaque);
        bitmap.Erase(new SKColor(77, 77, 77));
        Assert.Equal(Expected((_, _) => new SKColor(77, 77, 77)), Assert.Single(Predict(Save(bitmap, "grey.png"))));
    }

    [Fact]
    public void The_middle_is_cut_out()
    {
        using SKBitmap bitmap = Draw(100, Side, (x, y) => x is < 34 or >= 66 ? SKColors.Lime : Noise(x - 34, y));
        Assert.Equal(Expected(Noise), Assert.Single(Predict(Save(bitmap, "wide.png"))));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(640)]
    [InlineData(1023)]
    public void What_is_too_fine_becomes_its_mean(int side)
    {
        using SKBitmap bitmap = Draw(side, side, (x, y) => (x + y) % 2 == 0 ? SKColors.Black : SKColors.White);
        byte[] pixels = PictureFile.Read(Save(bitmap, "fine.png"), Side, Side);
        Assert.All(pixels, value => Assert.InRange(value, 122, 133));
    }

    [Fact]
    public void The_most_probable_classes_are_shown_with_bars()
    {
        using SKBitmap bitmap = Draw(50, 40, Noise);
        string file = Save(bitmap, "one.png");
        Outcome outcome = Cifarfast.Run("predict", file, file, "--checkpoint", run.Directory, "--top", "2").Succeeded();
        Assert.StartsWith("model     ", outcome.Lines[0]);
        Assert.EndsWith(", reference", outcome.Lines[0]);
        Assert.Equal(file, outcome.Lines[2]);
        Assert.Matches(@"^  [a-z]+ +\d+\.\d\d%( [▏▎▍▌▋▊▉█]+)?$", outcome.Lines[3]);
        Assert.Equal(outcome.Lines[2..5], outcome.Lines[5..8]);
        Assert.All(outcome.Lines[3..5], line => Assert.InRange(line.Length, 1, 80));
        Assert.Equal([""], outcome.Lines[8..]);
    }

    [Fact]
    public void The_model_is_the_first_argument_unless_an_option_names_it()
    {
        using SKBitmap bitmap = Draw(50, 40, Noise);
        string one = Save(bitmap, "one.png");
        string two = Save(bitmap, "two.png");
        string[] expected = Cifarfast.Run("predict", "--checkpoint", run.Directory, one, two).Succeeded().Lines;
        Assert.Equal([one, two], expected.Where(line => line.EndsWith(".png", StringComparison.Ordinal)));
        Assert.Equal(expected, Cifarfast.Run("predict", run.Directory, one, two).Succeeded().Lines);
        Assert.Equal(expected, Cifarfast.Run("predict", run.Directory, one, "--top", "3", two).Succeeded().Lines);
        Assert.Equal(expected, Cifarfast.Run("predict", one, two, "--checkpoint", run.Directory).Succeeded().Lines);
    }

    [Fact]
    public void A_folder_of_more_than_a_batch_is_gone_through_in_order()
    {
        string folder = Directory.CreateDirectory(_temporary.Below("folder")).FullName;
        for (int i = 0; i < 130; i++)
        {
            int shade = i;
            using SKBitmap bitmap = Draw(3, 3, (_, _) => new SKColor((byte)shade, 0, 0));
            Save(bitmap, Path.Combine(folder, $"{i:D3}.PNG"));
        }

        double[][] all = Predict(folder);
        Assert.Equal(130, all.Length);
        Assert.Equal(Expected((_, _) => new SKColor(129, 0, 0)), all[129]);
    }

    [Fact]
    public void What_is_no_picture_is_named_and_the_rest_goes_on()
    {
        using SKBitmap bitmap = Draw(300, 300, Noise);
        string good = Save(bitmap, "good.png");
        var bad = new List<(string Path, string Message)>
        {
            (Write("text.png", "no picture"u8), "is a text file: expected a picture (PNG, JPEG, BMP, WebP and GIF)"),
            (Write("photo.heic", "\0\0\0\u0018ftypheic\0\0\0\0mif1heic"u8), "is a HEIC picture, which cannot be read: make a PNG or JPEG of it first"),
            (Write("pointer.png", "version https://git-lfs.github.com/spec/v1\n"u8), "is a Git LFS pointer, which stands for the file in a repository: fetch the file with 'git lfs pull'"),
            (Write("noise.png", [0xFE, 0xFF, 1, 2]), "is no picture that can be read: PNG, JPEG, BMP, WebP and GIF can"),
            (Write("start.png", File.ReadAllBytes(good).AsSpan(0, 10)), "is damaged: it begins as a PNG picture"),
            (Write("empty.png", []), "is empty"),
            (Write("cut.png", File.ReadAllBytes(good).AsSpan(0, 5000)), "is damaged, or its end is missing"),
            (Write("cut.jpg", File.ReadAllBytes(Save(bitmap, "whole.jpg")).AsSpan(0, 5000)), "is damaged, or its end is missing"),
            (Write("huge.png", HugeHeader()), "is too large: 60000 × 60000 pixels"),
            (_temporary.Below("missing.png"), "does not exist"),
            (Directory.CreateDirectory(_temporary.Below("none")).FullName, "is a folder without pictures"),
        };
        string json = _temporary.Below("record.json");
        Outcome outcome = Cifarfast.Run(["predict", "--checkpoint", run.Directory, "--json", json, .. bad.Select(one => one.Path), good]);
        Assert.Equal(ExitCode.Failure, outcome.ExitCode);
        string[] errors = outcome.Error.TrimEnd().ReplaceLineEndings("\n").Split('\n');
        Assert.Equal(bad.Count, errors.Length);
        Assert.All(bad, one => Assert.Single(errors, line => line.StartsWith($"cifarfast: '{one.Path}' {one.Message}", StringComparison.Ordinal)));
        Assert.Equal(good, outcome.Lines[2]);

        using var record = JsonDocument.Parse(File.ReadAllBytes(json));
        JsonElement root = record.RootElement;
        Assert.Equal("reference", root.GetProperty("network").GetString());
        Assert.EndsWith("best.safetensors", root.GetProperty("checkpoint").GetString());
        Assert.Equal(TinyCifar.ClassNames, root.GetProperty("classes").EnumerateArray().Select(name => name.GetString()));
        JsonElement only = Assert.Single(root.GetProperty("images").EnumerateArray());
        Assert.Equal(good, only.GetProperty("path").GetString());
        double[] probabilities = [.. only.GetProperty("probabilities").EnumerateArray().Select(value => value.GetDouble())];
        Assert.Equal(1, probabilities.Sum(), precision: 9);
        Assert.Equal(TinyCifar.ClassNames[probabilities.IndexOf(probabilities.Max())], only.GetProperty("class").GetString());
        Assert.Equal(bad.Select(one => one.Path).Order(), root.GetProperty("failures").EnumerateArray().Select(failure => failure.GetProperty("path").GetString()).Order());
    }

    [Fact]
    public void The_probabilities_alone_are_on_standard_output_where_they_are_wanted_there()
    {
        using SKBitmap bitmap = Draw(3, 3, Noise);
        string file = Save(bitmap, "one.png");
        string json = _temporary.Below("record.json");
        Cifarfast.Run("predict", run.Directory, file, "--json", json).Succeeded();
        Outcome outcome = Cifarfast.Run("predict", run.Directory, file, "--json", "-").Succeeded();
        Assert.Equal("", outcome.Output);
        Assert.Equal(File.ReadAllBytes(json), outcome.Bytes);
    }

    [Fact]
    public void Files_that_are_left_out_of_a_folder_are_counted()
    {
        using SKBitmap bitmap = Draw(3, 3, Noise);
        string folder = Directory.CreateDirectory(_temporary.Below("folder")).FullName;
        string inner = Directory.CreateDirectory(Path.Combine(folder, "inner")).FullName;
        string picture = Save(bitmap, Path.Combine(inner, "picture"));
        Assert.Equal("", Cifarfast.Run("predict", run.Directory, folder).Succeeded().Error);
        Write(Path.Combine(inner, "notes.txt"), "no picture"u8);
        Write(Path.Combine(folder, "table.csv"), [0xFE, 0xFF, 0]);
        Outcome outcome = Cifarfast.Run("predict", run.Directory, folder);
        Assert.Equal(ExitCode.Success, outcome.ExitCode);
        Assert.Equal(picture, outcome.Lines[2]);
        Assert.Equal($"cifarfast: '{folder}': 2 files left out, the first one '{inner}{Path.DirectorySeparatorChar}notes.txt', a text file{Environment.NewLine}", outcome.Error);
        File.Delete(picture);
        Cifarfast.Run("predict", run.Directory, folder).EndedWith(
            ExitCode.Failure, $"'{folder}' is a folder without pictures (PNG, JPEG, BMP, WebP and GIF): 2 files left out, the first one");
    }

    [Fact]
    public void Standard_input_is_a_picture_too()
    {
        using SKBitmap bitmap = Draw(300, 200, Noise);
        string file = Save(bitmap, "one.png");
        string[] expected = Cifarfast.Run("predict", run.Directory, file).Succeeded().Lines;
        using (FileStream input = File.OpenRead(file))
        {
            Outcome outcome = Cifarfast.RunOn(input, "predict", run.Directory, "-").Succeeded();
            Assert.Equal("-", outcome.Lines[2]);
            Assert.Equal(expected[3..], outcome.Lines[3..]);
        }

        using (var input = new MemoryStream(File.ReadAllBytes(file)))
        {
            string json = _temporary.Below("record.json");
            Assert.Equal(expected[3..], Cifarfast.RunOn(input, "predict", run.Directory, "-", "--json", json).Succeeded().Lines[3..]);
            using var record = JsonDocument.Parse(File.ReadAllBytes(json));
            Assert.Equal("-", Assert.Single(record.RootElement.GetProperty("images").EnumerateArray()).GetProperty("path").GetString());
        }

        Cifarfast.RunOn(Stream.Null, "predict", run.Directory, "-").EndedWith(ExitCode.Failure, "'-' is empty");
        using (var input = new MemoryStream("no picture"u8.ToArray()))
        {
            Cifarfast.RunOn(input, "predict", run.Directory, "-").EndedWith(ExitCode.Failure, "'-' is a text file: expected a picture");
        }

        Cifarfast.RunOn(Stream.Null, "predict", run.Directory, "-", "-").EndedWith(ExitCode.Usage, "standard input can be read once only; name - once");
        Cifarfast.Run("predict", run.Directory, "-").EndedWith(ExitCode.Usage, "- is standard input, which is the terminal; pipe a picture into it, or name a file");
    }

    [Fact]
    public void A_pipe_is_read_to_its_end()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no named pipes among the files of Windows");
        using SKBitmap bitmap = Draw(300, 200, Noise);
        string file = Save(bitmap, "one.png");
        string pipe = MakePipe();
        using var writer = Process.Start("sh", ["-c", "cat \"$0\" > \"$1\"", file, pipe]);
        string[] lines = Cifarfast.Run("predict", run.Directory, pipe).Succeeded().Lines;
        Assert.Equal(pipe, lines[2]);
        Assert.Equal(Cifarfast.Run("predict", run.Directory, file).Succeeded().Lines[3..], lines[3..]);
        writer.WaitForExit();

        // Nothing writes to it: in a folder it is not looked into.
        Cifarfast.Run("predict", run.Directory, Path.GetDirectoryName(pipe)!).EndedWith(ExitCode.Failure, "is a folder without pictures");
    }

    [Fact]
    public async Task A_signal_does_not_wait_for_a_pipe()
    {
        CifarfastProcess.SkipUnlessSignalsAreHeeded();
        using CifarfastProcess waiting = CifarfastProcess.Start(_temporary.Path, [], "predict", run.Directory, MakePipe());
        await waiting.WaitForLineAsync("model");
        await waiting.SignalAsync("INT");
        Assert.Equal(ExitCode.Interrupted, (await waiting.EndAsync()).ExitCode);
    }

    [Fact]
    public void Command_lines_that_make_no_sense()
    {
        using SKBitmap bitmap = Draw(3, 3, Noise);
        string file = Save(bitmap, "only.png");
        string[] model = ["--checkpoint", run.Directory];
        Cifarfast.Run(["predict", .. model]).EndedWith(ExitCode.Usage, "predict needs pictures. See 'cifarfast predict --help'.");
        Cifarfast.Run("predict").EndedWith(ExitCode.Usage, "predict needs a model and pictures. See 'cifarfast predict --help'.");
        Cifarfast.Run("predict", file).EndedWith(ExitCode.Usage, $"predict needs a model and pictures; '{file}' is only one of them.");
        Cifarfast.Run(["predict", .. model, "--bogus", file]).EndedWith(ExitCode.Usage, "Unknown option '--bogus'.");
        Cifarfast.Run("predict", run.Directory, "").EndedWith(ExitCode.Usage, "<image> takes a name, not an empty one.");
        Cifarfast.Run(["predict", .. model, file, "--top", "0"]).EndedWith(ExitCode.Usage, "--top takes a whole number from 1");
        Cifarfast.Run(["predict", .. model, file, "--json", file]).EndedWith(ExitCode.Usage, $"--json '{file}' is one of the pictures");
        Cifarfast.Run("predict", file, "--checkpoint", file).EndedWith(ExitCode.Failure, file);
    }

    private static SKColor Noise(int x, int y) => new((byte)((x * 37) + (y * 91)), (byte)(x * y * 13), (byte)((x * x) + (y * 7)));

    private static SKBitmap Draw(int width, int height, Func<int, int, SKColor> colour)
    {
        var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        bitmap.Pixels = [.. Enumerable.Range(0, width * height).Select(i => colour(i % width, i / width))];
        return bitmap;
    }

    /// <summary>Starts a PNG of 60,000 × 60,000 pixels, of which there are none.</summary>
    private static byte[] HugeHeader()
    {
        byte[] header = [.. "IHDR"u8, 0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60, 8, 2, 0, 0, 0];
        byte[] checksum = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(checksum, Crc32.HashToUInt32(header));
        return [0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n', 0, 0, 0, 13, .. header, .. checksum, 0, 0, 0, 0, .. "IDAT"u8, 0x35, 0xAF, 0x06, 0x1E];
    }

    /// <summary>What the network says of an image of its own size.</summary>
    private double[] Expected(Func<int, int, SKColor> colour)
    {
        SKColor[] colours = [.. Enumerable.Range(0, Side * Side).Select(i => colour(i % Side, i / Side))];
        using Classifier classifier = Classifier.Load(Path.Combine(run.Directory, "checkpoints", "best.safetensors"));
        return classifier.Predict([.. colours.Select(one => one.Red), .. colours.Select(one => one.Green), .. colours.Select(one => one.Blue)]);
    }

    private double[][] Predict(string name)
    {
        string json = _temporary.Below("record.json");
        Cifarfast.Run("predict", "--checkpoint", run.Directory, name, "--json", json).Succeeded();
        using var record = JsonDocument.Parse(File.ReadAllBytes(json));
        return [.. record.RootElement.GetProperty("images").EnumerateArray()
            .Select(image => image.GetProperty("probabilities").EnumerateArray().Select(value => value.GetDouble()).ToArray())];
    }

    private string Save(SKBitmap bitmap, string name)
    {
        using SKPixmap pixmap = bitmap.PeekPixels()!;
        using SKData? data = Path.GetExtension(name).ToLowerInvariant() switch
        {
            ".jpg" => pixmap.Encode(new SKJpegEncoderOptions(quality: 100)),
            ".webp" => pixmap.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, quality: 50)),
            _ => pixmap.Encode(SKPngEncoderOptions.Default),
        };
        return Write(name, data!.AsSpan());
    }

    /// <summary>Skia reads this format, but does not write it: 24 bits a pixel, from the last row to the first.</summary>
    private string SaveBmp(SKBitmap bitmap)
    {
        byte[] file = new byte[54 + (Side * Side * 3)];
        "BM"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        file[10] = 54;
        file[14] = 40;
        file[18] = file[22] = Side;
        file[26] = 1;
        file[28] = 24;
        for (int i = 0; i < Side * Side; i++)
        {
            SKColor colour = bitmap.GetPixel(i % Side, Side - 1 - (i / Side));
            (file[54 + (i * 3)], file[55 + (i * 3)], file[56 + (i * 3)]) = (colour.Blue, colour.Green, colour.Red);
        }

        return Write("exact.bmp", file);
    }

    /// <summary>A pipe, alone in a folder.</summary>
    private string MakePipe()
    {
        string pipe = Path.Combine(Directory.CreateDirectory(_temporary.Below("pipes")).FullName, "pipe.png");
        using var process = Process.Start("mkfifo", [pipe]);
        process.WaitForExit();
        return pipe;
    }

    private string Write(string name, ReadOnlySpan<byte> content)
    {
        string file = _temporary.Below(name);
        File.WriteAllBytes(file, content);
        return file;
    }
}
