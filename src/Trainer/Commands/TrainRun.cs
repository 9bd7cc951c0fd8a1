using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Data;
using CifarFast.Engine.Distributed;
using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Inference;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Numerics;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Training;
using CifarFast.Trainer.Console;
using CifarFast.Trainer.Reports;
using CifarFast.Trainer.Runs;
using Spectre.Console;
using Architecture = CifarFast.Engine.Nn.Architecture;

namespace CifarFast.Trainer.Commands;

/// <summary>A run of <c>train</c>, from the data set to the files it leaves behind.</summary>
/// <param name="session">Where to write.</param>
/// <param name="asked">What was asked for on the command line.</param>
/// <param name="resume">What is to go on, as it was named, or null for a new run.</param>
/// <param name="merge">From the settings a run was begun with, or null where it is another program's, to those it goes on with.</param>
internal sealed class TrainRun(Session session, TrainSettings asked, string? resume = null, Func<TrainSettings?, TrainSettings>? merge = null)
{
    /// <summary>How long a process waits for others where nobody says otherwise.</summary>
    public static readonly TimeSpan UsualMpiTimeout = TimeSpan.FromMinutes(10);

    /// <summary>How long the step under way may take, after a signal, for all processes to end the run together: launchers kill them soon after it.</summary>
    private static readonly TimeSpan _longestFarewell = TimeSpan.FromMilliseconds(200);

    /// <summary>How long the first process may take to say that it was stopped before it began.</summary>
    private static readonly TimeSpan _longestWord = TimeSpan.FromSeconds(5);

    private ITrainingView? _view;
    private Processes _processes = null!;

    /// <summary>The run that is to be done again, or null.</summary>
    public RunConfig? Again { get; init; }

    /// <summary>Whether what selects the best epoch was asked for; else images that a data set has to validate with select it.</summary>
    public bool IsMonitorGiven { get; init; }

    /// <summary>Why the recipe was taken, where none was named and it is not the usual one; else null.</summary>
    public string? WhyRecipe { get; init; }

    /// <summary>Whether it was said how many threads compute.</summary>
    public bool AreThreadsGiven { get; init; }

    /// <summary>Whether to train together with other processes.</summary>
    public DistributedKind Distributed { get; init; }

    /// <summary>How long to wait for them.</summary>
    public TimeSpan MpiTimeout { get; init; } = UsualMpiTimeout;

    /// <summary>What several processes write comes together line by line.</summary>
    private bool IsLive => session.IsInteractive && !asked.NoProgress && !_processes.AreSeveral;

    /// <summary>Trains and returns the exit code.</summary>
    /// <exception cref="RunException">The run folder cannot be used, the end of the run could not be saved, or the loss was no longer a number.</exception>
    /// <exception cref="CheckpointException">There is no checkpoint to go on from, or it is damaged or of another network.</exception>
    /// <exception cref="UsageException">An option would make another run of the one that is to go on.</exception>
    /// <exception cref="DataException">The data set is missing, damaged or not to be had.</exception>
    public int Execute()
    {
        // Where this fails, it fails in all of them.
        session.EndAll = static _ => { };
        _processes = Processes.Join(Distributed, MpiTimeout);
        session.EndAll = _processes.EndAll;
        try
        {
            _processes.Agree(() => [.. SharedSettings.Of(asked), ("--resume", resume is null ? "not given" : "given")]);
            return _processes.IsFirst ? Lead() : Follow();
        }
        catch (Exception error) when (!_processes.IsFirst && error is not OperationCanceledException)
        {
            throw _processes.Named(error);
        }
    }

