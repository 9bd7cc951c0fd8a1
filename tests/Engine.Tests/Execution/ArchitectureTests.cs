using CifarFast.Engine.Nn;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Tests.Execution;

public class ArchitectureTests
{
    [Fact]
    public void The_reference_network_has_the_shapes_and_counts_of_its_definition()
    {
        Architecture network = NetworkCatalog.Reference();

        Assert.Equal(new Shape(3, 32, 32), network.InputShape);
        Assert.Equal(new Shape(10), network.OutputShape);
        Assert.Equal(
            ["16×32×32", "16×32×32", "32×32×32", "32×32×32", "32×16×16", "64×16×16", "64×16×16", "128×16×16", "128×16×16", "128×8×8", "8192", "128", "128", "10"],
            network.Summary.Select(row => row.OutputShape.ToString()));
        Assert.Equal(
            [(3 * 16 * 9) + 16, 0, (16 * 32 * 9) + 32, 0, 0, (32 * 64 * 9) + 64, 0, (64 * 128 * 9) + 128, 0, 0, 0, (8192 * 128) + 128, 0, 1290L],
            network.Summary.Select(row => row.Parameters));
        Assert.Equal(1_147_434, network.Summary.Sum(row => row.Parameters));
        Assert.Equal(
            [1024 * 27 * 16, 0, 1024 * 144 * 32, 0, 0, 256 * 288 * 64, 0, 256 * 576 * 128, 0, 0, 0, 8192 * 128, 0, 1280L],
            network.Summary.Select(row => row.MultiplyAdds));
        Assert.Equal("Conv2d(3→16, 3×3, padding 1)", network.Summary[0].Description);
    }

    [Theory]
    [InlineData("toy, layer 1: Conv2d(8→4, 3×3) takes 8×H×W, not 4×8×8")]
    public void A_wrong_shape_names_the_layer_and_both_shapes(string message)
    {
        ShapeException error = Assert.Throws<ShapeException>(() => new Architecture(
            "toy", new Shape(3, 8, 8), new Conv2d(3, 4, KernelSize: 3, Padding: 1), new Conv2d(8, 4, KernelSize: 3)));

        Assert.Equal(message, error.Message);
    }

    [Fact]
    public void Layers_within_modules_have_the_paths_that_PyTorch_gives_them()
    {
        var network = new Architecture(
            "toy",
            new Shape(3, 8, 8),
            new Conv2d(3, 4, KernelSize: 1),
            new Residual(new Sequential(new Conv2d(4, 2, KernelSize: 1), new Conv2d(2, 4, KernelSize: 1)), new Conv2d(4, 4, KernelSize: 1)),
            new Sequential(new ReLU()));

        Assert.Equal(
            ["0 Conv2d", "1.body.0 Conv2d", "1.body.1 Conv2d", "1.shortcut Conv2d", "1.add Add", "2.0 ReLU"], network.Summary.Select(row => row.Name));
        Assert.Equal(new Shape(4, 8, 8), network.OutputShape);
    }

    [Fact]
    public void A_residual_refuses_a_body_of_another_shape()
    {
        ShapeException error = Assert.Throws<ShapeException>(
            () => new Architecture("toy", new Shape(3, 8, 8), new Residual(new Conv2d(3, 4, KernelSize: 3))));

        Assert.Equal("toy, layer 0.add: Add takes two values of one shape, not 4×6×6 and 3×8×8", error.Message);
    }

    [Fact]
    public void Modules_of_the_same_parts_are_equal()
    {
        static Residual Make(int channels) => new(new Sequential(new Conv2d(channels, channels, KernelSize: 1), new ReLU()));

        Assert.Equal(Make(3), Make(3));
        Assert.Equal(Make(3).GetHashCode(), Make(3).GetHashCode());
        Assert.NotEqual(Make(3), Make(4));
    }

    [Fact]
    public void Every_layer_refuses_what_it_cannot_take()
    {
        Assert.Contains("at least 5", Refusal(new Shape(1, 4, 9), new Conv2d(1, 1, KernelSize: 5)));
        Assert.Contains("not 16", Refusal(new Shape(16), new Conv2d(1, 1, KernelSize: 1)));
        Assert.Contains("not 3×1×5", Refusal(new Shape(3, 1, 5), new MaxPool2d(2)));
        Assert.Contains("Linear(10→3) takes 10, not 12", Refusal(new Shape(12), new Linear(10, 3)));
        Assert.Contains("Linear(12→3) takes 12, not 3×2×2", Refusal(new Shape(3, 2, 2), new Linear(12, 3)));
    }

    [Fact]
    public void Layers_refuse_sizes_that_make_no_sense()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Conv2d(0, 1, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Conv2d(1, 1, 3, Stride: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Conv2d(1, 1, 3, Padding: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MaxPool2d(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Linear(1, 0));
        Assert.Throws<ArgumentException>(() => new Architecture("empty", new Shape(1)));
    }

    private static string Refusal(Shape input, Layer layer) =>
        Assert.Throws<ShapeException>(() => new Architecture("toy", input, layer)).Message;
}
