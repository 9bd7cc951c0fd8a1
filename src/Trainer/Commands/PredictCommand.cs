using System.CommandLine;
using System.Globalization;
using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Data;
using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Files;
using CifarFast.Engine.Inference;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tensors;
using CifarFast.Trainer.Console;
using CifarFast.Trainer.Images;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Commands;

/// <summary>The command <c>predict</c>: what a trained network takes pictures for.</summary>
internal static class PredictCommand
{
    /// <summary>What stands for standard input, as with other programs.</summary>
    private const string StandardInput = "-";

    private const int DefaultTop = 3;

    /// <summary>Makes the command.</summary>
    public static Command Create(Session session)
    {
        var choice = new ModelChoice();
        var images = new Argument<string[]>("image")
        {
            Description = $"Pictures ({PictureFile.Formats}) of any size, folders of them with all that is below, or {StandardInput} for standard input. Their middle is cut out and resized; what is transparent lies on white.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<int> top = NumberOption.Create(
            "--top", "How many classes to show of each picture, the most probable ones.", DefaultTop, static n => n > 0, $"a whole number from 1 to {int.MaxValue}");
        Option<TestTimeAugmentation?> tta = CommonOptions.Augmentation("Default: none.");
        Option<string?> json = CommonOptions.Json("the probabilities of all classes");
        Option<int> threads = CommonOptions.Threads();
        Option<SimdTier?> simd = CommonOptions.Simd();
        var command = new Command("predict", "Tells what a trained network takes pictures for.")
        {
            choice.Argument, images, choice.Option, choice.Weights, choice.Map, top, tta, json, threads, simd,
        };
        command.SetAction(parsed =>
        {
            var execution = CommonOptions.Execution(parsed.GetValue(simd), parsed.GetValue(threads));
            OutputFile? record = OutputFile.Find(json, parsed, session);
            (string model, string[] names) = choice.Find(parsed, images, "pictures");
            var failures = new List<PictureFailure>();
            List<string> pictures = FindPictures(session, names, failures);
            record?.MustNotBe(model, "the checkpoint itself; name another file");
            pictures.ForEach(picture => record?.MustNotBe(picture, "one of the pictures; name another file"));

            return Interruptible.Run(cancellation =>
            {
                Predict(OutputFile.KeepApart(session, record, TextWriter.Null), model, choice.Mappings(parsed), execution, pictures, [.. names.Where(Directory.Exists)], failures, parsed.GetValue(top), parsed.GetValue(tta) ?? TestTimeAugmentation.None, record, cancellation);
                return failures.Count == 0 ? ExitCode.Success : ExitCode.Failure;
            });
        });
        return command;
    }

    private static List<string> FindPictures(Session session, IReadOnlyList<string> names, List<PictureFailure> failures)
    {
        int piped = names.Count(name => name == StandardInput);
        if (piped > 1)
        {
            throw new UsageException($"standard input can be read once only; name {StandardInput} once");
        }

        if (piped == 1 && session.Input is null)
        {
            throw new UsageException($"{StandardInput} is standard input, which is the terminal; pipe a picture into it, or name a file");
        }

        var pictures = new List<string>();
        foreach (string name in names)
        {
            if (name == StandardInput || !Directory.Exists(name))
            {
                pictures.Add(name);
                continue;
            }

            var folder = new PictureFolder(name);
            pictures.AddRange(folder.Pictures);
            foreach (PictureFailure failure in folder.Failures)
            {
                Fail(session, failures, failure.Path, failure.Message);
            }

            string leftOut = folder.Others.Count == 0
                ? ""
                : $"{Quantity.Of(folder.Others.Count, "file")} left out, the first one '{folder.Others[0]}', {FileSignature.Of(folder.Others[0]).Description}";
            if (folder is { Pictures.Count: 0, Failures.Count: 0 })
            {
                Fail(session, failures, name, $"'{name}' is a folder without pictures ({PictureFile.Formats}){(leftOut.Length > 0 ? ": " : "")}{leftOut}");
            }
            else if (leftOut.Length > 0)
            {
                session.Error.WriteLine($"cifarfast: {PlainText.OneLine($"'{name}': {leftOut}")}");
            }
        }

        return pictures;
    }

