using System.CommandLine;
using System.CommandLine.Parsing;
using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Data;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Training;
using CifarFast.Trainer.Console;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Commands;

/// <summary>The command line of <c>train</c>: what a person may ask for, checked, as <see cref="TrainSettings"/>.</summary>
internal static class TrainCommand
{
    private const int DefaultCheckpointEvery = 50;

    /// <summary>Makes the command. Of the options that name a choice, the first value is the default.</summary>
    public static Command Create(Session session)
    {
        var defaults = new TrainingOptions();
        Option<string?> data = CommonOptions.Data();
        Option<DatasetKind> dataset = NamedOption.Create<DatasetKind>(
            "--dataset", "auto (the default): CIFAR-10 where it can be had, else the synthetic set. cifar10: CIFAR-10 or an error. synthetic: drawn shapes and textures, built in.");
        var mirror = new Option<Uri?>("--mirror")
        {
            Description = "Where to download the official archive from; what arrives is checked against its hash.",
            CustomParser = ParseMirror,
            HelpName = "url",
        };
        Option<int> epochs = NumberOption.Create(
            "--epochs", "How many times to go through the training set.", defaults.Epochs, static n => n > 0, $"a whole number from 1 to {int.MaxValue}");
        Option<int> batchSize = NumberOption.Create(
            "--batch-size", "Images a step.", defaults.BatchSize, static n => n is > 0 and <= TrainSettings.MaxBatchSize, $"a whole number from 1 to {TrainSettings.MaxBatchSize}");
        Option<float> lr = NumberOption.Create(
            "--lr", "Learning rate of SGD.", defaults.LearningRate, static x => x > 0 && float.IsFinite(x), "a finite number above 0");
        Option<float> momentum = NumberOption.Create(
            "--momentum", "Momentum of SGD; 0 for none.", defaults.Momentum, static x => x is >= 0 and < 1, "a number from 0 to below 1");
        var nesterov = new Option<bool>("--nesterov") { Description = "Make the momentum Nesterov's." };
        Option<float> weightDecay = NumberOption.Create(
            "--weight-decay", "L2 penalty added to every gradient; 0 for none.", defaults.WeightDecay, static x => x >= 0 && float.IsFinite(x), "a finite number of at least 0");
        Option<ulong> seed = NumberOption.Create(
            "--seed", "Decides the initial weights, the order of the images and the synthetic set.", defaults.Seed, static _ => true, $"a whole number from 0 to {ulong.MaxValue}");
        Option<int> threads = CommonOptions.Threads();
        Option<KernelPath> kernels = NamedOption.Create<KernelPath>(
            "--kernels", "fast (the default): im2col and blocked GEMM on SIMD instructions. naive: textbook loops, hundreds of times slower.");
        Option<SimdTier?> simd = CommonOptions.Simd();
        Option<long?> maxSteps = NumberOption.CreateOptional<long>(
            "--max-steps", "End the run after so many steps, in the middle of an epoch if need be.", static n => n > 0, $"a whole number from 1 to {long.MaxValue}");
        Option<int?> limitTrain = NumberOption.CreateOptional<int>(
            "--limit-train", "Train on the first so many images only.", static n => n > 0, $"a whole number from 1 to {int.MaxValue}");
        Option<int?> limitTest = NumberOption.CreateOptional<int>(
            "--limit-test", "Evaluate on the first so many images only.", static n => n > 0, $"a whole number from 1 to {int.MaxValue}");
        Option<TimeSpan?> maxTime = DurationOption.CreateOptional(
            "--max-time", "Stop and save after so long (90s, 45m, 1h30m), to be resumed later.");
        Option<double?> validationSplit = NumberOption.CreateOptional<double>(
            "--validation-split", "Hold out this share of the training images, chosen by the seed, to judge epochs by. The test images are never chosen by.", static x => x is > 0 and < 1, "a number between 0 and 1");
        Option<Metric?> monitor = NamedOption.CreateOptional<Metric>(
            "--monitor", "What selects the best epoch. Default: validation-accuracy with a --validation-split, else train-loss.");
        Option<int?> patience = NumberOption.CreateOptional<int>(
            "--patience", "End the run when --monitor has not improved for so many epochs.", static n => n > 0, $"a whole number from 1 to {int.MaxValue}");
        Option<int> checkpointEvery = NumberOption.Create(
            "--checkpoint-every", "Save a checkpoint every so many steps, and at the end of each epoch; 0 for these only.", DefaultCheckpointEvery, static n => n >= 0, $"a whole number from 0 to {int.MaxValue}");
        var init = new Option<string?>("--init")
        {
            Description = $"Begin with these weights instead of random ones: a checkpoint, weights in the safetensors or .npz format, or a run's folder or {RunName.Latest}, which stands for its best checkpoint.",
            HelpName = $"file|run|{RunName.Latest}",
        };
        Option<TensorMapping[]> map = MapOption.Create();
        var resume = new Option<string?>("--resume")
        {
            Description = "Go on with a run where it was saved last: its folder, a checkpoint, or latest. With --out it goes on in a new folder. Limits can be raised: --epochs, --max-steps, --patience.",
            HelpName = "run|checkpoint|latest",
        };
        var outDirectory = new Option<string?>("--out")
        {
            Description = "The run's folder: config, metrics, checkpoints, weights. Default: a new one, runs/<time>-<network>.",
            HelpName = "dir",
        };
        var acceptNumerics = new Option<bool>("--accept-numerics")
        {
            Description = "With --resume: go on with a run of a program that computes in another order, although its weights then differ from those of either program; config.json records it.",
        };
        var noReport = new Option<bool>("--no-report") { Description = "Leave out the evaluation, the pictures and report.html at the end; report <run> draws them at any time." };
        var noProgress = new Option<bool>("--no-progress") { Description = "Print plain lines instead of the live view." };

        var command = new Command("train", "Trains the reference network: by default 20 epochs of SGD, learning rate 0.01, batches of 64.")
        {
            data, dataset, mirror, epochs, batchSize, lr, momentum, nesterov, weightDecay, seed, threads, kernels, simd,
            maxSteps, maxTime, limitTrain, limitTest, validationSplit, monitor, patience, checkpointEvery, init, map, resume, acceptNumerics, outDirectory, noReport, noProgress,
        };
        command.SetAction(parsed =>
        {
            session.DoWithoutOutput();
            SimdTier? tier = SimdTiers.Requested(parsed.GetValue(simd)?.Name());
            var asked = new TrainSettings
            {
                Dataset = new DatasetRequest
                {
                    Kind = parsed.GetValue(dataset),
                    Path = parsed.GetValue(data),
                    Mirror = parsed.GetValue(mirror),
                    Seed = parsed.GetValue(seed),
                },
                Training = new TrainingOptions
                {
                    Epochs = parsed.GetValue(epochs),
                    BatchSize = parsed.GetValue(batchSize),
                    LearningRate = parsed.GetValue(lr),
                    Momentum = parsed.GetValue(momentum),
                    Nesterov = parsed.GetValue(nesterov),
                    WeightDecay = parsed.GetValue(weightDecay),
                    Seed = parsed.GetValue(seed),
                    MaxSteps = parsed.GetValue(maxSteps),
                    Monitor = parsed.GetValue(monitor) ?? (parsed.GetValue(validationSplit) is null ? Metric.TrainLoss : Metric.ValidationAccuracy),
                    Patience = parsed.GetValue(patience),
                },
                Execution = new ExecutionOptions
                {
                    Kernels = parsed.GetValue(kernels),
                    Tier = tier ?? SimdTiers.Best,
                    Threads = parsed.GetValue(threads),
                },
                LimitTrain = parsed.GetValue(limitTrain),
                LimitTest = parsed.GetValue(limitTest),
                ValidationSplit = parsed.GetValue(validationSplit),
                Init = parsed.GetValue(init) is string name ? Path.GetFullPath(ModelFile.Find(init.Name, name)) : null,
                InitMap = parsed.GetValue(map),
                CheckpointEvery = parsed.GetValue(checkpointEvery),
                MaxTime = parsed.GetValue(maxTime),
                Out = parsed.GetValue(outDirectory),
                AcceptNumerics = parsed.GetValue(acceptNumerics),
                NoReport = parsed.GetValue(noReport),
                NoProgress = parsed.GetValue(noProgress),
            };
            if (parsed.GetValue(resume) is not string target)
            {
                if (asked.AcceptNumerics)
                {
                    throw new UsageException("--accept-numerics needs a --resume, whose run it is about");
                }

                CheckTogether(asked);
                if (asked is { InitMap.Count: > 0, Init: null })
                {
                    throw new UsageException("--map needs an --init, whose tensors it is about");
                }

                return new TrainRun(session, asked).Execute();
            }

            if (asked.InitMap?.Count > 0)
            {
                throw new UsageException("--map does not go with --resume, which has its own weights");
            }

            return new TrainRun(session, asked, ResumeTarget.Find(target), stored =>
            {
                // Another program's run says nothing of its recipe.
                if (stored is null)
                {
                    CheckTogether(asked);
                    return asked.Init is null ? asked : throw new UsageException("--init does not go with --resume, which has its own weights");
                }

                return ResumeRules.Apply(stored, asked, option => parsed.GetResult(option) is OptionResult { Implicit: false });
            }).Execute();
        });
        return command;
    }

    private static void CheckTogether(TrainSettings settings)
    {
        if (settings.Training is { Nesterov: true, Momentum: 0 })
        {
            throw new UsageException("--nesterov needs a --momentum above 0");
        }

        if (settings.Dataset is { Kind: DatasetKind.Synthetic, Path: not null })
        {
            throw new UsageException("--data does not go with --dataset synthetic, which is built in");
        }

        if (settings is { ValidationSplit: not null, LimitTrain: 1 })
        {
            throw new UsageException("--validation-split needs at least 2 training images, and --limit-train leaves 1");
        }

        if (settings is { ValidationSplit: null, Training.Monitor: Metric.ValidationLoss or Metric.ValidationAccuracy })
        {
            throw new UsageException($"--monitor {ChoiceName.Of(settings.Training.Monitor)} needs a --validation-split");
        }
    }

    private static Uri? ParseMirror(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps))
        {
            return uri;
        }

        result.AddError($"--mirror takes an http or https address, not '{text}'.");
        return null;
    }
}
