using System.Globalization;
using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Data;
using CifarFast.Engine.Inference;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Training;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Console;

/// <summary>What a run says before it begins: data, network, recipe, and how it computes.</summary>
internal static class RunHeader
{
    /// <summary>Writes it as plain text of at most 80 columns, which reads the same on a terminal and in a log.</summary>
    public static void Write(
        Session session, TrainSettings settings, LoadedDataset loaded, TrainingData data, Architecture architecture, string folder, TrainingState? resumed, TensorAssignment? weights,
        PretrainedWeights? pretrained, long memory, string? whyRecipe = null, string? processes = null)
    {
        TextWriter output = session.Output;
        output.WriteLine($"run       {folder}{(resumed is null ? "" : $", resumed {Place(resumed)}")}");
        output.WriteLine($"data      {loaded.Dataset.Name}, {loaded.Origin}");
        string heldOut = data.Validation is null ? "" : string.Create(CultureInfo.InvariantCulture, $" {data.Validation.Count:N0} to validate,");
        Line(output, $"          {Quantity.Of(data.Train.Count, "image")} to train on,{heldOut} {data.Test?.Count:N0} to test with");
        if (settings.MirrorKeepsClasses == false)
        {
            output.WriteLine("          not mirrored, as mirror images are of other classes; --flip yes mirrors");
        }

        LayerTable.Write(output, architecture);
        Recipe recipe = settings.Recipe;
        Line(output, $"recipe    {recipe.Name}: {RecipeText.Length(recipe)}");
        if (whyRecipe is not null)
        {
            Line(output, $"          {whyRecipe}");
        }

        foreach (string line in RecipeText.Lines(recipe))
        {
            Line(output, $"          {line}");
        }

        Line(output, $"seed      {recipe.Seed}");
        if (settings.Init is not null)
        {
            output.WriteLine($"weights   {settings.Init}");
        }

        if (weights is not null)
        {
            AssignmentView.Write(output, label: "", weights, settings.InitMap ?? []);
        }

        if (pretrained is not null)
        {
            PretrainedView.Write(output, pretrained, data.Train.Shape, loaded.Dataset.ClassNames);
        }

        if (settings.Freeze.Count > 0)
        {
            output.WriteLine($"frozen    {string.Join(' ', settings.Freeze)}");
        }

        if (processes is not null)
        {
            output.WriteLine($"processes {processes}");
        }

        output.WriteLine($"compute   {ComputeText.Of(settings.Execution)}, about {MemoryText.Of(memory)} of memory");
        output.WriteLine();
    }

    /// <summary>Where a run stands, as <c>in epoch 3 after batch 117 (step 1681)</c>.</summary>
    public static string Place(TrainingState state) =>
        state.Step == 0 ? "at its start"
        : state.Batch == 0 ? $"after epoch {state.Epoch - 1} (step {state.Step})"
        : $"in epoch {state.Epoch} after batch {state.Batch} (step {state.Step})";

    private static void Line(TextWriter output, FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture).TrimEnd());
}