    /// <summary>Trains as the process that writes, be it the only one or the first.</summary>
    private int Lead()
    {
        // Whatever can fail for a reason known now must not fail after hours of training.
        ResumeTarget? target = resume is null ? null : ResumeTarget.Find(resume);
        bool inPlace = target is not null && asked.Out is null;
        using RunFolder folder = inPlace && target!.Run is string run ? RunFolder.Open(run) : RunFolder.Create(asked.Out, asked.Recipe.Name);
        using var interruption = new Interruption(
            () => _view?.Note("stopping and saving; once more to leave at once"),
            () =>
            {
                RestoreTerminal();
                folder.RemoveIfEmpty();
            });
        try
        {
            Checkpoint? checkpoint = target?.Read(inPlace, session.Warn);
            RunConfig? begun = checkpoint is null ? null : RunConfig.Of(checkpoint);
            begun = inPlace ? begun?.WithLimitsOf(folder.Paths.Config) : begun;
            if (_processes.AreSeveral && checkpoint is not null)
            {
                _processes.FromFirst(File.ReadAllBytes(checkpoint.Path));
                _processes.FromFirst(begun?.ToJson());
            }

            (RunSummary summary, TestHalf test, ExecutionOptions execution) = LoadAndTrain(folder, checkpoint, begun, inPlace, interruption)!.Value;
            return summary.Status == StopReason.Stopped ? interruption.ExitCode ?? ExitCode.Success
                : asked.NoReport ? ExitCode.Success
                : Report(folder, summary, test, execution, interruption);
        }
        catch (OperationCanceledException) when (interruption.ExitCode is int code)
        {
            session.Error.WriteLine(inPlace
                ? $"cifarfast: stopped before training went on; {folder.Path} is as it was; to go on:"
                : "cifarfast: stopped before training began; nothing was saved");
            if (inPlace)
            {
                session.Output.WriteLine(SelfCommand.Resume(folder.Path, _processes.Collective.Size));
            }

            folder.RemoveIfEmpty();
            return code;
        }
        catch
        {
            folder.RemoveIfEmpty();
            throw;
        }
    }

    /// <summary>Trains as a process that is not the first: it writes nothing, and has nothing to say.</summary>
    private int Follow()
    {
        session = session.Silenced();
        using var interruption = new Interruption(static () => { }, static () => { });
        string? received = null;
        try
        {
            Checkpoint? checkpoint = null;
            RunConfig? begun = null;
            if (resume is not null)
            {
                received = Path.Combine(Path.GetTempPath(), $"cifarfast-{Guid.NewGuid():N}.safetensors");
                File.WriteAllBytes(received, _processes.FromFirst(own: null));
                checkpoint = Checkpoint.Read(received);
                byte[] config = _processes.FromFirst(own: null);
                begun = config.Length == 0 ? null : RunConfig.Parse(config);
            }

            LoadAndTrain(folder: null, checkpoint, begun, inPlace: false, interruption);
            return ExitCode.Success;
        }
        catch (OperationCanceledException) when (interruption.ExitCode is int code)
        {
            // The first process was told to stop as well, as a rule; when it has said so, it ends all.
            Thread.Sleep(_longestWord);
            return code;
        }
        finally
        {
            if (received is not null)
            {
                File.Delete(received);
            }
        }
    }

