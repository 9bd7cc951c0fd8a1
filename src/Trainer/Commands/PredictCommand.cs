using System.CommandLine;
using CifarFast.Engine.Data;
using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Tensors;
using CifarFast.Trainer.Console;
using CifarFast.Trainer.Images;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Commands;

/// <summary>The command <c>predict</c>: what a trained network takes pictures for.</summary>
internal static class PredictCommand
{
    private const int DefaultTop = 3;

    /// <summary>Makes the command.</summary>
    public static Command Create(Session session)
    {
        var choice = new ModelChoice();
        var images = new Argument<string[]>("image")
        {
            Description = "Pictures (PNG, JPEG, BMP, WebP, GIF) of any size, or folders of them. Their middle is cut out and resized; what is transparent lies on white.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<int> top = NumberOption.Create(
            "--top", "How many classes to show of each picture, the most probable ones.", DefaultTop, static n => n > 0, $"a whole number from 1 to {int.MaxValue}");
        Option<string?> json = CommonOptions.Json("the probabilities of all classes");
        Option<int> threads = CommonOptions.Threads();
        Option<string?> simd = CommonOptions.Simd();
        var command = new Command("predict", "Tells what a trained network takes pictures for.")
        {
            choice.Argument, images, choice.Option, top, json, threads, simd,
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
                Predict(OutputFile.KeepApart(session, record, TextWriter.Null), model, execution, pictures, failures, parsed.GetValue(top), record, cancellation);
                return failures.Count == 0 ? ExitCode.Success : ExitCode.Failure;
            });
        });
        return command;
    }

    private static List<string> FindPictures(Session session, IEnumerable<string> names, List<PictureFailure> failures)
    {
        var pictures = new List<string>();
        foreach (string name in names)
        {
            Try(session, name, failures, () => pictures.AddRange(PictureFolder.Find(name)));
        }

        return pictures;
    }

    private static void Predict(
        Session session, string model, ExecutionOptions execution, List<string> pictures, List<PictureFailure> failures, int top, OutputFile? json, CancellationToken cancellation)
    {
        using Classifier classifier = Classifier.Load(model, execution);
        session.Output.WriteLine($"model     {model}, {classifier.Network.Architecture.Name}");
        session.Output.WriteLine();
        var view = new PredictionView(session.Output, classifier.ClassNames, top);
        var all = new List<PicturePrediction>();
        foreach (string[] batch in pictures.Chunk(classifier.Network.BatchSize))
        {
            if (session.IsOutputLost && json is null)
            {
                return;
            }

            foreach (PicturePrediction prediction in PredictBatch(session, classifier, batch, failures, cancellation))
            {
                view.Write(prediction.Path, prediction.Probabilities);
                all.Add(prediction);
            }
        }

        json?.Write(new PredictionSummary
        {
            Checkpoint = model,
            Network = classifier.Network.Architecture.Name,
            Classes = classifier.ClassNames,
            Images = all,
            Failures = failures,
        }.Write);
    }

    private static IEnumerable<PicturePrediction> PredictBatch(
        Session session, Classifier classifier, string[] batch, List<PictureFailure> failures, CancellationToken cancellation)
    {
        Shape input = classifier.Network.Architecture.InputShape;
        var read = new List<string>();
        var pixels = new List<byte>();
        foreach (string picture in batch)
        {
            cancellation.ThrowIfCancellationRequested();
            Try(session, picture, failures, () =>
            {
                pixels.AddRange(PictureFile.Read(picture, input[2], input[1]));
                read.Add(picture);
            });
        }

        var images = new ImageSet(input[0], input[1], input[2], pixels.ToArray(), new byte[read.Count]);
        Predictions predictions = classifier.Predict(images, progress: null, cancellation);
        return read.Select((picture, i) => new PicturePrediction(picture, classifier.ClassNames[predictions.Class(i)], predictions.Probabilities(i)));
    }

    /// <summary>Does something with a picture; where that fails, it is said and the others go on.</summary>
    private static void Try(Session session, string picture, List<PictureFailure> failures, Action action)
    {
        try
        {
            action();
        }
        catch (PictureException error)
        {
            string message = PlainText.OneLine(error.Message);
            failures.Add(new PictureFailure(picture, message));
            session.Error.WriteLine($"cifarfast: {message}");
        }
    }
}
