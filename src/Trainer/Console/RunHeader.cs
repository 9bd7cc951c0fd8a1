using System.Globalization;
using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Data;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Training;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Console;

/// <summary>What a run says before it begins: data, network, recipe, and how it computes.</summary>
internal static class RunHeader
{
    /// <summary>Writes it as plain text of at most 80 columns, which reads the same on a terminal and in a log.</summary>
    public static void Write(
        Session session, TrainSettings settings, LoadedDataset loaded, TrainingData data, Architecture architecture, string folder, TrainingState? resumed, TensorAssignment? weights)
    {
        TextWriter output = session.Output;
        output.WriteLine($"run       {folder}{(resumed is null ? "" : $", resumed {Place(resumed)}")}");
        output.WriteLine($"data      {loaded.Dataset.Name}, {loaded.Origin}");
        string heldOut = data.Validation is null ? "" : string.Create(CultureInfo.InvariantCulture, $" {data.Validation.Count:N0} to validate,");
        Line(output, $"          {Quantity.Of(data.Train.Count, "image")} to train on,{heldOut} {data.Test?.Count:N0} to test with");
        Line(output, $"network   {architecture.Name}, input {architecture.InputShape}");
        Line(output, $"          {"layer",-33}{"output",10}{"parameters",12}{"multiply-adds",15}");
        foreach ((LayerSummary row, int i) in architecture.Summary.Select((row, i) => (row, i)))
        {
            Line(output, $"          {i,2} {row.Description,-30}{row.OutputShape.ToString(),10}{Count(row.Parameters),12}{Count(row.MultiplyAdds),15}");
        }

        long parameters = architecture.Summary.Sum(row => row.Parameters);
        long multiplyAdds = architecture.Summary.Sum(row => row.MultiplyAdds);
        Line(output, $"          {"total",-43}{Count(parameters),12}{Count(multiplyAdds),15}");
        TrainingOptions training = settings.Training;
        string maxSteps = training.MaxSteps is long steps ? $", at most {Quantity.Of(steps, "step")}" : "";
        Line(output, $"recipe    {Quantity.Of(training.Epochs, "epoch")}{maxSteps}, batches of {training.BatchSize:N0}");
        string momentum = training.Momentum == 0 ? "" : string.Create(
            CultureInfo.InvariantCulture, $", {(training.Nesterov ? "Nesterov " : "")}momentum {training.Momentum}");
        string decay = training.WeightDecay == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", weight decay {training.WeightDecay}");
        Line(output, $"          SGD, learning rate {training.LearningRate}{momentum}{decay}");
        Line(output, $"seed      {training.Seed}");
        if (settings.Init is not null)
        {
            output.WriteLine($"weights   {settings.Init}");
        }

        if (weights is not null)
        {
            AssignmentView.Write(output, label: "", weights, settings.InitMap ?? []);
        }

        output.WriteLine($"compute   {ComputeText.Of(settings.Execution)}");
        output.WriteLine();
    }

    /// <summary>Where a run stands, as <c>in epoch 3 after batch 117 (step 1681)</c>.</summary>
    public static string Place(TrainingState state) =>
        state.Step == 0 ? "at its start"
        : state.Batch == 0 ? $"after epoch {state.Epoch - 1} (step {state.Step})"
        : $"in epoch {state.Epoch} after batch {state.Batch} (step {state.Step})";

    private static string Count(long count) => count == 0 ? "" : count.ToString("N0", CultureInfo.InvariantCulture);

    private static void Line(TextWriter output, FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture).TrimEnd());
}