    /// <summary>Trains; the results are null in a process that is not the first.</summary>
    private (RunSummary Summary, TestHalf Test, ExecutionOptions Execution)? LoadAndTrain(
        RunFolder? folder, Checkpoint? checkpoint, RunConfig? begun, bool inPlace, Interruption interruption)
    {
        CheckNumerics(checkpoint);
        TrainSettings settings = checkpoint is null ? asked : merge!(begun?.Options);
        settings = settings with { Execution = _processes.Share(settings.Execution, AreThreadsGiven, session.Note) };
        if (begun?.Processes > 1 && !_processes.AreSeveral && !AreThreadsGiven)
        {
            // Those that it had were its share of the cores.
            settings = settings with { Execution = settings.Execution with { Threads = Environment.ProcessorCount } };
        }
        TensorAssignment? initial = null;
        Architecture? resumed = null;

        DatasetRequest request = begun is null ? settings.Dataset : begun.Locate(settings.Dataset);
        DatasetPlace place = DatasetLoader.Find(request);
        if (begun is null && request.Labels != DatasetLabels.Fine && place.Kind != DatasetKind.Cifar100)
        {
            throw new UsageException($"--labels is for CIFAR-100, and the images are {ChoiceName.Of(place.Kind)}");
        }

        Architecture? expected = DataSource.Expect(place.Kind, request.Labels) is (Shape shape, int classes) ? settings.Recipe.Network(shape, classes) : null;
        PretrainedWeights? ReadWeights(Architecture? architecture)
        {
            if (checkpoint is not null)
            {
                using var model = Classifier.Load(checkpoint.Path, batchSize: 1, architecture: architecture is null ? null : Freeze(architecture, settings));
                initial = model.Weights;
                resumed = model.Network.Architecture;
                return null;
            }

            if (settings.Init is null)
            {
                return null;
            }

            var weights = PretrainedWeights.Load(settings.Init, architecture!, settings.InitMap);
            initial = weights.Weights;
            settings = WithHashOfInit(settings, interruption.Token);
            return weights;
        }

        // Where it is known what the images are like, weights that are of no use and memory that is too small are found before they are loaded, or downloaded.
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / _processes.OnThisMachine;
        bool areWeightsRead = begun is not null || expected is not null;
        using PretrainedWeights? early = areWeightsRead ? ReadWeights(begun is null ? expected : null) : null;
        Architecture? planned = resumed ?? (expected is null ? null : Freeze(expected, settings));
        long memory = expected is null ? 0 : MemoryCheck.Run(settings, planned!, _processes.Collective, MemoryCheck.UsualImageBytes, available);
        (LoadedDataset loaded, RunData identity) = Load(settings, request, place, begun, interruption.Token);
        settings = WithMonitor(settings, checkpoint, loaded.Dataset);
        TrainingData data = RunImages.Of(loaded.Dataset, settings);

        // A run that goes on has measured its images before.
        Normalize normalize = loaded.Dataset.Normalize ?? resumed?.Layers.OfType<Normalize>().FirstOrDefault() ?? data.Train.MeasureNormalize(interruption.Token);
        bool mirrorKeepsClasses = settings.MirrorKeepsClasses ?? loaded.Dataset.MirrorKeepsClasses;
        Recipe adapted = settings.Recipe.For(normalize, mirrorKeepsClasses);
        settings = settings with { MirrorKeepsClasses = mirrorKeepsClasses, Recipe = adapted with { Epochs = adapted.For(data.Train.Count).Epochs } };
        Architecture begins = settings.Recipe.Network(data.Train.Shape, loaded.Dataset.ClassNames.Count, normalize);
        using PretrainedWeights? late = areWeightsRead ? null : ReadWeights(begins);
        PretrainedWeights? pretrained = early ?? late;
        begins = pretrained is null ? begins : begins.WithNormalizeOf(pretrained.Architecture);
        Architecture architecture = resumed ?? Freeze(begins, settings);
        memory = expected is null ? MemoryCheck.Run(settings, architecture, _processes.Collective, MemoryCheck.ImageBytes(loaded.Dataset), available) : memory;

        // What estimates and files left behind should not lie beside the network.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        RunConfig config = new()
        {
            ProgramVersion = RunConfig.ThisProgramVersion,
            Started = begun?.Started ?? DateTimeOffset.Now,
            Network = architecture.Name,
            Data = identity,
            Options = settings with { Dataset = settings.Dataset with { Path = loaded.Path } },
            Machine = Machine.Current(),
            Processes = _processes.AreSeveral ? _processes.Collective.Size : null,
            CommandLines = [.. begun?.CommandLines ?? [], session.CommandLine],
            NumericsVersions = NumericsOf(checkpoint, begun),
            Imported = RunConfig.ImportedHistoryOf(checkpoint),
        };
        _processes.Agree(() => [.. SharedSettings.Of(settings), .. SharedSettings.Of(identity), ("the network", architecture.ToJson() ?? architecture.Name)]);
        if (folder is not null)
        {
            string? processes = _processes.AreSeveral ? _processes.Description : null;
            RunHeader.Write(session, settings, loaded, data, architecture, folder.Path, checkpoint?.State, initial, pretrained, memory, WhyRecipe, processes);
        }

        if (config.NumericsVersions.Count > 1)
        {
            session.Warn($"the run has steps of the numerics versions {string.Join(" and ", config.NumericsVersions)}: no single version reproduces its weights");
        }

        // A batch is never larger than the set, and memory for more would only be missed elsewhere.
        Recipe recipe = settings.Recipe.For(data.Train.Count);
        Action<Network> initialize = network => Initialize(network, begins, recipe, data.Train, loaded.Dataset.ClassNames, pretrained, interruption.Token);
        if (Train(folder, architecture, data, recipe, config, checkpoint, initialize, inPlace, interruption) is not RunSummary summary)
        {
            return null;
        }

        TestHalf test = TestHalf.Of(loaded) with { Augmented = AugmentedImages.Of(data.Train, recipe, loaded.Dataset.ClassNames) };
        return (summary, test, config.Options.Execution);
    }

    /// <summary>Images that a set has to validate with are there to choose by, unless something else was asked for.</summary>
    private TrainSettings WithMonitor(TrainSettings settings, Checkpoint? checkpoint, ImageDataset dataset) =>
        checkpoint is not null || IsMonitorGiven || dataset.Validation is null
            ? settings
            : settings with { Recipe = settings.Recipe with { Monitor = Metric.ValidationAccuracy } };

