using CifarFast.Engine.Data;
using CifarFast.Engine.Data.Transforms;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Training;
using CifarFast.Trainer.Console;

namespace CifarFast.Trainer.Tests.Console;

public class EpochTableTests
{
    private static readonly EpochMetrics _epoch = new(3, 120, 2.30259, 0.1, 2.1, 0.2, 2.2, 0.123456, 0.01f, 61, 60, 833.4);

    [Theory]
    [InlineData(
        39,
        " epoch  train loss  test loss  test acc",
        "     3      2.3026     2.2000    12.35%")]
    [InlineData(
        59,
        " epoch  train loss  train acc  test loss  test acc",
        "     3      2.3026     10.00%     2.2000    12.35%")]
    [InlineData(
        79,
        " epoch  train loss  train acc  test loss  test acc      time  images/s",
        "     3      2.3026     10.00%     2.2000    12.35%      1:01       833")]
    [InlineData(
        159,
        " epoch  train loss  train acc  test loss  test acc      time  images/s",
        "     3      2.3026     10.00%     2.2000    12.35%      1:01       833")]
    public void Has_as_many_columns_as_fit(int width, string heads, string row) => Check(validates: false, width, heads, row);

    [Theory]
    [InlineData(
        39,
        " epoch  train loss   val acc  test acc",
        "     3      2.3026    20.00%    12.35%")]
    [InlineData(
        59,
        " epoch  train loss  train acc  val loss   val acc  test acc",
        "     3      2.3026     10.00%    2.1000    20.00%    12.35%")]
    [InlineData(
        79,
        " epoch  train loss  train acc  val loss   val acc  test acc      time  images/s",
        "     3      2.3026     10.00%    2.1000    20.00%    12.35%      1:01       833")]
    [InlineData(
        99,
        " epoch  train loss  train acc  val loss   val acc  test loss  test acc      time  images/s",
        "     3      2.3026     10.00%    2.1000    20.00%     2.2000    12.35%      1:01       833")]
    public void Has_columns_for_images_held_out(int width, string heads, string row) => Check(validates: true, width, heads, row);

    [Theory]
    [InlineData(1)]
    [InlineData(39)]
    [InlineData(79)]
    public void Marks_the_best_epoch_in_the_first_character(int width) =>
        Assert.StartsWith("*    3", new EpochTable(validates: false, width).Row(_epoch, isBest: true));

    [Fact]
    public void Keeps_its_columns_whatever_the_losses()
    {
        var table = new EpochTable(validates: true, 79);
        EpochMetrics huge = _epoch with { Epoch = 99_999, TrainLoss = 1e300, ValidationLoss = 1e300, ValidationAccuracy = 1, TestAccuracy = 1, Seconds = 1e6 };
        Assert.Equal(table.Heads.Length, table.Row(huge, isBest: true).Length);
    }

    [Fact]
    public void Says_which_label_counts_where_images_are_mixed()
    {
        var table = new EpochTable(validates: false, 99, new Recipe { Transforms = [new Mixup(1)] });
        Assert.Equal(" epoch  train loss  train acc (heavier label)  test loss  test acc      time  images/s", table.Heads);
        Assert.Equal(table.Heads.Length, table.Row(_epoch, isBest: false).Length);
    }

    [Theory]
    [InlineData(ClassBalance.Weights, " epoch  train loss (weighted)  train acc  test loss  test acc      time  images/s")]
    [InlineData(ClassBalance.Sampling, " epoch  train loss (balanced)  train acc (balanced)  test loss  test acc      time  images/s")]
    public void Says_of_which_images_the_figures_of_training_are(ClassBalance balance, string heads) =>
        Assert.Equal(heads, new EpochTable(validates: false, 99, new Recipe { Balance = balance }).Heads);

    [Fact]
    public void Has_dashes_for_what_is_not_known() => Assert.Equal(
        "     3           -          -          -         -      1:01       833",
        new EpochTable(validates: false, 79).Row(
            _epoch with { TrainLoss = double.NaN, TrainAccuracy = double.NaN, TestLoss = double.NaN, TestAccuracy = double.NaN }, isBest: false));

    private static void Check(bool validates, int width, string heads, string row)
    {
        var table = new EpochTable(validates, width);
        Assert.Equal(heads, table.Heads);
        Assert.Equal(row, table.Row(_epoch, isBest: false));
        Assert.InRange(heads.Length, 1, width);
    }
}
