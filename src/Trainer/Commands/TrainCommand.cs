using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Data;
using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Simd;
using CifarFast.Trainer.Console;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Commands;

/// <summary>The command line of <c>train</c>: what a person may ask for, checked, as <see cref="TrainSettings"/>.</summary>
internal static class TrainCommand
{
    private const string Distributed = "--distributed";

    /// <summary>Whether a command line of <c>train</c>, which may be wrong elsewhere, asks to share the work with other processes.</summary>
    public static DistributedKind DistributedOf(ParseResult parsed) =>
        parsed.GetResult(Distributed) is OptionResult result && !result.Errors.Any() ? result.GetValueOrDefault<DistributedKind>() : DistributedKind.Auto;

    /// <summary>Makes the command. Of the options that name a choice, the first value is the default.</summary>
    public static Command Create(Session session)
    {
        TrainSettings usual = TrainSettings.Default;
        Recipe reference = usual.Recipe;
        Option<string?> data = CommonOptions.Data();
        Option<DatasetKind> dataset = CommonOptions.Dataset("what --data holds; without it CIFAR-10 where it can be had, else the synthetic set.");
        Option<DatasetLabels?> labels = CommonOptions.Labels();
        Option<Answer?> flip = NamedOption.CreateOptional<Answer>(
            "--flip", "Whether images mirrored left to right are of the same class, so that recipes may mirror them. Default: no for digits (MNIST), else yes.");
        Option<int?> imageSize = NumberOption.CreateOptional<int>(
            "--image-size", $"Of a folder of pictures: the rows of an image and the pixels of a row that each picture is brought to. Default: {PictureSettings.Default.ImageSize}.", PictureSettings.IsSize, $"a whole number from {PictureSettings.LeastSize} to {PictureSettings.MostSize}");
        Option<PictureFit?> fit = NamedOption.CreateOptional<PictureFit>(
            "--fit", "Of a folder of pictures: crop (the default) cuts out the middle, letterbox keeps all of a picture between black bars.");
        var strict = new Option<bool>("--strict") { Description = "Of a folder of pictures: make a picture that cannot be read an error. Otherwise it is left out, and said so." };
        var mirror = new Option<Uri?>("--mirror")
        {
            Description = "Where to download the official archive from; what arrives is checked against its hash.",
            CustomParser = ParseMirror,
            HelpName = "url",
        };
        var recipe = new Option<string?>("--recipe")
        {
            Description = $"What to train and how; the options below override one number each. Default: {reference.Name}. The command recipes lists them.",
            HelpName = "name",
        };
        var config = new Option<string?>("--config")
        {
            Description = "Do the run again that wrote this config.json, on any machine: the same weights, bit for bit. Options beside it win.",
            HelpName = "config.json",
        };
        Option<decimal?> epochs = NumberOption.CreateOptional<decimal>(
            "--epochs", $"How many times to go through the training set; may be a fraction, such as 9.9. {OfRecipe(reference.Epochs)}", n => IsSound(reference with { Epochs = n }), $"a number above 0, up to {int.MaxValue}");
        Option<int?> batchSize = NumberOption.CreateOptional<int>(
            "--batch-size", $"Images a step. {OfRecipe(reference.BatchSize)}", n => IsSound(reference with { BatchSize = n }), $"a whole number from 1 to {TrainSettings.MaxBatchSize}");
        Option<float?> lr = NumberOption.CreateOptional<float>(
            "--lr", $"Learning rate; groups of parameters that have their own keep their proportion to it. {OfRecipe(reference.Optimizer.LearningRate)}", x => IsSound(reference with { Optimizer = new SGD(LearningRate: x) }), "a finite number above 0");
        Option<float?> momentum = NumberOption.CreateOptional<float>(
            "--momentum", $"Momentum of SGD; 0 for none. {OfRecipe(0)}", x => IsSound(reference with { Optimizer = new SGD(Momentum: x) }), "a number from 0 to below 1");
        var nesterov = new Option<bool>("--nesterov") { Description = "Make the momentum Nesterov's." };
        Option<float?> weightDecay = NumberOption.CreateOptional<float>(
            "--weight-decay", $"Weight decay, of SGD an L2 penalty added to every gradient; 0 for none. {OfRecipe(reference.Optimizer.WeightDecay)}", x => IsSound(reference with { Optimizer = new SGD(WeightDecay: x) }), "a finite number of at least 0");
        Option<ulong?> seed = NumberOption.CreateOptional<ulong>(
            "--seed", $"Decides the initial weights, the order of the images and the synthetic set. {OfRecipe(reference.Seed)}", static _ => true, $"a whole number from 0 to {ulong.MaxValue}");
        Option<int> threads = CommonOptions.Threads();
        Option<KernelPath> kernels = NamedOption.Create<KernelPath>(
            "--kernels", "fast (the default): Winograd's algorithm, im2col and blocked GEMM on SIMD instructions. naive: textbook loops, hundreds of times slower.");
        Option<ConvolutionKind> convolution = NamedOption.Create<ConvolutionKind>(
            "--convolution", "How the fast kernels compute convolutions. auto (the default): each as is fastest for its sizes. direct: product by product. winograd: by Winograd's algorithm, all of 3×3 and stride 1 on images of at least 2×2. Weights differ in their last bits.");
        Option<SimdTier?> simd = CommonOptions.Simd();
        Option<long?> maxSteps = NumberOption.CreateOptional<long>(
            "--max-steps", "End the run after so many steps, in the middle of an epoch if need be.", n => IsSound(reference with { MaxSteps = n }), $"a whole number from 1 to {long.MaxValue}");
        Option<int?> limitTrain = NumberOption.CreateOptional<int>(
            "--limit-train", "Train on the first so many images only.", n => IsSound(usual with { LimitTrain = n }), $"a whole number from 1 to {int.MaxValue}");
        Option<int?> limitTest = NumberOption.CreateOptional<int>(
            "--limit-test", "Evaluate on the first so many images only.", n => IsSound(usual with { LimitTest = n }), $"a whole number from 1 to {int.MaxValue}");
        Option<TimeSpan?> maxTime = DurationOption.CreateOptional(
            "--max-time", "Stop and save after so long (90s, 45m, 1h30m), to be resumed later.");
        Option<double?> validationSplit = NumberOption.CreateOptional<double>(
            "--validation-split", "Hold out this share of the training images, chosen by the seed, to judge epochs by. The test images are never chosen by.", x => IsSound(usual with { ValidationSplit = x }), "a number between 0 and 1");
        Option<Metric?> monitor = NamedOption.CreateOptional<Metric>(
            "--monitor", "What selects the best epoch. Default: validation-accuracy with a --validation-split, else train-loss.");
        Option<int?> patience = NumberOption.CreateOptional<int>(
            "--patience", "End the run when --monitor has not improved for so many epochs.", n => IsSound(reference with { Patience = n }), $"a whole number from 1 to {int.MaxValue}");
        Option<int> checkpointEvery = NumberOption.Create(
            "--checkpoint-every", "Save a checkpoint every so many steps or every minute, whichever comes first, and at the end of each epoch; 0 for these only.", usual.CheckpointEvery, n => IsSound(usual with { CheckpointEvery = n }), $"a whole number from 0 to {int.MaxValue}");
        Option<ClassBalance?> balance = NamedOption.CreateOptional<ClassBalance>(
            "--balance", "Where classes have different numbers of training images: weights has each count in the loss the more, the fewer its class has; sampling has each epoch draw all classes equally often. Default: none.");
        var init = new Option<string?>("--init")
        {
            Description = $"Begin with these weights instead of random ones: a checkpoint, weights in the safetensors or .npz format, or a run's folder or {RunName.Latest}, which stands for the weights that its recipe makes for. Of a network with other classes all is kept but the last layer, and of that the classes of the same name.",
            HelpName = $"file|run|{RunName.Latest}",
        };
        Option<TensorMapping[]> map = MapOption.Create();
        Option<string[]> freeze = FreezeOption.Create();
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
        Option<DistributedKind> distributed = NamedOption.Create<DistributedKind>(
            Distributed, "Whether to share the work with other processes. auto (the default): with those that an MPI launcher started (mpirun -n 4 cifarfast train …). off: with none. mpi: with those that MPI knows of, whatever started them. The result is bitwise the same for any number.");
        Option<TimeSpan?> mpiTimeout = DurationOption.CreateOptional(
            "--mpi-timeout", "End the run when a process waits so long for others. Default: 10m.");
        var noReport = new Option<bool>("--no-report") { Description = "Leave out the evaluation, the pictures and report.html at the end; report <run> draws them at any time." };
        var noProgress = new Option<bool>("--no-progress") { Description = "Print plain lines instead of the live view." };

        var command = new Command("train", "Trains a network by a recipe. The default is the reference recipe: 20 epochs of SGD, learning rate 0.01, batches of 64.")
        {
            recipe, config, data, dataset, labels, imageSize, fit, strict, flip, mirror, epochs, batchSize, lr, momentum, nesterov, weightDecay, seed, threads, kernels, convolution, simd,
            maxSteps, maxTime, limitTrain, limitTest, validationSplit, monitor, patience, checkpointEvery, balance, init, map, freeze, resume, acceptNumerics, outDirectory, distributed, mpiTimeout, noReport, noProgress,
        };
        command.SetAction(parsed =>
        {
            session.DoWithoutOutput();
            bool IsGiven(Option option) => parsed.GetResult(option) is OptionResult { Implicit: false };

            // A run that is there already knows its data set, unless another place is named.
            bool isFolder = (IsGiven(data) || IsGiven(dataset) || !(IsGiven(resume) || IsGiven(config)))
                && DataSource.IsFolder(new DatasetRequest { Kind = parsed.GetValue(dataset), Path = parsed.GetValue(data) });
            TrainSettings fresh = usual with
            {
                Recipe = parsed.GetValue(recipe) is string chosen ? RecipesCommand.Find(chosen, recipe.Name) : isFolder ? RecipeCatalog.OfFewImages : reference,
                Execution = new ExecutionOptions { Threads = parsed.GetValue(threads) },
            };

            // What is asked for, on the basis of settings that say the rest.
            TrainSettings On(TrainSettings basis)
            {
                Recipe based = basis.Recipe;
                double? split = parsed.GetValue(validationSplit) ?? basis.ValidationSplit;
                bool splitsAnew = split is not null && basis.ValidationSplit is null;
                ulong drawn = parsed.GetValue(seed) ?? based.Seed;
                DatasetKind kind = isFolder ? DatasetKind.Folder : IsGiven(dataset) ? parsed.GetValue(dataset) : basis.Dataset.Kind;
                return basis with
                {
                    Dataset = new DatasetRequest
                    {
                        Kind = kind,
                        Path = parsed.GetValue(data) ?? (IsGiven(dataset) && parsed.GetValue(dataset) != basis.Dataset.Kind ? null : basis.Dataset.Path),
                        Labels = parsed.GetValue(labels) ?? basis.Dataset.Labels,
                        Mirror = parsed.GetValue(mirror) ?? basis.Dataset.Mirror,

                        // A run that is done again with another seed has the same images.
                        Seed = ReferenceEquals(basis, fresh) ? drawn : basis.Dataset.Seed,
                    },
                    Pictures = kind != DatasetKind.Folder ? null : (basis.Pictures ?? PictureSettings.Default) with
                    {
                        ImageSize = parsed.GetValue(imageSize) ?? basis.Pictures?.ImageSize ?? PictureSettings.Default.ImageSize,
                        Fit = parsed.GetValue(fit) ?? basis.Pictures?.Fit ?? PictureSettings.Default.Fit,
                        Strict = parsed.GetValue(strict),
                    },
                    Recipe = based with
                    {
                        Epochs = parsed.GetValue(epochs) ?? based.Epochs,
                        LeastSteps = IsGiven(epochs) ? 0 : based.LeastSteps,
                        BatchSize = parsed.GetValue(batchSize) ?? based.BatchSize,
                        Optimizer = WithOptions(
                            based.Optimizer, parsed.GetValue(lr), parsed.GetValue(momentum), IsGiven(nesterov) ? parsed.GetValue(nesterov) : null, parsed.GetValue(weightDecay)),
                        Balance = parsed.GetValue(balance) ?? based.Balance,
                        Seed = drawn,
                        MaxSteps = parsed.GetValue(maxSteps) ?? based.MaxSteps,
                        Monitor = parsed.GetValue(monitor) ?? (splitsAnew ? Metric.ValidationAccuracy : based.Monitor),
                        Patience = parsed.GetValue(patience) ?? based.Patience,
                    },
                    Execution = basis.Execution with
                    {
                        Kernels = IsGiven(kernels) ? parsed.GetValue(kernels) : basis.Execution.Kernels,
                        Convolution = IsGiven(convolution) ? parsed.GetValue(convolution) : basis.Execution.Convolution,
                        Tier = SimdTiers.Requested(parsed.GetValue(simd)?.Name()) ?? SimdTiers.Best,
                        Threads = IsGiven(threads) ? parsed.GetValue(threads) : basis.Execution.Threads,
                    },
                    LimitTrain = parsed.GetValue(limitTrain) ?? basis.LimitTrain,
                    LimitTest = parsed.GetValue(limitTest) ?? basis.LimitTest,
                    ValidationSplit = split,
                    MirrorKeepsClasses = parsed.GetValue(flip) is Answer answer ? answer == Answer.Yes : basis.MirrorKeepsClasses,
                    Init = parsed.GetValue(init) is string name ? Path.GetFullPath(ModelFile.Find(init.Name, name)) : basis.Init,
                    InitMap = IsGiven(map) || IsGiven(init) ? parsed.GetValue(map) : basis.InitMap,
                    InitSha256 = IsGiven(init) ? null : basis.InitSha256,
                    Freeze = IsGiven(freeze) ? parsed.GetValue(freeze)! : basis.Freeze,
                    CheckpointEvery = IsGiven(checkpointEvery) ? parsed.GetValue(checkpointEvery) : basis.CheckpointEvery,
                    MaxTime = parsed.GetValue(maxTime),
                    Out = parsed.GetValue(outDirectory),
                    AcceptNumerics = parsed.GetValue(acceptNumerics),
                    NoReport = parsed.GetValue(noReport),
                    NoProgress = parsed.GetValue(noProgress),
                };
            }

            // Options that say nothing of the set there is.
            TrainSettings OfItsKind(TrainSettings settings) =>
                settings.Pictures is null && new Option[] { imageSize, fit, strict }.FirstOrDefault(IsGiven) is Option pictures
                    ? throw new UsageException($"{pictures.Name} is for folders of pictures, and {(parsed.GetValue(data) is string place ? $"'{place}' is none" : "no --data names one")}")
                    : settings;

            if (parsed.GetValue(resume) is string target)
            {
                if (IsGiven(config))
                {
                    throw new UsageException("--config does not go with --resume: the one begins a run, the other goes on with one");
                }

                if (parsed.GetValue(map)?.Length > 0)
                {
                    throw new UsageException("--map does not go with --resume, which has its own weights");
                }

                return new TrainRun(session, On(fresh), target, stored =>
                {
                    TrainSettings settings = OfItsKind(On(stored ?? fresh));
                    if (stored is not null)
                    {
                        ResumeRules.Check(stored, settings, parsed.GetValue(recipe));
                        return settings;
                    }

                    // Another program's run says nothing of its recipe.
                    CheckTogether(settings);
                    return settings.Init is null ? settings : throw new UsageException("--init does not go with --resume, which has its own weights");
                })
                {
                    AreThreadsGiven = IsGiven(threads),
                    Distributed = parsed.GetValue(distributed),
                    MpiTimeout = parsed.GetValue(mpiTimeout) ?? TrainRun.UsualMpiTimeout,
                }.Execute();
            }

            if (parsed.GetValue(acceptNumerics))
            {
                throw new UsageException("--accept-numerics needs a --resume, whose run it is about");
            }

            if (IsGiven(config) && IsGiven(recipe))
            {
                throw new UsageException("--recipe does not go with --config, which has its own recipe");
            }

            RunConfig? again = parsed.GetValue(config) is string path ? RunConfig.ReadAgain(path) : null;
            TrainSettings asked = OfItsKind(On(again?.Again(fresh.Execution.Threads) ?? fresh));
            CheckTogether(asked);
            if (asked is { InitMap.Count: > 0, Init: null })
            {
                throw new UsageException("--map needs an --init, whose tensors it is about");
            }

            return new TrainRun(session, asked)
            {
                Again = again,
                AreThreadsGiven = IsGiven(threads),
                Distributed = parsed.GetValue(distributed),
                MpiTimeout = parsed.GetValue(mpiTimeout) ?? TrainRun.UsualMpiTimeout,
                IsMonitorGiven = IsGiven(monitor) || again is not null,
                WhyRecipe = isFolder && again is null && !IsGiven(recipe) ? "as none was named: it learns from few pictures too, in minutes" : null,
            }.Execute();
        });
        return command;
    }