    /// <summary>A network whose parameters stay as they begin, where that is asked for.</summary>
    /// <exception cref="UsageException">It has none of such names, or no others.</exception>
    private static Architecture Freeze(Architecture architecture, TrainSettings settings) => architecture.FindFault(settings.Freeze) is string fault
        ? throw new UsageException($"--freeze {fault}")
        : architecture.Freeze(settings.Freeze);

    /// <summary>Sets the weights that a run begins with. Those of a network of which a part is frozen are the same as without that.</summary>
    /// <param name="network">The network that will be trained.</param>
    /// <param name="architecture">Its architecture with nothing frozen.</param>
    /// <param name="recipe">What is done.</param>
    /// <param name="images">The images it will be trained on.</param>
    /// <param name="classNames">What their classes mean.</param>
    /// <param name="pretrained">What to begin with, or null.</param>
    /// <param name="cancellation">Gives it up.</param>
    private static void Initialize(
        Network network, Architecture architecture, Recipe recipe, ImageSet images, IReadOnlyList<string> classNames, PretrainedWeights? pretrained, CancellationToken cancellation)
    {
        void Begin(Network begun)
        {
            if (pretrained is null)
            {
                recipe.Initialize(begun, images, cancellation);
            }
            else
            {
                pretrained.Initialize(begun, recipe, images, classNames, cancellation);
            }
        }

        if (network.Architecture == architecture)
        {
            Begin(network);
            return;
        }

        using var begins = new Network(architecture, network.Execution, batchSize: 1, recipe.Seed, cancellation);
        Begin(begins);
        Dictionary<string, StateTensor> tensors = begins.StateTensors.ToDictionary(tensor => tensor.Name);
        foreach (StateTensor tensor in network.StateTensors)
        {
            tensor.CopyFrom(tensors[tensor.Name]);
        }
    }

    /// <summary>A run that goes on in another order of sums has weights that cannot be reproduced from its start.</summary>
    private void CheckNumerics(Checkpoint? checkpoint)
    {
        if (checkpoint?.Numerics is int version && version != NumericsVersion.Current && !asked.AcceptNumerics)
        {
            throw new RunException(
                $"{checkpoint.Path} is of numerics version {version}, and this program computes by version {NumericsVersion.Current}, so the weights would differ from those of either; to go on all the same, add --accept-numerics");
        }
    }

    private static int[] NumericsOf(Checkpoint? checkpoint, RunConfig? begun)
    {
        IEnumerable<int> before = checkpoint?.Numerics is int last ? [.. begun?.NumericsVersions ?? [], last] : [];
        return [.. before.Append(NumericsVersion.Current).Distinct().Order()];
    }