    private static void Predict(
        Session session, string model, TensorMapping[] mappings, ExecutionOptions execution, List<string> pictures, string[] folders, List<PictureFailure> failures, int top, TestTimeAugmentation tta, OutputFile? json, CancellationToken cancellation)
    {
        using Classifier classifier = Classifier.Load(model, execution, mappings: mappings);
        session.Output.WriteLine($"model     {model}, {classifier.Network.Architecture.Name}");
        AssignmentView.Write(OutputFile.KeepApart(session, json, session.Error).Output, "weights", classifier.Weights, mappings);
        RunConfig? config = Checkpoint.Find(model) is Checkpoint checkpoint ? RunConfig.Of(checkpoint) : null;
        tta = CommonOptions.Views(session, tta, config);
        if (tta != TestTimeAugmentation.None)
        {
            session.Output.WriteLine($"views     {RecipeText.Of(tta)}");
        }

        session.Output.WriteLine();
        PictureFit fit = RunConfig.FitOf(model);
        var view = new PredictionView(session.Output, classifier.ClassNames, top);
        var all = new List<PicturePrediction>();
        foreach (string[] batch in pictures.Chunk(classifier.Network.BatchSize))
        {
            if (session.IsOutputLost && json is null)
            {
                return;
            }

            foreach (PicturePrediction prediction in PredictBatch(session, classifier, batch, failures, fit, tta, cancellation))
            {
                view.Write(prediction.Path, prediction.Probabilities);
                all.Add(prediction);
            }
        }

        WriteAgreement(session.Output, folders, classifier.ClassNames, all);
        json?.Write(new PredictionSummary
        {
            Checkpoint = model,
            Network = classifier.Network.Architecture.Name,
            TestTimeAugmentation = tta,
            Classes = classifier.ClassNames,
            Images = all,
            Failures = failures,
        }.Write);
    }

    private static IEnumerable<PicturePrediction> PredictBatch(
        Session session, Classifier classifier, string[] batch, List<PictureFailure> failures, PictureFit fit, TestTimeAugmentation tta, CancellationToken cancellation)
    {
        Shape input = classifier.Network.Architecture.InputShape;
        var read = new List<string>();
        var pixels = new List<byte>();
        foreach (string picture in batch)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                // A pipe may have nothing to say for long, and a signal is not to wait for it.
                pixels.AddRange(Task.Run(() => Read(session, picture, input, fit), CancellationToken.None).WaitAsync(cancellation).GetAwaiter().GetResult());
                read.Add(picture);
            }
            catch (PictureException error)
            {
                Fail(session, failures, picture, error.Message);
            }
        }

        var images = new ImageSet(input[0], input[1], input[2], pixels.ToArray(), new int[read.Count]);
        Predictions predictions = classifier.Predict(images, tta, progress: null, cancellation);
        return read.Select((picture, i) => new PicturePrediction(picture, classifier.ClassNames[predictions.Class(i)], predictions.Probabilities(i)));
    }

    private static byte[] Read(Session session, string picture, Shape input, PictureFit fit)
    {
        byte[] planes = picture == StandardInput
            ? PictureFile.Read(picture, session.Input!, input[2], input[1], fit)
            : PictureFile.Read(picture, input[2], input[1], fit);
        return input[0] == 1 ? Luma.Of(planes) : planes;
    }

    /// <summary>How many pictures of a folder that has a folder a class are taken for what their folder is called; nothing where no folder is called so.</summary>
    private static void WriteAgreement(TextWriter output, string[] folders, IReadOnlyList<string> classNames, List<PicturePrediction> all)
    {
        (PicturePrediction Prediction, string? Class)[] inFolders = [.. all.Select(one => (one, ClassFolder(folders, one.Path))).Where(pair => pair.Item2 is not null)];
        (PicturePrediction Prediction, string? Class)[] known = [.. inFolders.Where(pair => classNames.Contains(pair.Class))];
        if (known.Length > 0)
        {
            int right = known.Count(pair => pair.Prediction.Class == pair.Class);
            string others = known.Length == inFolders.Length ? "" : $"; {Quantity.Of(inFolders.Length - known.Length, "picture")} in folders of other names";
            output.WriteLine();
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{right:N0} of {Quantity.Of(known.Length, "picture")} in folders named as classes are taken for theirs ({100.0 * right / known.Length:F2}%){others}"));
        }
    }

    /// <summary>The name of the folder that a picture lies in right below one that was named, or below one of its splits; else null.</summary>
    private static string? ClassFolder(string[] folders, string picture)
    {
        string? folder = folders.FirstOrDefault(folder => picture.StartsWith(Path.Join(folder, Path.DirectorySeparatorChar.ToString()), StringComparison.Ordinal));
        string[] parts = folder is null ? [] : Path.GetRelativePath(folder, picture).Split(Path.DirectorySeparatorChar);
        return parts switch
        {
            [string split, string name, _, ..] when PictureLayout.IsSplit(split) => name,
            [string name, _, ..] => name,
            _ => null,
        };
    }

    /// <summary>Notes down and says that there is something wrong with a picture; the others go on.</summary>
    private static void Fail(Session session, List<PictureFailure> failures, string picture, string message)
    {
        message = PlainText.OneLine(message);
        failures.Add(new PictureFailure(picture, message));
        session.Error.WriteLine($"cifarfast: {message}");
    }
}
