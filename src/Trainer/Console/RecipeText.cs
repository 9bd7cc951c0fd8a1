using System.Globalization;
using CifarFast.Engine.Data.Transforms;
using CifarFast.Engine.Losses;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Recipes;

namespace CifarFast.Trainer.Console;

/// <summary>What a recipe does, in words.</summary>
internal static class RecipeText
{
    /// <summary>As <c>20 epochs, at most 100 steps, batches of 64</c>.</summary>
    public static string Length(Recipe recipe)
    {
        string maxSteps = recipe.MaxSteps is long steps ? $", at most {Quantity.Of(steps, "step")}" : "";
        return Text($"{recipe.Epochs:#,0.######} {(recipe.Epochs == 1 ? "epoch" : "epochs")}{maxSteps}, batches of {recipe.BatchSize:N0}");
    }

    /// <summary>As <c>SGD, learning rate 0.01, Nesterov momentum 0.9, weight decay 0.0005</c>; what is not in use is left out.</summary>
    public static string Of(Optimizer optimizer)
    {
        string momentum = optimizer is SGD { Momentum: not 0 } sgd ? Text($", {(sgd.Nesterov ? "Nesterov " : "")}momentum {sgd.Momentum}")
            : optimizer is AdamW adam ? Text($", betas {adam.Beta1} and {adam.Beta2}")
            : "";
        string decay = optimizer.WeightDecay == 0 ? "" : Text($", weight decay {optimizer.WeightDecay}");
        string groups = string.Concat(optimizer.Groups.Select(group => Text($", {group.Pattern}: {Of(group)}")));
        return Text($"{optimizer.GetType().Name}, learning rate {optimizer.LearningRate}{momentum}{decay}{groups}");
    }

    /// <summary>How the learning rate changes, as <c>cosine, warm-up over 20 % of the run</c>; nothing where it does not.</summary>
    public static string Of(LearningRateSchedule schedule) => schedule switch
    {
        CosineSchedule cosine => Text($"cosine to {cosine.End:0.###} times{(cosine.WarmUp == 0 ? "" : Text($", warm-up over {100 * cosine.WarmUp:0.##} % of the run"))}"),
        LinearSchedule linear => Text($"linear from {linear.Start:0.###} times to 1 at {100 * linear.Peak:0.##} % of the run, to {linear.End:0.###} times at its end"),
        _ => "",
    };

    /// <summary>As <c>cross-entropy, label smoothing 0.2</c>.</summary>
    public static string Of(Loss loss) => loss is CrossEntropyLoss entropy
        ? Text($"cross-entropy{(entropy.LabelSmoothing == 0 ? "" : Text($", label smoothing {entropy.LabelSmoothing}"))}")
        : loss.GetType().Name;

    /// <summary>As <c>the average of the weights, decay 0.999</c>; nothing where there is none.</summary>
    public static string Of(WeightAverage? average) => average is null ? "" : Text($"the average of the weights, decay {average.Decay}");

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

    /// <summary>What the training accuracy of a recipe is called: of mixed images it counts the class that has the larger part in each.</summary>
    public static string Accuracy(Recipe recipe) => recipe.MixesImages ? "accuracy (heavier label)" : "accuracy";

    /// <summary>All of a recipe but its name and its network, a line a thing; what is as in the simplest recipe is left out.</summary>
    public static IEnumerable<string> Lines(Recipe recipe) =>
        new[]
        {
            recipe.DropLast ? "drops the last batch of an epoch where it is not whole" : "",
        }
        .Concat(recipe.Transforms.Select(transform => $"augments by {Of(transform)}"))
        .Concat(
        [
            Of(recipe.Optimizer),
            Of(recipe.Schedule),
            recipe.Loss == new CrossEntropyLoss() ? "" : $"minimizes {Of(recipe.Loss)}",
            recipe.Average is null ? "" : $"evaluates and saves {Of(recipe.Average)}",
        ])
        .Where(line => line.Length > 0);

    private static string Of(ParameterGroup group)
    {
        string rate = group.LearningRateFactor == 1 ? "" : Text($"{group.LearningRateFactor} times the learning rate");
        string decay = group.WeightDecay is float value ? Text($"weight decay {value}") : "";
        return string.Join(" and ", new[] { rate, decay }.Where(part => part.Length > 0));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
