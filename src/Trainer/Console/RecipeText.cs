using System.Globalization;
using CifarFast.Engine.Data;
using CifarFast.Engine.Data.Transforms;
using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Losses;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Recipes;

namespace CifarFast.Trainer.Console;

/// <summary>What a recipe does, in words.</summary>
internal static class RecipeText
{
    /// <summary>What is left of 80 columns beside the label of a line.</summary>
    private const int LineWidth = 70;

    /// <summary>As <c>20 epochs, at most 100 steps, batches of 64</c>.</summary>
    public static string Length(Recipe recipe)
    {
        string maxSteps = recipe.MaxSteps is long steps ? $", at most {Quantity.Of(steps, "step")}" : "";
        return Text($"{recipe.Epochs:#,0.######} {(recipe.Epochs == 1 ? "epoch" : "epochs")}{maxSteps}, batches of {recipe.BatchSize:N0}");
    }

    /// <summary>As <c>SGD, learning rate 0.01, Nesterov momentum 0.9, weight decay 0.0005</c>, with its groups; what is not in use is left out.</summary>
    public static string Of(Optimizer optimizer) => string.Join("; ", OfParts(optimizer));

    /// <summary>How the learning rate changes, as <c>cosine, warm-up over 20 % of the run</c>; nothing where it does not.</summary>
    public static string Of(LearningRateSchedule schedule) => schedule switch
    {
        CosineSchedule cosine => Text($"cosine to {cosine.End:0.###} times{(cosine.WarmUp == 0 ? "" : Text($", warm-up over {100 * cosine.WarmUp:0.##} % of the run"))}"),
        LinearSchedule { Start: 1, Peak: 0 } fall => Text($"linear to {fall.End:0.###} times"),
        LinearSchedule linear => Text($"linear from {linear.Start:0.###} times to 1 at {100 * linear.Peak:0.##} % of the run, to {linear.End:0.###} times at its end"),
        OneCycleSchedule cycle => Text($"one {(cycle.Linear ? "linear " : "")}cycle from {cycle.Start:0.###} times to 1 at {100 * cycle.Peak:0.##} % of the run, to {cycle.End:G3} times at its end"),
        StepSchedule step => Text($"times {step.Gamma} at {string.Join(", ", step.Milestones.Select(milestone => Text($"{100 * milestone:0.##}")))} % of the run"),
        FirstEpochsSchedule first => Text($"for the first {Quantity.Of(first.Epochs, "epoch")} only{Within(first)}"),
        WarmUpSchedule warmUp => Text($"warm-up over {100 * warmUp.Share:0.##} % of the run, {(Of(warmUp.Schedule) is { Length: > 0 } rest ? rest : "then constant")}"),
        _ => "",
    };

    /// <summary>As <c>cross-entropy, label smoothing 0.2</c>.</summary>
    public static string Of(Loss loss) => loss is CrossEntropyLoss entropy
        ? Text($"cross-entropy{(entropy.LabelSmoothing == 0 ? "" : Text($", label smoothing {entropy.LabelSmoothing}"))}")
        : loss.GetType().Name;

    /// <summary>As <c>the average of the weights, decay 0.999</c>, or what Lookahead does; nothing where there is none.</summary>
    public static string Of(WeightAverage? average)
    {
        if (average is null)
        {
            return "";
        }

        string every = average.Every == 1 ? "" : $" every {average.Every} steps";
        string decay = Text($"decay {average.Decay}{(average.Power == 0 ? "" : $" · (share of the run)^{average.Power}")}");
        return average.Lookahead ? $"Lookahead{every}, {decay}, whose average is the model after the last step" : $"the average of the weights{every}, {decay}";
    }

    /// <summary>As <c>translation by up to 2 pixels, reflected at the edges</c>.</summary>
    public static string Of(Transform transform) => transform switch
    {
        RandomHorizontalFlip flip => $"random flip{(flip.Probability == 0.5 ? "" : Text($" of {100 * flip.Probability:0.##} %"))}",
        AlternatingFlip => "alternating flip",
        RandomTranslate move => Text(
            $"translation by up to {Quantity.Of(move.Pixels, "pixel")}, {(move.Padding == PaddingMode.Reflect ? "reflected" : "zeros")} at the edges"),
        Cutout cutout => Text($"cutout of {cutout.Size}×{cutout.Size} pixels"),
        RandomBrightness brightness => Text($"brightness ±{brightness.Amount}{(brightness.Deviation.Count == 0 ? "" : " deviations")}"),
        RandomContrast contrast => Text($"contrast ±{100 * (double)contrast.Amount:0.##} %"),
        Mixup mixup => Text($"mixup, alpha {mixup.Alpha}"),
        CutMix mix => Text($"cutmix, alpha {mix.Alpha}"),
        _ => transform.GetType().Name,
    };

    /// <summary>As <c>test-time augmentation (mirror and shifts)</c>; nothing where there is none.</summary>
    public static string Of(TestTimeAugmentation augmentation) =>
        augmentation == TestTimeAugmentation.None ? "" : $"test-time augmentation ({ChoiceName.Of(augmentation).Replace('-', ' ')})";

    /// <summary>What the training loss of a recipe is called, with <see cref="LossNote"/>.</summary>
    public static string Loss(Recipe recipe) => $"loss{LossNote(recipe)}";

    /// <summary>What the training accuracy of a recipe is called, with <see cref="AccuracyNote"/>.</summary>
    public static string Accuracy(Recipe recipe) => $"accuracy{AccuracyNote(recipe)}";

    /// <summary>Of which images the training loss is where it is not of each alike: weighted by class, or drawn so that classes come equally often.</summary>
    public static string LossNote(Recipe recipe) => recipe.Balance switch
    {
        ClassBalance.Weights => " (weighted)",
        ClassBalance.Sampling => " (balanced)",
        _ => "",
    };

    /// <summary>
    /// What is to be known of the training accuracy: whether classes come equally often in it, and that of mixed images it counts the class that
    /// has the larger part in each.
    /// </summary>
    public static string AccuracyNote(Recipe recipe) => (recipe.Balance == ClassBalance.Sampling, recipe.MixesImages) switch
    {
        (true, true) => " (balanced, heavier label)",
        (true, false) => " (balanced)",
        (false, true) => " (heavier label)",
        _ => "",
    };

    /// <summary>
    /// All of a recipe but its name and its network, a line a thing, or two where one is too long; what is as in the simplest recipe is left out.
    /// </summary>
    public static IEnumerable<string> Lines(Recipe recipe) =>
        ((string[])
        [
            recipe.LeastSteps > 0 ? $"at least {recipe.LeastSteps} steps, on a small set more epochs" : "",
            recipe.DropLast ? "drops the last batch of an epoch where it is not whole" : "",
            .. recipe.Transforms.Select(transform => $"augments by {Of(transform)}"),
            .. OfParts(recipe.Optimizer),
            Of(recipe.Schedule),
            recipe.Loss == new CrossEntropyLoss() ? "" : $"minimizes {Of(recipe.Loss)}",
            recipe.Balance switch
            {
                ClassBalance.Weights => "weighs an image in the loss by how few its class has",
                ClassBalance.Sampling => "draws images so that every class comes equally often",
                _ => "",
            },
            recipe.Average is { Lookahead: false } average ? $"evaluates and saves {Of(average)}" : Of(recipe.Average),
            recipe.TestTimeAugmentation == TestTimeAugmentation.None ? "" : $"is measured with {Of(recipe.TestTimeAugmentation)}, too",
        ]).Where(line => line.Length > 0).SelectMany(Wrap);

    private static IEnumerable<string> OfParts(Optimizer optimizer) =>
        [WithoutGroups(optimizer), .. optimizer.Groups.Select(group => Text($"{(group.Name is null ? "" : $"{group.Name} ")}{group.Pattern}: {Of(group)}"))];

    private static string WithoutGroups(Optimizer optimizer)
    {
        string momentum = optimizer switch
        {
            SGD sgd => Momentum(sgd.Momentum, sgd.Nesterov),
            Muon muon => Text($"{Momentum(muon.Momentum, muon.Nesterov)}, {Quantity.Of(muon.Steps, "step")} of Newton-Schulz{(muon.NormalizeWeights ? ", weights rescaled" : "")}"),
            AdamW adam => Text($", betas {adam.Beta1} and {adam.Beta2}"),
            _ => "",
        };
        string decoupled = optimizer is SGD { DecoupledWeightDecay: true } ? "decoupled " : "";
        string decay = optimizer.WeightDecay == 0 ? "" : Text($", {decoupled}weight decay {optimizer.WeightDecay}");
        string clipping = optimizer.MaxGradientNorm is float norm ? Text($", gradients clipped to a norm of {norm}") : "";
        return Text($"{optimizer.GetType().Name}, learning rate {optimizer.LearningRate}{momentum}{decay}{clipping}");
    }

    private static string Of(ParameterGroup group)
    {
        string optimizer = group.Optimizer is null ? "" : Of(group.Optimizer);
        string rate = group.LearningRateFactor == 1 ? "" : Text($"{group.LearningRateFactor} times the learning rate");
        string decay = group.WeightDecay is float value ? Text($"weight decay {value}") : "";
        string schedule = group.Schedule is null ? "" : Of(group.Schedule) is { Length: > 0 } changes ? changes : "constant";
        return string.Join(", ", new[] { optimizer, rate, decay, schedule }.Where(part => part.Length > 0));
    }

    private static string Within(FirstEpochsSchedule first) =>
        Of(first.Schedule) is { Length: > 0 } inner ? $", {inner}{(first.Compressed ? " at their end" : "")}" : "";

    private static string Momentum(float momentum, bool nesterov) => momentum == 0 ? "" : Text($", {(nesterov ? "Nesterov " : "")}momentum {momentum}");

    /// <summary>Cuts a line at its commas; what goes on is indented.</summary>
    private static IEnumerable<string> Wrap(string line)
    {
        while (line.Length > LineWidth && line.LastIndexOf(", ", LineWidth - 1, LineWidth - 4, StringComparison.Ordinal) is > 0 and int comma)
        {
            yield return line[..(comma + 1)];
            line = "  " + line[(comma + 2)..];
        }

        yield return line;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
