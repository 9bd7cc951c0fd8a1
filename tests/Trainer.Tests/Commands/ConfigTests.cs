using System.Text.Json.Nodes;
using CifarFast.Engine.Numerics;
using CifarFast.Engine.Tests.Checkpoints;
using CifarFast.Engine.Tests.Data;

namespace CifarFast.Trainer.Tests.Commands;

/// <summary>Runs that are done again from the configuration that they left behind.</summary>
public sealed class ConfigTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();
    private readonly string _data;

    public ConfigTests() => _data = TinyCifar.WriteDirectory(_temporary.Below("data"), TinyCifar.Files(trainRecords: 24, testRecords: 20));

    private string Config => _temporary.Below("run", "config.json");

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void It_is_the_same_run_with_other_threads_on_another_tier_in_another_folder()
    {
        Train("run", "--epochs", "1.3", "--batch-size", "3", "--momentum", "0.9", "--nesterov", "--weight-decay", "0.001", "--seed", "7", "--validation-split", "0.2", "--threads", "2").Succeeded();

        Again("again", "--threads", "1", "--simd", "scalar").Succeeded();

        Assert.Equal(RunFiles.Tensors(_temporary.Below("run")), RunFiles.Tensors(_temporary.Below("again")));
        Assert.Equal(Losses("run"), Losses("again"));
    }

    /// <summary>Rules of initialisation are code, and not in the file.</summary>
    [Fact]
    public void It_begins_with_the_weights_that_its_recipe_makes()
    {
        Train("run", "--recipe", "minute", "--batch-size", "8", "--max-steps", "2").Succeeded();

        Again("again").Succeeded();

        Assert.Equal(RunFiles.Tensors(_temporary.Below("run")), RunFiles.Tensors(_temporary.Below("again")));
    }

    [Fact]
    public void Options_beside_it_win()
    {
        Train("run", "--max-steps", "3", "--lr", "0.02", "--seed", "7").Succeeded();
        Train("other", "--max-steps", "3", "--lr", "0.02", "--seed", "8").Succeeded();

        Again("again", "--seed", "8").Succeeded();

        Assert.Equal(RunFiles.Tensors(_temporary.Below("other")), RunFiles.Tensors(_temporary.Below("again")));
    }

    [Fact]
    public void It_says_how_convolutions_are_computed()
    {
        Train("auto", "--max-steps", "3").Succeeded();
        Train("run", "--max-steps", "3", "--convolution", "direct").Succeeded();
        Assert.Contains("\"convolution\": \"direct\"", File.ReadAllText(Config), StringComparison.Ordinal);

        Again("again", "--simd", "scalar").Succeeded();
        Again("other", "--convolution", "auto").Succeeded();

        Assert.Equal(RunFiles.Tensors(_temporary.Below("run")), RunFiles.Tensors(_temporary.Below("again")));
        Assert.Equal(RunFiles.Tensors(_temporary.Below("auto")), RunFiles.Tensors(_temporary.Below("other")));
        Assert.NotEqual(RunFiles.Tensors(_temporary.Below("auto")), RunFiles.Tensors(_temporary.Below("run")));
    }

    [Fact]
    public void Drawn_images_stay_the_same_with_another_seed()
    {
        string[] small = ["--dataset", "synthetic", "--limit-train", "64", "--limit-test", "8", "--max-steps", "1", "--no-report"];
        Cifarfast.Run(["train", "--seed", "3", "--out", _temporary.Below("run"), .. small]).Succeeded();
        Outcome outcome = Cifarfast.Run("train", "--config", Config, "--seed", "4", "--no-report", "--out", _temporary.Below("again")).Succeeded();
        Assert.Contains("data      synthetic, drawn from seed 3", outcome.Lines);
        Assert.Contains("seed      4", outcome.Lines);
    }

    /// <summary>The first version had the numbers of SGD among its options, and no recipes.</summary>
    [Fact]
    public void A_configuration_of_the_first_version_is_read()
    {
        Train("run", "--max-steps", "3", "--lr", "0.02", "--momentum", "0.5").Succeeded();
        JsonNode config = JsonNode.Parse(File.ReadAllText(Config))!;
        JsonObject options = config["options"]!.AsObject();
        options["training"] = JsonNode.Parse("""
            {"epochs":20,"batch_size":64,"learning_rate":0.02,"momentum":0.5,"nesterov":false,"weight_decay":0,"seed":1,"max_steps":3,"monitor":"train_loss","patience":null}
            """);
        options.Remove("recipe");
        File.WriteAllText(Config, config.ToJsonString());

        Again("again").Succeeded();
        Assert.Equal(RunFiles.Tensors(_temporary.Below("run")), RunFiles.Tensors(_temporary.Below("again")));
        Cifarfast.Run("report", _temporary.Below("run"), "--data", _data).Succeeded();

        config.AsObject().Remove("numerics_versions");
        File.WriteAllText(Config, config.ToJsonString());
        Again("more").EndedWith(ExitCode.Failure, $"--config: {Config} is of numerics version 1, and this program computes by version {NumericsVersion.Current}");
    }

    [Theory]
    [InlineData("\"batch_size\": 64", "\"batch_size\": \"64\"", "no config.json that this program can read at $.options.recipe.batch_size")]
    [InlineData("\"batch_size\": 64", "\"batch_size\": 0", "is damaged: no run can have been begun with batches of 0")]
    [InlineData("\"batch_size\": 64", "\"batch_sizes\": 64", "no config.json that this program can read")]
    [InlineData("\"batch_size\": 64", "\"batch_size\": 64, \"warp\": 9", "no config.json that this program can read at $.options.recipe")]
    [InlineData("\"type\": \"SGD\",", "", "no config.json that this program can read")]
    [InlineData("\"groups\": []", "\"groups\": [null]", "a group of parameters that is empty")]
    [InlineData("\"type\": \"SGD\"", "\"type\": \"SGE\"", "no config.json that this program can read at $.options.recipe.optimizer")]
    [InlineData("\"label_smoothing\": 0", "\"label_smoothing\": 1", "no config.json that this program can read")]
    [InlineData("\"name\": \"reference\"", "\"name\": \"preference\"", "is of a recipe 'preference', which this program does not know")]
    [InlineData("\"numerics_versions\"", "\"numerics_version\"", "no config.json that this program can read")]
    [InlineData("\"momentum\": 0", "\"momentum\": 1", "is damaged: no run can have been begun with the momentum 1")]
    public void What_cannot_be_done_again_is_named(string old, string other, string reason)
    {
        Train("run", "--max-steps", "1").Succeeded();
        string text = File.ReadAllText(Config);
        Assert.Contains(old, text, StringComparison.Ordinal);
        File.WriteAllText(Config, text.Replace(old, other, StringComparison.Ordinal));
        Again("again").EndedWith(ExitCode.Failure, $"--config: {Config} ", reason);
        Assert.False(Directory.Exists(_temporary.Below("again")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(500)]
    public void A_truncated_one_is_named(int length)
    {
        Train("run", "--max-steps", "1").Succeeded();
        File.WriteAllText(Config, File.ReadAllText(Config)[..length]);
        Again("again").EndedWith(ExitCode.Failure, $"--config: {Config} is no config.json that this program can read");
    }

    [Fact]
    public void Other_images_and_other_options_are_refused()
    {
        Train("run", "--max-steps", "1").Succeeded();
        string other = TinyCifar.WriteDirectory(_temporary.Below("other"), TinyCifar.Files(trainRecords: 25, testRecords: 20));
        Again("again", "--data", other).EndedWith(ExitCode.Failure, $"--config: the images ({other}) are not those the run was begun with ({_data})");
        Again("again", "--recipe", "reference").EndedWith(ExitCode.Usage, "--recipe does not go with --config");
        Again("again", "--resume", _temporary.Below("run")).EndedWith(ExitCode.Usage, "--config does not go with --resume");
        Cifarfast.Run("train", "--config", _temporary.Below("nothing")).EndedWith(ExitCode.Failure, "nothing' cannot be read", "Name the config.json of a run");
    }

    /// <summary>What no recipe has yet a configuration can: all of it is kept when a run is stopped, goes on and is done again.</summary>
    [Fact]
    public void A_run_of_another_optimizer_with_a_schedule_and_an_average_goes_on_to_the_same_weights()
    {
        Train("run", "--max-steps", "1").Succeeded();
        JsonNode config = JsonNode.Parse(File.ReadAllText(Config))!;
        JsonObject recipe = config["options"]!["recipe"]!.AsObject();
        recipe["max_steps"] = null;
        recipe["batch_size"] = 30;
        recipe["epochs"] = 2.5;
        recipe["optimizer"] = JsonNode.Parse("""
            {"learning_rate":0.001,"weight_decay":0.01,"beta1":0.9,"beta2":0.99,"epsilon":1e-8,"groups":[{"pattern":"*.bias","learning_rate_factor":2,"weight_decay":0}],"type":"AdamW"}
            """);
        recipe["schedule"] = JsonNode.Parse("""{"type":"CosineSchedule","warm_up":0.2,"end":0}""");
        recipe["loss"] = JsonNode.Parse("""{"type":"CrossEntropyLoss","label_smoothing":0.1}""");
        recipe["average"] = JsonNode.Parse("""{"decay":0.5}""");
        File.WriteAllText(Config, config.ToJsonString());

        Outcome outcome = Again("whole").Succeeded();
        Assert.Contains("          AdamW, learning rate 0.001, betas 0.9 and 0.99, weight decay 0.01", outcome.Lines);
        Assert.Contains("          *.bias: 2 times the learning rate, weight decay 0", outcome.Lines);
        Assert.Contains("          cosine to 0 times, warm-up over 20 % of the run", outcome.Lines);
        Assert.Contains("          minimizes cross-entropy, label smoothing 0.1", outcome.Lines);
        Assert.Contains("          evaluates and saves the average of the weights, decay 0.5", outcome.Lines);

        Again("parts", "--max-steps", "3").Succeeded();
        foreach (string steps in new[] { "5", "8", "100" })
        {
            Cifarfast.Run("train", "--resume", _temporary.Below("parts"), "--max-steps", steps, "--no-report").Succeeded();
        }

        Assert.Equal(RunFiles.Tensors(_temporary.Below("whole")), RunFiles.Tensors(_temporary.Below("parts")));
        Assert.Equal(Losses("whole"), Losses("parts"));
        Assert.Equal(["1,4", "2,8", "3,10"], RunFiles.Rows(_temporary.Below("whole", "metrics.csv")).Select(row => string.Join(',', row.Split(',')[..2])));
        Cifarfast.Run("train", "--resume", _temporary.Below("whole"), "--epochs", "3").EndedWith(
            ExitCode.Usage, "--epochs 3: the run was begun with 2.5, and its learning rates were planned for these; begin a new run");
        Assert.Contains("last.safetensors", Cifarfast.Run("eval", _temporary.Below("whole"), "--data", _data).Succeeded().Lines[0], StringComparison.Ordinal);
        Train("plain", "--max-steps", "1").Succeeded();
        Outcome compared = Cifarfast.Run("compare", _temporary.Below("whole"), _temporary.Below("plain"), "--out", _temporary.Below("c.png")).Succeeded();
        Assert.Contains("  optimizer AdamW", compared.Lines);
        Cifarfast.Run("train", "--config", Config, "--momentum", "0.9").EndedWith(ExitCode.Usage, "--momentum is of SGD, and the recipe's optimizer is AdamW");
    }

    /// <summary>A run of Muon, with groups of their own optimizers and schedules, and Lookahead, killed within its periods.</summary>
    [Fact]
    public void A_run_of_several_optimizers_goes_on_to_the_same_weights()
    {
        Train("run", "--max-steps", "1").Succeeded();
        JsonNode config = JsonNode.Parse(File.ReadAllText(Config))!;
        JsonObject recipe = config["options"]!["recipe"]!.AsObject();
        recipe["max_steps"] = null;
        recipe["batch_size"] = 30;
        recipe["epochs"] = 2.5;
        recipe["optimizer"] = JsonNode.Parse("""
            {"learning_rate":0.02,"momentum":0.6,"nesterov":true,"steps":3,"normalize_weights":true,"weight_decay":0,"max_gradient_norm":50,"groups":[
                {"pattern":"0.bias","name":"first","optimizer":{"learning_rate":0.05,"momentum":0.85,"nesterov":true,"weight_decay":0.1,"decoupled_weight_decay":true,"groups":[],"type":"SGD"},
                 "schedule":{"type":"FirstEpochsSchedule","epochs":1,"schedule":{"type":"LinearSchedule","start":1,"peak":0,"end":0},"compressed":true}},
                {"pattern":"*.bias","name":"bias","optimizer":{"learning_rate":0.05,"momentum":0.85,"nesterov":true,"weight_decay":0,"groups":[],"type":"SGD"}},
                {"pattern":"11.*","name":"rest","learning_rate_factor":0.5,"optimizer":{"learning_rate":0.001,"weight_decay":0,"beta1":0.9,"beta2":0.99,"epsilon":1e-8,"groups":[],"type":"AdamW"},
                 "schedule":{"type":"StepSchedule","milestones":[0.5],"gamma":0.5}}],"type":"Muon"}
            """);
        recipe["schedule"] = JsonNode.Parse("""{"type":"WarmUpSchedule","share":0.2,"schedule":{"type":"OneCycleSchedule","linear":true}}""");
        recipe["average"] = JsonNode.Parse("""{"decay":0.7,"every":3,"power":3,"lookahead":true}""");
        File.WriteAllText(Config, config.ToJsonString());

        Outcome outcome = Again("whole").Succeeded();
        string text = string.Join('\n', outcome.Lines);
        Assert.Contains("Muon, learning rate 0.02, Nesterov momentum 0.6,", text, StringComparison.Ordinal);
        Assert.Contains("3 steps of Newton-Schulz, weights rescaled,", text, StringComparison.Ordinal);
        Assert.Contains("gradients clipped to a norm of 50", text, StringComparison.Ordinal);
        Assert.Contains("first 0.bias: SGD, learning rate 0.05, Nesterov momentum 0.85,", text, StringComparison.Ordinal);
        Assert.Contains("decoupled weight decay 0.1, for the first 1 epoch only,", text, StringComparison.Ordinal);
        Assert.Contains("          Lookahead every 3 steps, decay 0.7 · (share of the run)^3,", text, StringComparison.Ordinal);
        Assert.All(outcome.Lines.Where(line => line.StartsWith("          ", StringComparison.Ordinal)), line => Assert.InRange(line.Length, 0, 80));

        Again("parts", "--max-steps", "2").Succeeded();
        foreach (string steps in new[] { "4", "7", "100" })
        {
            Cifarfast.Run("train", "--resume", _temporary.Below("parts"), "--max-steps", steps, "--no-report").Succeeded();
        }

        Assert.Equal(RunFiles.Tensors(_temporary.Below("whole")), RunFiles.Tensors(_temporary.Below("parts")));
        string[][] rows = [.. File.ReadAllLines(_temporary.Below("whole", "metrics.csv")).Select(row => row.Split(','))];
        Assert.Equal(["learning_rate.first", "learning_rate.bias", "learning_rate.rest", "averaged", "passes"], rows[0][^5..]);
        Assert.Equal(["1", "2", "2.5"], rows[1..].Select(row => row[^1]));
        Assert.Equal(["0", "0", "1"], rows[1..].Select(row => row[^2]));
        Assert.Equal(["0.0125", "0", "0"], rows[1..].Select(row => row[^5]));
        Assert.Equal(["0.0005", "0.00025", "0.00025"], rows[1..].Select(row => row[^3]));
        Assert.Equal(File.ReadAllLines(_temporary.Below("whole", "batches.csv")).Select(row => row.Split(',')[^1]), File.ReadAllLines(_temporary.Below("parts", "batches.csv")).Select(row => row.Split(',')[^1]));

        Cifarfast.Run("report", _temporary.Below("whole"), "--data", _data).Succeeded();
        DrawnPicture.Check(_temporary.Below("whole", "pictures", "learning-rate.png"));
        Cifarfast.Run("train", "--resume", _temporary.Below("whole"), "--epochs", "3").EndedWith(ExitCode.Usage, "--epochs 3: the run was begun with 2.5");

        // All rates keep their proportion to the first.
        Again("faster", "--lr", "0.04", "--max-steps", "1").Succeeded();
        JsonNode faster = JsonNode.Parse(File.ReadAllText(_temporary.Below("faster", "config.json")))!["options"]!["recipe"]!["optimizer"]!;
        Assert.Equal([0.04f, 0.1f, 0.1f, 0.002f], new[] { faster }.Concat(faster["groups"]!.AsArray().Select(group => group!["optimizer"]!)).Select(node => node["learning_rate"]!.GetValue<float>()));
    }

    [Theory]
    [InlineData("""{"pattern":"*.bias","name":"a b"}""", "a group of parameters whose name is not made of letters")]
    [InlineData("""{"pattern":"*.bias","optimizer":{"learning_rate":0.1,"weight_decay":0,"groups":[{"pattern":"*"}],"type":"SGD"}}""", "a group of parameters whose optimizer has groups of its own")]
    [InlineData("""{"pattern":"*.bias","optimizer":{"learning_rate":-1,"weight_decay":0,"groups":[],"type":"SGD"}}""", "the learning rate -1")]
    [InlineData("""{"pattern":"*.bias","schedule":{"type":"StepSchedule","milestones":[2]}}""", "no config.json that this program can read")]
    [InlineData("""{"pattern":"*.bias","schedule":{"type":"Polynomial"}}""", "no config.json that this program can read")]
    public void A_group_that_nothing_can_be_trained_with_is_refused(string group, string message)
    {
        Train("run", "--max-steps", "1").Succeeded();
        JsonNode config = JsonNode.Parse(File.ReadAllText(Config))!;
        config["options"]!["recipe"]!["optimizer"]!["groups"] = new JsonArray(JsonNode.Parse(group));
        File.WriteAllText(Config, config.ToJsonString());

        Again("again").EndedWith(ExitCode.Failure, message);
    }

    /// <summary>Muon is for matrices, and the network has biases.</summary>
    [Fact]
    public void An_optimizer_of_matrices_needs_a_group_for_the_rest()
    {
        Train("run", "--max-steps", "1").Succeeded();
        JsonNode config = JsonNode.Parse(File.ReadAllText(Config))!;
        config["options"]!["recipe"]!["optimizer"] = JsonNode.Parse("""{"learning_rate":0.02,"weight_decay":0,"groups":[],"type":"Muon"}""");
        File.WriteAllText(Config, config.ToJsonString());

        Again("again").EndedWith(ExitCode.Failure, "Muon updates matrices, and 0.bias is a vector");
    }

    [Fact]
    public void Weights_to_begin_with_must_be_the_same()
    {
        Train("first", "--max-steps", "1").Succeeded();
        Train("second", "--max-steps", "2").Succeeded();
        string weights = _temporary.Below("weights.safetensors");
        File.Copy(_temporary.Below("first", "weights.safetensors"), weights);
        Train("run", "--init", weights, "--max-steps", "2").Succeeded();

        Again("again").Succeeded();
        Assert.Equal(RunFiles.Tensors(_temporary.Below("run")), RunFiles.Tensors(_temporary.Below("again")));
        File.Copy(_temporary.Below("second", "weights.safetensors"), weights, overwrite: true);
        Again("more").EndedWith(ExitCode.Failure, $"--config: {weights} is no longer the file that the run was begun with");
        Again("more", "--init", weights).Succeeded();
    }

    /// <summary>A checkpoint has the configuration too, and the first version's had that of the first version.</summary>
    [Fact]
    public void A_checkpoint_of_the_first_version_goes_on_and_is_evaluated()
    {
        Train("whole", "--max-steps", "4", "--lr", "0.02").Succeeded();
        Train("run", "--max-steps", "3", "--lr", "0.02").Succeeded();
        string last = _temporary.Below("run", "checkpoints", "last.safetensors");
        string config = System.Text.Encoding.UTF8.GetString(CifarFast.Engine.Checkpoints.Checkpoint.Read(last).Metadata("config")!);
        JsonNode first = JsonNode.Parse(config)!;
        JsonObject options = first["options"]!.AsObject();
        options.Remove("recipe");
        options["training"] = JsonNode.Parse("""
            {"epochs":20,"batch_size":64,"learning_rate":0.02,"momentum":0,"nesterov":false,"weight_decay":0,"seed":1,"max_steps":3,"monitor":"train_loss","patience":null}
            """);
        var raw = RawSafetensors.Of(File.ReadAllBytes(last));
        using var header = System.Text.Json.JsonDocument.Parse(raw.Header);
        string stored = header.RootElement.GetProperty("__metadata__").GetProperty("config").GetRawText();
        string edited = System.Text.Json.JsonSerializer.Serialize(first.ToJsonString());
        File.WriteAllBytes(last, (raw with { Header = raw.Header.Replace(stored, edited, StringComparison.Ordinal) }).ToBytes());
        File.Delete(Config);

        Cifarfast.Run("eval", last, "--data", _data).Succeeded();
        Cifarfast.Run("train", "--resume", last, "--max-steps", "4", "--no-report").Succeeded();
        Assert.Equal(RunFiles.Tensors(_temporary.Below("whole")), RunFiles.Tensors(_temporary.Below("run")));
    }

    private Outcome Train(string name, params string[] options) =>
        Cifarfast.Run(["train", "--no-report", "--data", _data, "--out", _temporary.Below(name), .. options]);

    private Outcome Again(string name, params string[] options) =>
        Cifarfast.Run(["train", "--no-report", "--config", Config, "--out", _temporary.Below(name), .. options]);

    private double[] Losses(string name) => Summary.Load(_temporary.Below(name)).OfEpochs("train_loss");
}
