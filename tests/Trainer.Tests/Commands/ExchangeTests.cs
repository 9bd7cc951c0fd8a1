using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Formats.NumPy;
using CifarFast.Engine.Tests.Data;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>Networks that leave for other programs and come back.</summary>
public sealed class ExchangeTests : IDisposable
{
    private const int TrainImages = 120;
    private const int BatchSize = 2;

    private readonly TemporaryDirectory _temporary = new();
    private readonly string _data;
    private readonly string _run;

    public ExchangeTests()
    {
        _data = TinyCifar.WriteDirectory(_temporary.Below("data"), TinyCifar.Files(TrainImages / 5, testRecords: 20));
        _run = _temporary.Below("run");
    }

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData("safetensors")]
    [InlineData("npz")]
    public void Weights_come_back_bit_by_bit(string format)
    {
        Train(_run, "--max-steps", "3");
        string last = Last(_run);
        string exported = Export(last, format);
        string imported = Import(exported);
        Assert.Equal(WeightsFile.Read(last).Tensors, WeightsFile.Read(imported).Tensors);
        Assert.True(WeightsFile.Read(last).Data.SequenceEqual(WeightsFile.Read(imported).Data), "the weights changed on the way");
        Assert.Equal(
            Cifarfast.Run("eval", "--checkpoint", last).Succeeded().Lines[2..],
            Cifarfast.Run("eval", "--checkpoint", imported, "--data", _data).Succeeded().Lines[2..]);
    }

    /// <summary>In the middle of an epoch, at the end of one, and at the start.</summary>
    [Theory]
    [InlineData(55)]
    [InlineData(60)]
    [InlineData(63)]
    public void A_run_goes_on_from_a_NumPy_checkpoint_as_from_its_own(int steps)
    {
        string[] two = ["--max-steps", $"{steps + 2}"];
        Train(_run, "--max-steps", $"{steps}");
        string imported = Import(Export(Last(_run), "npz"), "--train-images", $"{TrainImages}", "--batch-size", $"{BatchSize}");

        string own = _temporary.Below("own");
        Cifarfast.Run(["train", "--no-report", "--resume", _run, "--out", own, .. two]).Succeeded();
        string foreign = _temporary.Below("foreign");
        Outcome outcome = Cifarfast.Run(["train", "--no-report", "--resume", imported, "--out", foreign, .. Recipe, .. two]).Succeeded();

        Assert.Contains($"(step {steps})", outcome.Lines[0]);
        Assert.Equal(RunFiles.Tensors(own), RunFiles.Tensors(foreign));
        Assert.Equal(Summary.Load(own).Number("steps"), Summary.Load(foreign).Number("steps"));
    }

    [Fact]
    public void The_history_of_a_NumPy_checkpoint_goes_back_with_it()
    {
        Train(_run, "--epochs", "2");
        string first = Export(Last(_run), "npz");
        string imported = Import(first, "--train-images", $"{TrainImages}", "--batch-size", $"{BatchSize}");
        string further = _temporary.Below("further");
        Cifarfast.Run(["train", "--no-report", "--resume", imported, "--out", further, .. Recipe, "--epochs", "3"]).Succeeded();

        NumPyCheckpoint before = NumPyCheckpoint.Find(first)!;
        NumPyCheckpoint after = NumPyCheckpoint.Find(Export(Last(further), "npz"))!;
        Assert.Equal((2, 0, 3, 0), (before.Epoch, before.Batch, after.Epoch, after.Batch));
        double[] losses = Summary.Load(further).OfEpochs("train_loss");
        Assert.Equal(Summary.Load(_run).OfEpochs("train_loss"), before.TrainLossHistory);
        Assert.Equal(losses, after.TrainLossHistory);
        Assert.Equal(before.TrainLossHistory, losses[..2]);
        Assert.Equal(3, after.TrainAccuracyHistory.Count);
    }

    [Theory]
    [InlineData("1", 60)]
    [InlineData("1.5", 90)]
    public void A_run_of_more_epochs_than_are_asked_for_says_so(string epochs, int steps)
    {
        Train(_run, "--epochs", "2");
        string imported = Import(Export(Last(_run), "npz"), "--train-images", $"{TrainImages}", "--batch-size", $"{BatchSize}");
        Cifarfast.Run(["train", "--no-report", "--resume", imported, "--out", _temporary.Below("out"), .. Recipe, "--epochs", epochs]).EndedWith(
            ExitCode.Failure, $"{imported} does not fit: it has made 120 steps, and the epochs that were asked for come to {steps}; ask for more\n");
    }

    [Fact]
    public void A_run_that_went_on_from_a_NumPy_checkpoint_can_go_on_itself()
    {
        Train(_run, "--max-steps", "55");
        string imported = Import(Export(Last(_run), "npz"), "--train-images", $"{TrainImages}", "--batch-size", $"{BatchSize}");
        string whole = _temporary.Below("whole");
        string parts = _temporary.Below("parts");
        Cifarfast.Run(["train", "--no-report", "--resume", imported, "--out", whole, .. Recipe, "--momentum", "0.9", "--max-steps", "175"]).Succeeded();
        Cifarfast.Run(["train", "--no-report", "--resume", imported, "--out", parts, .. Recipe, "--momentum", "0.9", "--max-steps", "58"]).Succeeded();
        Cifarfast.Run("train", "--no-report", "--resume", parts, "--max-steps", "123").Succeeded();
        Cifarfast.Run("train", "--no-report", "--resume", parts, "--max-steps", "175").Succeeded();
        RunFiles.AssertSameEnd(whole, parts);
    }

    [Fact]
    public void A_checkpoint_that_does_not_fit_its_run_says_what_to_say()
    {
        Train(_run, "--max-steps", "55");
        string exported = Export(Last(_run), "npz");
        Cifarfast.Run("import", exported, "--out", _temporary.Below("wrong"), "--train-images", "20", "--batch-size", "2").EndedWith(
            ExitCode.Failure, $"{exported} stands in epoch 0 after batch 55, but an epoch has 10 batches; say --batch-size and --train-images");
        string imported = Import(exported);
        Cifarfast.Run(["train", "--no-report", "--resume", imported, .. Recipe]).EndedWith(
            ExitCode.Failure, "lies in no run's folder; say with --out where the run is to go on");
        Cifarfast.Run("train", "--no-report", "--resume", imported, "--out", _temporary.Below("out"), "--data", _data, "--batch-size", "30").EndedWith(
            ExitCode.Failure, "does not fit: the state in it cannot be that of a run over 120 images in batches of 30");
    }

    [Fact]
    public void Models_are_selected_by_the_extension_or_the_format()
    {
        Train(_run, "--epochs", "1");
        string model = _temporary.Below("model.onnx");
        Outcome outcome = Cifarfast.Run("export", "--checkpoint", _run, "--out", model, "--probabilities").Succeeded();
        Assert.Matches(@" written to .*model\.onnx \(onnx, [\d,]+ bytes\)$", outcome.Lines[0]);
        string named = _temporary.Below("model");
        Cifarfast.Run("export", "--checkpoint", _run, "--out", named, "--format", "onnx", "--probabilities").Succeeded();
        Assert.Equal(File.ReadAllBytes(model), File.ReadAllBytes(named));

        Cifarfast.Run("export", _run, "--out", named, "--format", "onnx", "--probabilities").Succeeded();
        Assert.Equal(File.ReadAllBytes(model), File.ReadAllBytes(named));

        Cifarfast.Run("export", "--out", named, "--format", "onnx").EndedWith(ExitCode.Usage, "export needs a model. See 'cifarfast export --help'.");
        Cifarfast.Run("export", "--checkpoint", _run, "--out", named).EndedWith(ExitCode.Usage, "does not tell the format by its extension; say it with --format");
        Cifarfast.Run("export", "--checkpoint", _run, "--out", named, "--format", "keras").EndedWith(ExitCode.Usage, "--format takes onnx or safetensors or npz, not 'keras'.");
        Cifarfast.Run("export", "--checkpoint", _run, "--out", _temporary.Below("x.npz"), "--probabilities").EndedWith(ExitCode.Usage, "--probabilities is for --format onnx only");
        Cifarfast.Run("export", "--checkpoint", _run, "--out", _temporary.Below("x.npz"), "--opset", "13").EndedWith(ExitCode.Usage, "--opset is for --format onnx only");
        foreach (string set in new[] { "12", "23", "x" })
        {
            Cifarfast.Run("export", "--checkpoint", _run, "--out", named, "--opset", set).EndedWith(ExitCode.Usage, $"--opset takes a whole number from 13 to 22, not '{set}'.");
        }

        string copy = Copy();
        Cifarfast.Run("export", "--checkpoint", copy, "--out", copy).EndedWith(ExitCode.Usage, "is the checkpoint itself; name another file");
        Cifarfast.Run("export", "--checkpoint", _temporary.Below("nowhere"), "--out", model).EndedWith(ExitCode.Failure, "nowhere does not exist");
    }

    [Theory]
    [InlineData("onnx")]
    [InlineData("safetensors")]
    [InlineData("npz")]
    public void A_file_alone_is_on_standard_output_where_it_is_wanted_there(string format)
    {
        Train(_run, "--max-steps", "3");
        string exported = Export(_run, format);
        Outcome outcome = Cifarfast.Run("export", _run, "--out", "-", "--format", format);
        Assert.Equal((ExitCode.Success, ""), (outcome.ExitCode, outcome.Output));
        Assert.Equal(File.ReadAllBytes(exported), outcome.Bytes);
        Assert.Matches($@"^\S+ written to standard output \({format}, [\d,]+ bytes\)\r?\n$", outcome.Error);
        if (format != "onnx")
        {
            Outcome imported = Cifarfast.Run("import", exported, "--out", "-");
            Assert.Equal((ExitCode.Success, ""), (imported.ExitCode, imported.Output));
            Assert.Equal(File.ReadAllBytes(Import(exported)), imported.Bytes);
        }

        Cifarfast.Run("export", _run, "--out", "-").EndedWith(ExitCode.Usage, "--out '-' does not tell the format by its extension; say it with --format");
    }

    [Theory]
    [InlineData("x.npz", "import", "MODEL")]
    [InlineData("x.ONNX", "import", "MODEL")]
    [InlineData("x.safetensors", "export", "MODEL", "--format", "npz")]
    [InlineData("x.onnx", "export", "MODEL", "--format", "npz")]
    [InlineData("x.npz", "export", "MODEL", "--format", "onnx")]
    public void A_name_of_another_format_is_refused(string name, params string[] args)
    {
        string file = _temporary.Below(name);
        string written = args[0] == "import" ? "safetensors" : args[^1];
        Cifarfast.Run([.. args, "--out", file]).EndedWith(
            ExitCode.Usage, $"--out '{file}' ends in {Path.GetExtension(name).ToLowerInvariant()}, but what is written is {written}; end its name in .{written}");
        Assert.False(File.Exists(file));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("x.bin")]
    [InlineData("x.SafeTensors")]
    public void Other_names_are_as_good_as_any(string name)
    {
        Train(_run, "--max-steps", "3");
        string exported = _temporary.Below(name);
        Cifarfast.Run("export", _run, "--format", "safetensors", "--out", exported).Succeeded();
        Cifarfast.Run("import", exported, "--out", _temporary.Below($"imported-{name}")).Succeeded();
    }

    [Fact]
    public void What_is_no_weights_is_named()
    {
        string file = _temporary.Below("file.npz");
        string imported = _temporary.Below("imported.safetensors");
        Cifarfast.Run("import", file, "--out", imported).EndedWith(ExitCode.Failure, $"{file} does not exist");
        File.WriteAllBytes(file, "PK\x03\x04 cut short"u8.ToArray());
        Cifarfast.Run("import", file, "--out", imported).EndedWith(ExitCode.Failure, $"{file} is damaged, or no .npz file");
        File.WriteAllText(file, "weights");
        Cifarfast.Run("import", file, "--out", imported).EndedWith(ExitCode.Failure, $"{file} is a text file: expected a checkpoint, or weights in the safetensors or .npz format");
        Cifarfast.Run("import", file, "--out", file).EndedWith(ExitCode.Usage, "is the file itself; name another one");
        Cifarfast.Run("import", file).EndedWith(ExitCode.Usage, "Option '--out' is required.");
        Assert.False(File.Exists(imported));
    }

    [Fact]
    public void What_a_run_is_made_of_is_never_written_to()
    {
        Train(_run, "--max-steps", "3");
        string model = Copy();
        string[] files = [.. Directory.GetFiles(_run, "*", SearchOption.AllDirectories)];
        Dictionary<string, byte[]> before = files.ToDictionary(file => file, File.ReadAllBytes);
        foreach (string file in files)
        {
            Cifarfast.Run("eval", "--checkpoint", model, "--data", _data, "--json", file).EndedWith(ExitCode.Usage, $"--json: '{file}' is a file of the run in '{_run}'; name another one");
            Cifarfast.Run("export", "--checkpoint", model, "--format", "npz", "--out", file).EndedWith(ExitCode.Usage, $"--out: '{file}' is a file of the run in '{_run}'; name another one");
        }

        Cifarfast.Run("eval", "--checkpoint", model, "--data", _data, "--json", Path.Combine(_run, "figures.json")).Succeeded();
        Assert.All(before, file => Assert.Equal(file.Value, File.ReadAllBytes(file.Key)));
    }

    [Fact]
    public void Links_are_followed_but_not_to_the_source()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links want a privilege there");
        Train(_run, "--max-steps", "3");
        string last = Copy();
        byte[] content = File.ReadAllBytes(last);
        string link = _temporary.Below("link.safetensors");
        File.CreateSymbolicLink(link, last);
        string folder = _temporary.Below("folder");
        Directory.CreateSymbolicLink(folder, Path.GetDirectoryName(last)!);
        foreach (string name in new[] { link, Path.Combine(folder, Path.GetFileName(last)) })
        {
            Cifarfast.Run("export", "--checkpoint", last, "--out", name).EndedWith(ExitCode.Usage, $"--out '{name}' is the checkpoint itself; name another file");
            Cifarfast.Run("export", "--checkpoint", name, "--out", last).EndedWith(ExitCode.Usage, $"--out '{last}' is the checkpoint itself; name another file");
            Cifarfast.Run("import", last, "--out", name).EndedWith(ExitCode.Usage, $"--out '{name}' is the file itself; name another one");
            Cifarfast.Run("eval", "--checkpoint", last, "--json", name).EndedWith(ExitCode.Usage, $"--json '{name}' is the checkpoint itself; name another file");
        }

        Assert.Equal(content, File.ReadAllBytes(last));

        // An empty file is an ordinary one, and a link to it stays.
        string file = _temporary.Below("empty");
        File.WriteAllBytes(file, []);
        string other = _temporary.Below("other.npz");
        File.CreateSymbolicLink(other, file);
        Cifarfast.Run("export", "--checkpoint", last, "--out", other).Succeeded();
        Assert.Equal(file, new FileInfo(other).LinkTarget);
        Assert.Equal(0, NumPyCheckpoint.Find(file)!.Epoch);
    }

    [Theory]
    [InlineData("onnx")]
    [InlineData("safetensors")]
    [InlineData("npz")]
    public async Task A_file_that_may_not_grow_so_large_leaves_nothing(string format)
    {
        Assert.SkipUnless(CifarfastProcess.HasSignals, "this system has no signals");
        Train(_run, "--max-steps", "3");
        string file = _temporary.Below($"model.{format}");
        await AssertTooLargeAsync(file, "export", "--checkpoint", Last(_run));
        if (format != "onnx")
        {
            await AssertTooLargeAsync(_temporary.Below("imported"), "import", Export(Last(_run), format));
        }
    }

    private async Task AssertTooLargeAsync(string file, params string[] args)
    {
        // What .NET maps for its code counts as a file, unless it is told to do without.
        const string Limited = "ulimit -S -f 200; export DOTNET_EnableWriteXorExecute=0; exec \"$0\" \"$@\"";
        string[] before = Directory.GetFileSystemEntries(_temporary.Path);
        using CifarfastProcess limited = CifarfastProcess.StartInShell(_temporary.Path, Limited, [.. args, "--out", file]);
        Outcome outcome = await limited.EndAsync();
        outcome.EndedWith(ExitCode.Failure, $"--out: cannot write '{file}': ", "the limit of file sizes (ulimit -f)");
        Assert.Equal(before, Directory.GetFileSystemEntries(_temporary.Path));
    }

    private string[] Recipe => ["--data", _data, "--batch-size", $"{BatchSize}", "--lr", "0.02", "--seed", "7"];

    /// <summary>A checkpoint that lies in no run.</summary>
    private string Copy()
    {
        string copy = _temporary.Below("copy.safetensors");
        File.Copy(Last(_run), copy);
        return copy;
    }

    private static string Last(string run) => Path.Combine(run, "checkpoints", "last.safetensors");

    private void Train(string run, params string[] options) => Cifarfast.Run(["train", "--no-report", "--out", run, .. Recipe, .. options]).Succeeded();

    private string Export(string checkpoint, string format)
    {
        string file = _temporary.Below($"{Guid.NewGuid():N}.{format}");
        Cifarfast.Run("export", "--checkpoint", checkpoint, "--out", file).Succeeded();
        return file;
    }

    private string Import(string file, params string[] options)
    {
        string checkpoint = _temporary.Below($"{Guid.NewGuid():N}.safetensors");
        Cifarfast.Run(["import", file, "--out", checkpoint, .. options]).Succeeded();
        Assert.NotNull(Checkpoint.Read(checkpoint));
        return checkpoint;
    }
}
