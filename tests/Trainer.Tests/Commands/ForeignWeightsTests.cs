using System.IO.Compression;
using System.Text.Json;
using CifarFast.Engine.Formats.NumPy;
using CifarFast.Engine.Tests.Data;
using CifarFast.Engine.Tests.Formats;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>The weights of a run as other programs have them: alone, in fewer bits, under other names.</summary>
public sealed class ForeignWeightsTests(TrainedRun run) : IClassFixture<TrainedRun>, IDisposable
{
    private static readonly string[] _history = ["epoch", "batch", "train_loss_history", "train_acc_history"];

    private static readonly Dictionary<string, string> _attributes = new()
    {
        ["0"] = "conv1",
        ["2"] = "conv2",
        ["5"] = "conv3",
        ["7"] = "conv4",
        ["11"] = "fc1",
        ["13"] = "fc2",
    };

    private readonly TemporaryDirectory _temporary = new();

    private string Picture => Directory.GetFiles(Path.Combine(run.Directory, "pictures"), "*.png")[0];

    private string Weights => Path.Combine(run.Directory, "weights.safetensors");

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void An_archive_of_weights_alone_is_weights()
    {
        string npz = Npz(without: _history);
        AssertSameFigures(npz);
        string exported = _temporary.Below("exported.safetensors");
        Cifarfast.Run("export", npz, "--out", exported).Succeeded();
        AssertSameWeights(exported);
        string imported = _temporary.Below("imported.safetensors");
        Assert.EndsWith(": weights at the start of a run", Cifarfast.Run("import", npz, "--out", imported).Succeeded().Lines[0]);
        AssertSameWeights(imported);
        Assert.Equal([$"weights   {npz}"], Begin(npz, exported));
        Cifarfast.Run("train", "--resume", npz, "--out", _temporary.Below("resumed")).EndedWith(
            ExitCode.Failure, $"{npz} is an archive of NumPy arrays (.npz): expected a checkpoint of a run; import it first");
    }

    [Fact]
    public void A_history_that_lacks_something_names_all_of_it()
    {
        string npz = Npz("epoch", "train_acc_history");
        AssertSameFigures(npz);
        Cifarfast.Run("import", npz, "--out", _temporary.Below("imported.safetensors")).EndedWith(
            ExitCode.Failure, $"{npz}: epoch and train_acc_history are missing, but batch and train_loss_history are there");
    }

    [Fact]
    public void A_history_is_kept_where_a_NumPy_checkpoint_is_written_anew()
    {
        string again = _temporary.Below("again.npz");
        string npz = Npz();
        Cifarfast.Run("export", npz, "--out", again).Succeeded();
        Assert.Equal(2, NumPyCheckpoint.Find(again)!.Epoch);
        Assert.Equal(File.ReadAllBytes(npz), File.ReadAllBytes(again));
    }

    /// <summary>As a run on several devices leaves them: half the bits, and a prefix.</summary>
    [Fact]
    public void Weights_of_fewer_bits_behind_a_prefix_are_as_good()
    {
        string file = Safetensors(name => $"module.{name}", "BF16");
        string[] lines = Cifarfast.Run("eval", file, "--data", run.Data).Succeeded().Lines;
        Assert.Equal($"model     {file}, reference", lines[0]);
        Assert.Equal("weights   names in the file without their prefix 'module.'", lines[1]);
        string[] own = Cifarfast.Run("eval", Weights, "--data", run.Data).Succeeded().Lines;
        Assert.InRange(ErrorsOf(lines[4]), ErrorsOf(own[3]) - 1, ErrorsOf(own[3]) + 1);

        string exported = _temporary.Below("exported.safetensors");
        Cifarfast.Run("export", file, "--out", exported).Succeeded();
        Assert.Equal([$"weights   {file}", "          names in the file without their prefix 'module.'"], Begin(file, exported));
    }

    [Theory]
    [InlineData("F16")]
    [InlineData("F64")]
    public void Every_floating_type_is_read(string type)
    {
        string file = Safetensors(name => name, type);
        string[] lines = Cifarfast.Run("eval", file, "--data", run.Data).Succeeded().Lines;
        string[] own = Cifarfast.Run("eval", Weights, "--data", run.Data).Succeeded().Lines;
        Assert.Equal(own[1..3], lines[1..3]);
        Assert.InRange(ErrorsOf(lines[3]), ErrorsOf(own[3]) - 1, ErrorsOf(own[3]) + 1);
    }

