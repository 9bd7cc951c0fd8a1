using System.Text.RegularExpressions;

namespace CifarFast.Trainer.Tests.Commands;

public class HelpTests
{
    [Theory]
    [InlineData]
    [InlineData("--help")]
    [InlineData("-h")]
    public void The_program_tells_its_commands(params string[] args)
    {
        Outcome outcome = Cifarfast.Run(args).Succeeded();
        Assert.Contains(" [command] [options]", outcome.Output);
        string[] commands = [.. outcome.Lines.SkipWhile(line => line != "Commands:").Skip(1).TakeWhile(line => line.Length > 0).Select(line => line.Trim().Split(' ')[0])];
        Assert.Equal(["train", "eval", "predict", "report", "compare", "export", "import", "recipes", "info"], commands);
        Assert.Equal(["--help", "--version"], OptionsOf(outcome));
    }

    [Fact]
    public void Train_tells_every_option()
    {
        Outcome outcome = Cifarfast.Run("train", "--help").Succeeded();
        Assert.Equal(
            [
                "--accept-numerics", "--balance", "--batch-size", "--checkpoint-every", "--config", "--convolution", "--data", "--dataset", "--distributed", "--epochs", "--fit", "--flip", "--freeze", "--help", "--image-size", "--init", "--kernels", "--labels", "--limit-test", "--limit-train", "--lr",
                "--map", "--max-steps", "--max-time", "--mirror", "--momentum", "--monitor", "--mpi-timeout", "--nesterov", "--no-progress", "--no-report", "--out", "--patience", "--recipe", "--resume",
                "--seed", "--simd", "--strict", "--threads", "--validation-split", "--weight-decay",
            ],
            OptionsOf(outcome));
        Assert.Contains("<auto|cifar10|cifar100|mnist|fashion-mnist|folder|synthetic>", outcome.Output);
        Assert.Contains("<scalar|vector128|avx2|avx512>", outcome.Output);
        Assert.Contains("<fast|naive>", outcome.Output);
        Assert.Contains("<auto|direct|winograd>", outcome.Output);
        Assert.Contains("CIFARFAST_DATA", outcome.Output);
        Assert.Contains("CIFARFAST_SIMD", outcome.Output);
        Assert.DoesNotContain('\e', outcome.Output);
    }

    [Theory]
    [InlineData("--epochs <n>", "Default: the recipe's, of reference 20.")]
    [InlineData("--batch-size <n>", "Default: the recipe's, of reference 64.")]
    [InlineData("--lr <n>", "Default: the recipe's, of reference 0.01.")]
    [InlineData("--momentum <n>", "Default: the recipe's, of reference 0.")]
    [InlineData("--seed <n>", "Default: the recipe's, of reference 1.")]
    [InlineData("--checkpoint-every <n>", "[default: 50]")]
    public void Train_tells_the_defaults(string option, string end)
    {
        string line = Assert.Single(Cifarfast.Run("train", "--help").Lines, line => line.TrimStart().StartsWith(option, StringComparison.Ordinal));
        Assert.EndsWith(end, line);
    }

    [Fact]
    public void The_program_tells_its_version() => Assert.Matches(@"^\d+\.\d+\.\d+", Cifarfast.Run("--version").Succeeded().Output);

    private static string[] OptionsOf(Outcome outcome) =>
    [
        .. outcome.Lines.Select(line => Regex.Match(line, @"^  (?:-\S, )*(--[a-z-]+)")).Where(match => match.Success).Select(match => match.Groups[1].Value).Order(),
    ];
}
