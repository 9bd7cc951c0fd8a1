using System.Globalization;
using CifarFast.Engine.Data;
using CifarFast.Engine.Evaluation;
using CsvHelper;
using CsvHelper.Configuration;

namespace CifarFast.Trainer.Runs;

/// <summary>What <c>eval --csv</c> says: a row an image, with what a network takes it for.</summary>
internal static class PredictionTable
{
    private static readonly CsvConfiguration _format = new(CultureInfo.InvariantCulture) { NewLine = "\n" };

    /// <summary>Writes the table.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="classNames">What the network's classes mean.</param>
    /// <param name="sets">Images, what the network said of them, and what their labels mean: of classes that the network does not have, no probability is told.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(
        Stream stream, IReadOnlyList<string> classNames, IEnumerable<(ImageSet Images, Predictions Predictions, IReadOnlyList<string> LabelNames)> sets)
    {
        using var text = new StreamWriter(stream, leaveOpen: true);
        using var csv = new CsvWriter(text, _format);
        WriteRow("image", "file", "class", "predicted", "probability", "probability_of_class");
        int number = 0;
        foreach ((ImageSet images, Predictions predictions, IReadOnlyList<string> labelNames) in sets)
        {
            bool isKnown = ReferenceEquals(labelNames, classNames);
            for (int i = 0; i < images.Count; i++, number++)
            {
                double[] probabilities = predictions.Probabilities(i);
                int predicted = predictions.Class(i);
                int label = images.Labels[i];
                WriteRow(
                    number.ToString(CultureInfo.InvariantCulture),
                    images.Name(i) ?? "",
                    labelNames[label],
                    classNames[predicted],
                    Number(probabilities[predicted]),
                    isKnown ? Number(probabilities[label]) : "");
            }
        }

        void WriteRow(params ReadOnlySpan<string> fields)
        {
            foreach (string field in fields)
            {
                csv.WriteField(field);
            }

            csv.NextRecord();
        }
    }

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
}