    /// <summary>Trains, saves the results where this process is the one that does, and gives all memory back.</summary>
    private RunSummary? Train(
        RunFolder? folder, Architecture architecture, TrainingData data, Recipe recipe, RunConfig config, Checkpoint? checkpoint, Action<Network> initialize, bool inPlace,
        Interruption interruption)
    {
        long start = Stopwatch.GetTimestamp();
        using var ask = CancellationTokenSource.CreateLinkedTokenSource(interruption.Token);
        using var network = new Network(architecture, config.Options.Execution, recipe.BatchSize, recipe.Seed, interruption.Token) { Collective = _processes.Collective };
        if (recipe.Optimizer.FindFault(network) is string fault)
        {
            throw new RunException($"the recipe does not go with the network: {fault}");
        }

        if (checkpoint is null)
        {
            initialize(network);
        }

        var training = new TrainingSession(network, data, recipe);
        if (folder is null)
        {
            checkpoint?.CopyTo(training);
            _processes.Agree(() => WeightsOf(training));
            training.Run(new SilentObserver(), interruption.Token, CancellationToken.None);
            _processes.Leave();
            return null;
        }

        using var store = new CheckpointStore(folder.Paths.Checkpoints);

        // From here on there is something to go on from.
        interruption.Token.ThrowIfCancellationRequested();
        Begin(folder, store, training, config, checkpoint, inPlace);
        _processes.Agree(() => WeightsOf(training));

        // Were the first step given up, too, a run with less time than a step takes would never get on, however often it is resumed.
        void LimitTime()
        {
            TimeSpan? left = asked.MaxTime - Stopwatch.GetElapsedTime(start);
            if (left > TimeSpan.Zero)
            {
                ask.CancelAfter(left.Value);
            }
            else if (left is not null)
            {
                ask.Cancel();
            }
        }

        // What came before, loading above all, says nothing of how training is shared.
        long begin = Stopwatch.GetTimestamp();
        TimeSpan waitedBefore = _processes.Collective.Waited;

        // A process alone stops at once; of several, the first one waits a little for the others to stop with it.
        using var afterFarewell = new CancellationTokenSource();
        using CancellationTokenRegistration farewell = interruption.Token.Register(() => afterFarewell.CancelAfter(_longestFarewell));
        CancellationToken stop = _processes.AreSeveral ? afterFarewell.Token : ask.Token;

        TrainingResult Run(ITrainingView view, out RunRecorder recorder)
        {
            _view = view;
            recorder = new RunRecorder(folder, store, training, config, view) { FirstStepMade = LimitTime };
            try
            {
                return training.Run(recorder, ask.Token, stop);
            }
            catch (CollectiveException error)
            {
                recorder.Finish();
                string saved = recorder.Failure is Exception failure ? $"and not all could be saved: {Reason.Of(failure)}" : $"saved {RunHeader.Place(training.State)}; to go on: {SelfCommand.Resume(folder.Path, _processes.Collective.Size)}";
                throw new RunException($"process 0 {error.Message} (--mpi-timeout says how long); {saved}", error);
            }
        }

        RunRecorder recorder = null!;
        TrainingResult result;
        if (IsLive)
        {
            result = LiveView.Show(
                session.Console, recipe, data.Validation is not null, training.State, () => training.BatchesDone, view => Run(view, out recorder));
        }
        else
        {
            using var plain = new PlainView(
                session.Output, session.Error, recipe.EpochCount, () => training.BatchesDone, loss: RecipeText.Loss(recipe), accuracy: RecipeText.Accuracy(recipe));
            result = Run(plain, out recorder);
        }

        _view = null;
        var summary = RunSummary.Of(config, data, training, result);
        if (_processes.AreSeveral)
        {
            summary = summary with
            {
                Processes = _processes.Collective.Size,
                Machines = _processes.Machines,
                WaitingShare = (_processes.Collective.Waited - waitedBefore) / Stopwatch.GetElapsedTime(begin),
            };
        }

        try
        {
            new RunClosing(session, folder, store).Run(recorder, training, config, summary);
        }
        finally
        {
            // Where this one did not wait for the others, they are not there to part from.
            if (!stop.IsCancellationRequested)
            {
                _processes.Leave();
            }
        }

        return summary;
    }

    /// <summary>Evaluates and draws the run. It is saved by now, whatever becomes of that.</summary>
    private int Report(RunFolder folder, RunSummary summary, TestHalf test, ExecutionOptions execution, Interruption interruption)
    {
        string again = $"the run is complete and saved; to draw its report: {SelfCommand.Report(folder.Path)}";
        try
        {
            // The 150 MB of training images are not needed any more, and drawing takes about as much.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            session.Output.WriteLine();
            void Measured(ModelEvaluation evaluation)
            {
                if (evaluation.Augmented is not null)
                {
                    summary.With(evaluation.Report.Accuracy, evaluation.Augmented).Save(folder.Paths.Summary);
                }
            }

            ReportCommand.Write(session, RunRecord.Read(folder.Path), execution, () => test, Measured, interruption.Token);
            return ExitCode.Success;
        }
        catch (OperationCanceledException) when (interruption.ExitCode is int code)
        {
            session.Error.WriteLine($"cifarfast: stopped before the report was drawn; {again}");
            return code;
        }
        catch (Exception error) when (error is RunException or IOException or UnauthorizedAccessException || error.GetBaseException() is DllNotFoundException)
        {
            throw new RunException($"the report could not be drawn: {Reason.Of(error.GetBaseException() is DllNotFoundException missing ? missing : error)} But {again}", error);
        }
    }