    [Fact]
    public void Other_names_are_matched_by_shapes_and_said_line_by_line()
    {
        string file = Safetensors(Attribute);
        string[] told =
        [
            "weights   matched by shapes and order (--map old=new where that is wrong):",
            "          0.weight   16×3×3×3    from conv1.weight",
            "          0.bias     16          from conv1.bias",
            "          2.weight   32×16×3×3   from conv2.weight",
            "          2.bias     32          from conv2.bias",
            "          5.weight   64×32×3×3   from conv3.weight",
            "          5.bias     64          from conv3.bias",
            "          7.weight   128×64×3×3  from conv4.weight",
            "          7.bias     128         from conv4.bias",
            "          11.weight  128×8192    from fc1.weight",
            "          11.bias    128         from fc1.bias",
            "          13.weight  10×128      from fc2.weight",
            "          13.bias    10          from fc2.bias",
        ];
        string[] own = Cifarfast.Run("eval", Weights, "--data", run.Data).Succeeded().Lines;
        string[] lines = Cifarfast.Run("eval", file, "--data", run.Data).Succeeded().Lines;
        Assert.Equal([own[0].Replace(Weights, file), .. told, .. own[1..]], lines);
        Assert.Equal(told, Cifarfast.Run("predict", file, Picture).Succeeded().Lines[1..14]);
        string exported = _temporary.Below("exported.safetensors");
        Assert.Equal(told, Cifarfast.Run("export", file, "--out", exported).Succeeded().Lines[..13]);
        AssertSameWeights(exported);
        string imported = _temporary.Below("imported.safetensors");
        Assert.Equal(told, Cifarfast.Run("import", file, "--out", imported).Succeeded().Lines[..13]);
        AssertSameWeights(imported);
        Assert.Equal([$"weights   {file}", told[0].Replace("weights", "       "), .. told[1..]], Begin(file, exported));
    }

    /// <summary>Standard output is the file's then.</summary>
    [Fact]
    public void What_was_told_stands_on_standard_error_where_standard_output_is_a_file()
    {
        string file = Safetensors(name => $"module.{name}");
        string[][] commands =
        [
            ["eval", file, "--data", run.Data, "--json", "-"], ["predict", file, Picture, "--json", "-"],
            ["export", file, "--format", "npz", "--out", "-"], ["import", file, "--out", "-"],
        ];
        Assert.All(commands, command =>
        {
            Outcome outcome = Cifarfast.Run(command);
            Assert.Equal((0, ""), (outcome.ExitCode, outcome.Output));
            Assert.StartsWith("weights   names in the file without their prefix 'module.'", outcome.Error);
            Assert.NotEmpty(outcome.Bytes);
        });
    }

    [Fact]
    public void What_names_and_shapes_do_not_tell_a_person_can()
    {
        string file = Safetensors(name => Attribute(name) switch { "fc2.weight" => "head", "fc2.bias" => "head_offset", var other => other });
        string[] table = Cifarfast.Run("eval", file, "--data", run.Data).EndedWithTable(
            ExitCode.Failure, $"{file}: 13.bias and 13.weight are missing, and no layer in it has 10 and 10×128", "--map old=new says which tensor is which:");
        Assert.Equal(13, table.Length);
        Assert.Equal("  expected               in the file", table[0]);
        Assert.Equal("  13.weight  10×128      head          F32 10×128", table[11]);

        string[] map = ["--map", "head=13.weight", "--map", "head_offset=13.bias"];
        string exported = _temporary.Below("exported.safetensors");
        string[] lines = Cifarfast.Run(["export", file, "--out", exported, .. map]).Succeeded().Lines;
        Assert.Equal("weights   as --map says, the rest by names and shapes:", lines[0]);
        Assert.Equal("          13.weight  10×128      from head", lines[11]);
        AssertSameWeights(exported);
        Begin(file, exported, map);
        Cifarfast.Run("eval", file, "--map", "heat=13.weight").EndedWithTable(ExitCode.Failure, $"{file}: it has no tensor 'heat', which 'heat=13.weight' is about");
    }