    private static void CheckTogether(TrainSettings settings)
    {
        if (settings.Recipe.Optimizer is SGD { Nesterov: true, Momentum: 0 })
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

        // Folders may have images to validate with of their own.
        if (settings is { ValidationSplit: null, Pictures: null, Recipe.Monitor: Metric.ValidationLoss or Metric.ValidationAccuracy })
        {
            throw new UsageException($"--monitor {ChoiceName.Of(settings.Recipe.Monitor)} needs a --validation-split");
        }
    }

    private static bool IsSound(TrainSettings settings) => settings.FindFault() is null;

    private static bool IsSound(Recipe recipe) => IsSound(TrainSettings.Default with { Recipe = recipe });

    private static string OfRecipe(IFormattable value) => $"Default: the recipe's, of {RecipeCatalog.All[0].Name} {value.ToString(null, CultureInfo.InvariantCulture)}.";

    private static Optimizer WithOptions(Optimizer optimizer, float? learningRate, float? momentum, bool? nesterov, float? weightDecay)
    {
        double ratio = learningRate is float asked ? (double)asked / optimizer.LearningRate : 1;
        optimizer = optimizer with
        {
            LearningRate = learningRate ?? optimizer.LearningRate,
            WeightDecay = weightDecay ?? optimizer.WeightDecay,
            Groups = [.. optimizer.Groups.Select(group => group.Optimizer is not Optimizer own ? group
                : group with { Optimizer = own with { LearningRate = (float)(own.LearningRate * ratio) } })],
        };
        return momentum is null && nesterov is null ? optimizer
            : optimizer is SGD sgd ? sgd with { Momentum = momentum ?? sgd.Momentum, Nesterov = nesterov ?? sgd.Nesterov }
            : throw new UsageException($"{(momentum is null ? "--nesterov" : "--momentum")} is of SGD, and the recipe's optimizer is {optimizer.GetType().Name}");
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
