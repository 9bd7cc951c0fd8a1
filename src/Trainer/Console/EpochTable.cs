using System.Globalization;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Training;

namespace CifarFast.Trainer.Console;

/// <summary>The table of epochs, with as many of its columns as fit.</summary>
internal sealed class EpochTable
{
    private readonly Column[] _columns;

    /// <param name="validates">Whether there are images held out, whose figures want columns.</param>
    /// <param name="width">How long a line may be.</param>
    /// <param name="recipe">What is trained by, which says what the figures of training are of; null for the simplest.</param>
    public EpochTable(bool validates, int width, Recipe? recipe = null)
    {
        recipe ??= new Recipe();
        Column[] all =
        [
            new(" epoch", 0, epoch => $"{epoch.Epoch}"),
            new($"  train loss{RecipeText.LossNote(recipe)}", 1, epoch => Loss(epoch.TrainLoss)),
            new($"  train acc{RecipeText.AccuracyNote(recipe)}", 6, epoch => ShareFigure.Format(epoch.TrainAccuracy)),
            .. !validates ? [] : new Column[]
            {
                new("  val loss", 5, epoch => Loss(epoch.ValidationLoss)),
                new("   val acc", 3, epoch => ShareFigure.Format(epoch.ValidationAccuracy)),
            },

            // Beside the loss that was chosen by, that of the test set says the least.
            new("  test loss", validates ? 9 : 4, epoch => Loss(epoch.TestLoss)),
            new("  test acc", 2, epoch => ShareFigure.Format(epoch.TestAccuracy)),
            new("      time", 7, epoch => epoch.TrainSeconds > 0 ? Clock.Format(epoch.Seconds) : "-"),
            new("  images/s", 8, epoch => epoch.TrainSeconds > 0 ? epoch.ImagesPerSecond.ToString("F0", CultureInfo.InvariantCulture) : "-"),
        ];
        int kept = Enumerable.Range(1, all.Length).Last(count => count == 1 || First(all, count).Sum(column => column.Head.Length) <= width);
        _columns = [.. First(all, kept)];
    }

    /// <summary>The heads of the columns.</summary>
    public string Heads => string.Concat(_columns.Select(column => column.Head));

    /// <summary>The figures of an epoch; those of the best one begin with a mark, which can be told without colours.</summary>
    public string Row(EpochMetrics epoch, bool isBest)
    {
        string row = string.Concat(_columns.Select(column => $" {column.Cell(epoch).PadLeft(column.Head.Length - 1)}"));
        return isBest ? $"*{row[1..]}" : row;
    }

    private static IEnumerable<Column> First(Column[] columns, int count)
    {
        Column[] first = [.. columns.OrderBy(column => column.Rank).Take(count)];
        return columns.Where(first.Contains);
    }

    /// <summary>What is not known, as of epochs that another program trained, is a dash.</summary>
    private static string Loss(double loss) => double.IsNaN(loss) ? "-" : LossFigure.Format(loss);

    /// <param name="Head">As wide as the column.</param>
    /// <param name="Rank">The higher, the sooner the column is left out.</param>
    /// <param name="Cell">The figure of an epoch.</param>
    private sealed record Column(string Head, int Rank, Func<EpochMetrics, string> Cell);
}
