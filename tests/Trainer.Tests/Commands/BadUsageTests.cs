using System.Diagnostics;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tests.Data;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>Command lines that make no sense: each gets one line that names what is wrong, and nothing is touched.</summary>
public sealed class BadUsageTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData("--batch-size takes a whole number from 1 to 16384, not '0'", "--batch-size", "0")]
    [InlineData("--batch-size takes a whole number from 1 to 16384, not '9999999999'", "--batch-size", "9999999999")]
    [InlineData("--lr takes a finite number above 0, not 'nan'", "--lr", "nan")]
    [InlineData("--lr takes a finite number above 0, not '-0.1'", "--lr", "-0.1")]
    [InlineData("--lr takes a finite number above 0, not 'Infinity'", "--lr", "Infinity")]
    [InlineData("--lr takes a finite number above 0, not '0,01'", "--lr", "0,01")]
    [InlineData("--threads takes a whole number from 1 to 1024, not '-1'", "--threads", "-1")]
    [InlineData("--epochs takes a number above 0", "--epochs", "0")]
    [InlineData("--epochs takes a number above 0", "--epochs", "1,5")]
    [InlineData("--momentum takes a number from 0 to below 1, not '1.5'", "--momentum", "1.5")]
    [InlineData("--weight-decay takes a finite number of at least 0, not '-1'", "--weight-decay", "-1")]
    [InlineData("--seed takes a whole number from 0 to 18446744073709551615, not '-1'", "--seed", "-1")]
    [InlineData("--max-steps takes a whole number from 1", "--max-steps", "0")]
    [InlineData("--limit-train takes a whole number from 1", "--limit-train", "0")]
    [InlineData("--limit-test takes a whole number from 1", "--limit-test", "0")]
    [InlineData("--kernels takes fast or naive, not 'slow'", "--kernels", "slow")]
    [InlineData("--convolution takes auto or direct or winograd, not 'fft'", "--convolution", "fft")]
    [InlineData("--dataset takes auto or cifar10 or synthetic, not 'mnist'", "--dataset", "mnist")]
    [InlineData("--dataset takes auto or cifar10 or synthetic, not '1'", "--dataset", "1")]
    [InlineData("--balance takes none or weights or sampling, not 'weight'; did you mean weights? See", "--balance", "weight")]
    [InlineData("--freeze takes the beginning of a name, not an empty one.", "--freeze", "")]
    [InlineData("--freeze lacks its value", "--freeze", "0.", "--freeze")]
    [InlineData("--freeze '3.': no parameter of the network reference has a name that begins so; they begin with 0., 2., 5., 7., 11., 13.", "--freeze", "0.", "--freeze", "3.")]
    [InlineData("--freeze nothing of the network reference would be left to train", "--freeze", "0.", "--freeze", "2.", "--freeze", "5.", "--freeze", "7.", "--freeze", "1")]
    [InlineData("--mirror takes an http or https address, not 'ftp://x'", "--mirror", "ftp://x")]
    [InlineData("--mirror takes an http or https address, not 'x'", "--mirror", "x")]
    [InlineData("--simd takes scalar or vector128 or avx2 or avx512, not 'sse9'. See", "--simd", "sse9")]
    [InlineData("--simd takes scalar or vector128 or avx2 or avx512, not ''. See", "--simd", "")]
    [InlineData("--out takes a name, not an empty one.", "--out", "")]
    [InlineData("--init takes a name, not an empty one.", "--init", "")]
    [InlineData("--resume takes a name, not an empty one.", "--resume", "")]
    [InlineData("--data takes a name, not an empty one.", "--data", "")]
    [InlineData("--nesterov needs a --momentum above 0", "--nesterov")]
    [InlineData("--data does not go with --dataset synthetic", "--dataset", "synthetic", "--data", "x")]
    [InlineData("--validation-split needs at least 2 training images", "--validation-split", "0.5", "--limit-train", "1", "--data", "nowhere")]
    [InlineData("--epochs lacks its value", "--epochs")]
    [InlineData("--epochs lacks its value, --lr follows", "--epochs", "--lr", "0.1")]
    [InlineData("--data lacks its value, --no-progress follows", "--data", "--no-progress")]
    [InlineData("--data lacks its value, --help follows", "--data", "--help")]
    [InlineData("--lr is given 2 times, give it once", "--lr", "0.1", "--lr", "0.2")]
    [InlineData("--map takes old=new, two names of tensors or two beginnings of names that end with a dot, not 'a'", "--init", "x", "--map", "a")]
    [InlineData("--map takes old=new, two names of tensors or two beginnings of names that end with a dot, not 'a=b.'", "--init", "x", "--map", "a=b.")]
    [InlineData("--map takes old=new, two names of tensors or two beginnings of names that end with a dot, not ''", "--init", "x", "--map", "")]
    [InlineData("--map a=c and --map a=b are about the same tensor.", "--init", "x", "--map", "a=b", "--map", "a=c")]
    [InlineData("--map b=c and --map a=c are about the same tensor.", "--init", "x", "--map", "a=c", "--map", "b=c")]
    [InlineData("--map lacks its value", "--init", "x", "--map", "a=b", "--map")]
    [InlineData("--map lacks its value, --init follows", "--map", "a=b", "--map", "--init", "x")]
    [InlineData("--map needs an --init, whose tensors it is about", "--map", "a=b")]
    [InlineData("Unknown argument 'c=d'", "--init", "x", "--map", "a=b", "c=d")]
    [InlineData("Unknown option '--learning-rate'", "--learning-rate", "0.1")]
    [InlineData("Unknown option '--Epochs'", "--Epochs", "1")]
    [InlineData("--simd takes scalar or vector128 or avx2 or avx512, not 'avx'; did you mean avx2 or avx512? See", "--simd", "avx")]
    [InlineData("--dataset takes auto or cifar10 or synthetic, not 'cifar'; did you mean cifar10? See", "--dataset", "cifar")]
    [InlineData("Unknown option '--epoch'; did you mean --epochs? See 'cifarfast train --help'.", "--epoch", "1")]
    [InlineData("Unknown option '--ephocs'; did you mean --epochs? See", "--ephocs=1")]
    [InlineData("Unknown option '-epochs'; did you mean --epochs? See", "-epochs", "1")]
    [InlineData("Unknown option '--Batch_size'; did you mean --batch-size? See", "--Batch_size", "1")]
    [InlineData("Unknown option '--limit', which is an option of eval; did you mean --limit-train or --limit-test? See", "--limit", "1")]
    [InlineData("Unknown option '--hlep'; did you mean --help? See", "--hlep")]
    [InlineData("Unknown option '--json', which is an option of eval and predict and recipes and info. See", "--json", "x")]
    [InlineData("Unknown option '--rate'. See", "--rate", "1")]
    [InlineData("Unknown argument 'resnet'", "resnet")]
    [InlineData("Unknown argument '@arguments'", "@arguments")]
    public void Options_of_train(string expected, params string[] options)
    {
        string made = _temporary.Below("runs");
        string[] where = options.Contains("--out") ? [] : ["--out", Path.Combine(made, "first")];
        Outcome outcome = Cifarfast.Run(["train", .. where, .. options]);
        outcome.EndedWith(ExitCode.Usage, expected);
        Assert.Equal("", outcome.Output);
        Assert.False(Directory.Exists(made), "the run left a directory behind");
    }

    [Theory]
    [InlineData("Unknown command 'trian'; did you mean train? See 'cifarfast --help'.", "trian")]
    [InlineData("Unknown command 'trian'; did you mean train? See 'cifarfast --help'.", "trian", "--epochs", "1")]
    [InlineData("Unknown command 'evaluate'; did you mean eval? See", "evaluate", "x")]
    [InlineData("Unknown command 'fit'. See 'cifarfast --help'.", "fit")]
    [InlineData("Unknown option '--bogus'. See 'cifarfast --help'.", "--bogus")]
    [InlineData("Unknown option '--epochs' before 'train'; it goes behind. See 'cifarfast train --help'.", "--epochs", "1", "train")]
    [InlineData("Unknown option '--epochs', which is an option of train. See 'cifarfast --help'.", "--epochs", "1")]
    [InlineData("Unknown option '--epochs', which is an option of train. See 'cifarfast eval --help'.", "eval", "--epochs", "1", "x")]
    [InlineData("Unknown option '--jsn'; did you mean --json? See 'cifarfast predict --help'.", "predict", "x", "x.png", "--jsn", "y")]
    [InlineData("Unknown option '-json'; did you mean --json? See 'cifarfast predict --help'.", "predict", "x", "x.png", "-json", "y")]
    public void Commands(string expected, params string[] args) => Cifarfast.Run(args).EndedWith(ExitCode.Usage, expected);

    [Theory]
    [InlineData("--checkpoint takes a name, not an empty one.", "export", "--checkpoint", "", "--out", "x.onnx")]
    [InlineData("--out takes a name, not an empty one.", "export", "--checkpoint", "x", "--out", "")]
    [InlineData("<file> takes a name, not an empty one.", "import", "")]
    [InlineData("<file> takes a name, not an empty one.", "import", "", "--out", "x")]
    [InlineData("--out takes a name, not an empty one.", "import", "x", "--out", "")]
    [InlineData("--checkpoint takes a name, not an empty one.", "eval", "--checkpoint", "")]
    [InlineData("<model> takes a name, not an empty one.", "eval", "")]
    [InlineData("--json takes a name, not an empty one.", "eval", "--checkpoint", "x", "--json", "")]
    public void Empty_names(string expected, params string[] args) => Cifarfast.Run(args).EndedWith(ExitCode.Usage, expected);

    [Theory]
    [InlineData("eval", "lates")]
    [InlineData("export", "--out", "x.onnx", "--checkpoint", "lates")]
    [InlineData("report", "Latest")]
    [InlineData("compare", "latset")]
    [InlineData("train", "--resume", "latest.")]
    [InlineData("train", "--init", "lastest")]
    public async Task Names_of_runs_that_are_close(params string[] args)
    {
        Outcome outcome = await CifarfastProcess.RunAsync(_temporary.Path, [], args);
        outcome.EndedWith(ExitCode.Failure, "; did you mean latest?");
        Assert.Empty(Directory.EnumerateFileSystemEntries(_temporary.Path));
    }

    [Fact]
    public async Task Files_that_are_close()
    {
        Directory.CreateDirectory(_temporary.Below("runs", "first"));
        Directory.CreateDirectory(_temporary.Below("elsewhere", "second"));
        await File.WriteAllTextAsync(_temporary.Below("elsewhere", "weights.npz"), "", TestContext.Current.CancellationToken);
        foreach ((string typed, string meant) in new[] { ("fisrt", "first"), ("runs/frst/", "runs/first"), ("elsewhere/secnod", "elsewhere/second"), ("elsewhere/weights.npy", "elsewhere/weights.npz") })
        {
            (await CifarfastProcess.RunAsync(_temporary.Path, [], "eval", typed)).EndedWith(
                ExitCode.Failure, $"{typed} does not exist; did you mean {Path.Combine(meant.Split('/'))}?");
        }

        (await CifarfastProcess.RunAsync(_temporary.Path, [], "eval", "runs/other")).EndedWith(ExitCode.Failure, "runs/other does not exist\n");
    }

    /// <summary>Files to write are looked at first: that there is no checkpoint to begin with does not come up.</summary>
    [Theory]
    [InlineData("--json", "eval", "--checkpoint", "x")]
    [InlineData("--json", "predict", "--checkpoint", "x", "x.png")]
    [InlineData("--json", "info")]
    [InlineData("--out", "export", "--checkpoint", "x", "--format", "npz")]
    [InlineData("--out", "import", "x")]
    public void Files_that_cannot_be_written(string option, params string[] args)
    {
        string lost = _temporary.Below("nodir");
        Cifarfast.Run([.. args, option, Path.Combine(lost, "file")]).EndedWith(
            ExitCode.Usage, $"{option}: the directory '{lost}' does not exist; make it, or name another file");
        List<string> extraordinary = [_temporary.Path];
        if (!OperatingSystem.IsWindows())
        {
            string pipe = _temporary.Below("pipe");
            using (var process = Process.Start("mkfifo", [pipe]))
            {
                process.WaitForExit();
            }

            string link = _temporary.Below("link");
            File.CreateSymbolicLink(link, pipe);
            string loose = _temporary.Below("loose");
            File.CreateSymbolicLink(loose, _temporary.Below("nothing"));
            string round = _temporary.Below("round");
            File.CreateSymbolicLink(round, round);
            string spiral = _temporary.Below("spiral");
            File.CreateSymbolicLink(spiral, Path.Combine(spiral, "in"));
            extraordinary.AddRange([pipe, link, loose, round, spiral, "/dev/null"]);
        }

        string[] before = Directory.GetFileSystemEntries(_temporary.Path);
        foreach (string name in extraordinary)
        {
            Cifarfast.Run([.. args, option, name]).EndedWith(ExitCode.Usage, $"{option}: '{name}' is no ordinary file; name another one");
        }

        Assert.Equal(before, Directory.GetFileSystemEntries(_temporary.Path));
    }

    [Fact]
    public void Points_at_the_help_of_the_command() =>
        Cifarfast.Run("train", "--bogus").EndedWith(ExitCode.Usage, "See 'cifarfast train --help'.");

    [Fact]
    public async Task An_unknown_tier_in_the_environment()
    {
        Outcome outcome = await RunTrainAsync(new() { [SimdTiers.EnvironmentVariable] = "sse9" });
        outcome.EndedWith(ExitCode.Usage, $"{SimdTiers.EnvironmentVariable}: unknown tier 'sse9'; the tiers are scalar, vector128, avx2, avx512");
    }

    [Fact]
    public async Task A_tier_that_the_processor_lacks()
    {
        // The runtime can be told to do without AVX-512 where the processor has it.
        Outcome outcome = await RunTrainAsync(new() { ["DOTNET_EnableAVX512"] = "0" }, "--simd", "avx512");
        outcome.EndedWith(ExitCode.Usage, "--simd: this CPU has no avx512; it has scalar");
        Assert.DoesNotContain("avx512", outcome.Error[outcome.Error.IndexOf("it has", StringComparison.Ordinal)..]);
    }

    private async Task<Outcome> RunTrainAsync(Dictionary<string, string> environment, params string[] options)
    {
        Outcome outcome = await CifarfastProcess.RunAsync(_temporary.Path, environment, ["train", "--dataset", "synthetic", .. options]);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_temporary.Path));
        return outcome;
    }
}