    /// <summary>Finds the images, for a run that goes on where they were, and makes sure that they are the same.</summary>
    private (LoadedDataset Loaded, RunData Identity) Load(
        TrainSettings settings, DatasetRequest request, DatasetPlace place, RunConfig? begun, CancellationToken cancellation)
    {
        LoadedDataset loaded = DataSource.Load(session, IsLive, request, settings.Pictures, only: null, cancellation, place: place);
        var identity = RunData.Of(loaded, cancellation);
        return (begun ?? Again) is not RunConfig earlier || earlier.Data.IsSameAs(identity)
            ? (loaded, identity)
            : throw new RunException(
                $"{(begun is null ? "--config" : "--resume")}: the images ({loaded.Origin}) are not those the run was begun with ({earlier.Data.Origin}){WhyOthers(settings, earlier, identity)}; say with --data where those are");
    }

    /// <summary>Why pictures of a folder are others than they were, as likely as can be told.</summary>
    private static string WhyOthers(TrainSettings settings, RunConfig earlier, RunData found)
    {
        if (settings.Pictures is null)
        {
            return "";
        }

        (int Train, int Validation, int Test) before = (earlier.Data.TrainImages, earlier.Data.ValidationImages, earlier.Data.TestImages);
        (int Train, int Validation, int Test) now = (found.TrainImages, found.ValidationImages, found.TestImages);
        var here = Machine.Current();
        return !found.ClassNames.SequenceEqual(earlier.Data.ClassNames) ? ": the classes are others"
            : now != before ? string.Create(CultureInfo.InvariantCulture, $": there were {before.Train:N0} to train on and {before.Test:N0} to test with, and now there are {now.Train:N0} and {now.Test:N0}")
            : (earlier.Machine.OperatingSystem, earlier.Machine.Architecture, earlier.Machine.Processor) != (here.OperatingSystem, here.Architecture, here.Processor)
                ? ": they are as many, so this machine, which is another one, may decode them to other pixels, as happens with JPEG; as PNG they are the same everywhere"
            : ": they are as many, so some were changed or exchanged";
    }

    /// <summary>Notes down what the weights to begin with are; a run that is done again must begin with the same ones.</summary>
    /// <exception cref="RunException">It does not.</exception>
    /// <exception cref="OperationCanceledException">Cancellation was asked for.</exception>
    internal static TrainSettings WithHashOfInit(TrainSettings settings, CancellationToken cancellation)
    {
        using FileStream file = File.OpenRead(settings.Init!);
        string hash = Convert.ToHexStringLower(SHA256.HashDataAsync(file, cancellation).AsTask().GetAwaiter().GetResult());
        return settings.InitSha256 is null || settings.InitSha256 == hash
            ? settings with { InitSha256 = hash }
            : throw new RunException($"--config: {settings.Init} is no longer the file that the run was begun with (by SHA-256); name that one with --init");
    }

    /// <summary>What all processes have to begin with.</summary>
    private static (string Name, string Value)[] WeightsOf(TrainingSession training)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (StateTensor tensor in training.StateTensors)
        {
            float[] values = new float[tensor.Shape.Count];
            tensor.CopyTo(values);
            hash.AppendData(MemoryMarshal.AsBytes(values.AsSpan()));
        }

        return [("SHA-256 of the weights", Convert.ToHexStringLower(hash.GetHashAndReset())), ("steps done", $"{training.State.Step}")];
    }

    /// <summary>Puts the run to where it stood, and its folder with it: from here on it can be resumed.</summary>
    private static void Begin(
        RunFolder folder, CheckpointStore store, TrainingSession training, RunConfig config, Checkpoint? checkpoint, bool inPlace)
    {
        checkpoint?.CopyTo(training);
        if (inPlace)
        {
            store.Continue(checkpoint!);

            // The results that it had are no longer all of them.
            RunClosing.Try(() => File.Delete(folder.Paths.Summary));
        }
        else
        {
            if (checkpoint is not null)
            {
                store.AdoptBest(checkpoint);
            }

            store.Save(training, config.CheckpointMetadata, isBest: false);
            store.Flush();
            if (store.Failure is Exception failure)
            {
                throw new RunException($"{store.LastPath} cannot be written: {failure.Message}", failure);
            }
        }

        if (RunClosing.Try(() => config.Save(folder.Paths.Config)) is Exception trouble)
        {
            throw new RunException(
                $"{folder.Paths.Config} cannot be written: {Reason.Of(trouble)} Make room, or make '{folder.Path}' writable; what was saved is whole.", trouble);
        }
    }


    // The live view hides the cursor; a process that ends at once would leave it so.
    private void RestoreTerminal()
    {
        if (IsLive)
        {
            (_view as LiveView)?.End();
            session.Console.Cursor.Show();
            session.Console.WriteLine();
        }
    }
}