    [Fact]
    public void What_was_mapped_stays_with_the_run_which_goes_on_without_it()
    {
        string file = Safetensors(Attribute);
        string begun = _temporary.Below("begun");
        string[] map = ["--map", "conv1.=0."];
        Cifarfast.Run(["train", "--no-report", "--data", run.Data, "--init", file, "--max-steps", "1", "--out", begun, .. map]).Succeeded();
        using var config = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(begun, "config.json")));
        JsonElement mapping = config.RootElement.GetProperty("options").GetProperty("init_map")[0];
        Assert.Equal(("conv1.", "0."), (mapping.GetProperty("from").GetString(), mapping.GetProperty("to").GetString()));

        Cifarfast.Run(["train", "--resume", begun, .. map]).EndedWith(ExitCode.Usage, "--map does not go with --resume, which has its own weights");
        File.Delete(file);
        Cifarfast.Run("train", "--no-report", "--resume", begun, "--max-steps", "2").Succeeded();
    }

    [Fact]
    public void A_checkpoint_of_this_program_is_never_mapped() =>
        Cifarfast.Run("eval", run.Directory, "--map", "0.=2.").EndedWith(ExitCode.Failure, "is a checkpoint of a run", "so there is nothing to map");

    private static string Attribute(string name) => $"{_attributes[name.Split('.')[0]]}.{name.Split('.')[1]}";

    private static int ErrorsOf(string line) => int.Parse(line.Split(", ")[1].Split(' ')[0]);

    /// <summary>Begins a run with a file of weights, and a step that changes nothing to speak of.</summary>
    /// <param name="file">The file.</param>
    /// <param name="same">The same weights under the names of the network.</param>
    /// <param name="options">More options.</param>
    /// <returns>What its header says of the weights.</returns>
    private string[] Begin(string file, string same, params string[] options)
    {
        string begun = _temporary.Below($"begun-{Guid.NewGuid():N}");
        string[] lines = Cifarfast.Run(
            ["train", "--no-report", "--data", run.Data, "--init", file, "--lr", "1e-30", "--max-steps", "1", "--batch-size", "1", "--out", begun, .. options]).Succeeded().Lines;
        Assert.True(WeightsFile.Read(same).Data.SequenceEqual(WeightsFile.Load(begun).Data), "the run did not begin with these weights");
        Cifarfast.Run("train", "--no-report", "--resume", begun, "--max-steps", "2").Succeeded();
        int first = Array.FindIndex(lines, line => line.StartsWith("weights", StringComparison.Ordinal));
        return lines[first..Array.FindIndex(lines, line => line.StartsWith("compute", StringComparison.Ordinal))];
    }

    private void AssertSameFigures(string file) => Assert.Equal(
        Cifarfast.Run("eval", Weights, "--data", run.Data).Succeeded().Lines[1..], Cifarfast.Run("eval", file, "--data", run.Data).Succeeded().Lines[1..]);

    private void AssertSameWeights(string file)
    {
        Assert.Equal(WeightsFile.Read(Weights).Tensors, WeightsFile.Read(file).Tensors);
        Assert.True(WeightsFile.Read(Weights).Data.SequenceEqual(WeightsFile.Read(file).Data), "the weights changed on the way");
    }

    /// <summary>The weights of the run as another program saves them.</summary>
    private string Safetensors(Func<string, string> rename, string type = "F32")
    {
        WeightsFile weights = WeightsFile.Read(Weights);
        string path = _temporary.Below($"{Guid.NewGuid():N}.safetensors");
        File.WriteAllBytes(path, SafetensorsBytes.Of(weights.Tensors.Select(tensor => tensor.Split(' ')).Select(tensor => new SafetensorsBytes.Part(
            rename(tensor[0]), type, [.. tensor[1].Split(',').Select(int.Parse)], weights.Values(tensor[0]).Select(value => (double)value)))));
        return path;
    }

    /// <summary>The last checkpoint of the run for NumPy, without some of its arrays.</summary>
    private string Npz(params string[] without)
    {
        string path = _temporary.Below($"{Guid.NewGuid():N}.npz");
        Cifarfast.Run("export", Path.Combine(run.Directory, "checkpoints", "last.safetensors"), "--out", path).Succeeded();
        if (without.Length > 0)
        {
            using ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Update);
            Array.ForEach(without, key => archive.GetEntry($"{key}.npy")!.Delete());
        }

        return path;
    }
}
