using System.Text.Json;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Tests.Data;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>Recipes by name, as they are listed and as a run takes them.</summary>
public sealed class RecipesTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void All_are_listed()
    {
        Outcome outcome = Cifarfast.Run("recipes").Succeeded();
        Assert.All(RecipeCatalog.All, recipe => Assert.Contains(outcome.Lines, line => line.StartsWith(recipe.Name + " ", StringComparison.Ordinal)));
        Assert.Matches(@"^reference +20 +64 +1,147,434 +29,803,776  68\.1 % \(1 run\)$", outcome.Lines[1]);
    }

    [Fact]
    public void One_is_shown_whole()
    {
        string[] lines = Cifarfast.Run("recipes", "reference").Succeeded().Lines;
        Assert.Contains("training  20 epochs, batches of 64", lines);
        Assert.Contains("          SGD, learning rate 0.01", lines);
        Assert.Contains(lines, line => line.Contains("Conv2d(64→128, 3×3, padding 1)", StringComparison.Ordinal));
    }

    [Fact]
    public void As_json_they_have_every_number()
    {
        using var document = JsonDocument.Parse(Cifarfast.Run("recipes", "--json", "-").Succeeded().Bytes);
        JsonElement reference = document.RootElement[0];
        Assert.Equal(1_147_434, reference.GetProperty("parameters").GetInt64());
        Assert.Equal("SGD", reference.GetProperty("recipe").GetProperty("optimizer").GetProperty("type").GetString());
        Assert.Equal(20, reference.GetProperty("recipe").GetProperty("epochs").GetDecimal());
    }

    [Theory]
    [InlineData("recipes", "referense", "did you mean reference?")]
    [InlineData("recipes", "x", "the command recipes lists those there are")]
    public void An_unknown_one_is_named(string command, string name, string hint) =>
        Cifarfast.Run(command, name).EndedWith(ExitCode.Usage, $"there is no recipe '{name}'", hint);

    [Fact]
    public void A_run_takes_one_by_name()
    {
        string data = TinyCifar.WriteDirectory(_temporary.Below("data"), TinyCifar.Files(trainRecords: 24, testRecords: 20));
        string[] options = ["--data", data, "--max-steps", "2", "--no-report"];
        Outcome named = Cifarfast.Run(["train", "--recipe", "reference", "--out", _temporary.Below("named"), .. options]).Succeeded();
        Cifarfast.Run(["train", "--out", _temporary.Below("plain"), .. options]).Succeeded();

        Assert.Contains("recipe    reference: 20 epochs, at most 2 steps, batches of 64", named.Lines);
        Assert.Equal(RunFiles.Tensors(_temporary.Below("plain")), RunFiles.Tensors(_temporary.Below("named")));
        Cifarfast.Run(["train", "--recipe", "referenc", .. options]).EndedWith(ExitCode.Usage, "--recipe: there is no recipe 'referenc'; did you mean reference?");
        Cifarfast.Run("train", "--resume", _temporary.Below("named"), "--recipe", "reference", "--max-steps", "3", "--no-report").Succeeded();
    }

    /// <summary>A part of an epoch at the end is an epoch of its own: evaluated, in the table, and never to be made longer.</summary>
    [Fact]
    public void Epochs_may_be_a_fraction()
    {
        string data = TinyCifar.WriteDirectory(_temporary.Below("data"), TinyCifar.Files(trainRecords: 24, testRecords: 20));
        string run = _temporary.Below("run");
        Outcome outcome = Cifarfast.Run("train", "--data", data, "--batch-size", "12", "--epochs", "2.3", "--no-report", "--out", run).Succeeded();

        Assert.Contains("recipe    reference: 2.3 epochs, batches of 12", outcome.Lines);
        Assert.Equal(["1,10", "2,20", "3,23"], RunFiles.Rows(Path.Combine(run, "metrics.csv")).Select(row => string.Join(',', row.Split(',')[..2])));
        Assert.Equal(3, Summary.Load(run).Number("epochs"));
        Assert.Equal(23, Summary.Load(run).Number("steps"));
        Cifarfast.Run("train", "--resume", run, "--epochs", "4").EndedWith(
            ExitCode.Usage, "--epochs 4: the run was begun with 2.3, and its last epoch was planned to be a part of one; begin a new run");
        Cifarfast.Run("train", "--resume", run, "--no-report").Succeeded();
        Assert.Equal(23, Summary.Load(run).Number("steps"));
    }

    [Fact]
    public void Either_of_a_runs_weights_can_be_chosen()
    {
        string data = TinyCifar.WriteDirectory(_temporary.Below("data"), TinyCifar.Files(trainRecords: 24, testRecords: 20));
        string run = _temporary.Below("run");
        Cifarfast.Run("train", "--data", data, "--epochs", "1", "--no-report", "--out", run).Succeeded();
        string Model(params string[] options) => Cifarfast.Run(["eval", run, "--data", data, .. options]).Succeeded().Lines[0];

        Assert.Contains("best.safetensors", Model(), StringComparison.Ordinal);
        Assert.Contains("best.safetensors", Model("--weights", "best"), StringComparison.Ordinal);
        Assert.Contains("last.safetensors", Model("--weights", "last"), StringComparison.Ordinal);
        string file = Path.Combine(run, "weights.safetensors");
        Cifarfast.Run("eval", file, "--weights", "last", "--data", data).EndedWith(ExitCode.Usage, $"'{file}' is a file");
    }
}
