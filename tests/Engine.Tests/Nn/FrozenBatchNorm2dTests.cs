using CifarFast.Engine.Execution;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Execution;
using CifarFast.Engine.Tests.Kernels;

namespace CifarFast.Engine.Tests.Nn;

/// <summary>The layer against the definition of torchvision.ops.FrozenBatchNorm2d.</summary>
public class FrozenBatchNorm2dTests
{
    [Theory]
    [MemberData(nameof(ExecutionPaths.All), MemberType = typeof(ExecutionPaths))]
    public void Outputs_are_those_of_the_definition(string path)
    {
        var shape = new Shape(19, 3, 4);
        using var network = new Network(new Architecture("norm", shape, new FrozenBatchNorm2d(19, Epsilon: 0.125f)), ExecutionPaths.Options(path), batchSize: 1, seed: 1);
        var random = new RandomValues(seed: 3);
        float[][] buffers = [.. network.StateTensors.Select(tensor => random.Next(tensor.Shape.Count))];
        buffers[3] = [.. buffers[3].Select(Math.Abs)];
        Assert.Equal(["0.weight", "0.bias", "0.running_mean", "0.running_var"], network.StateTensors.Select(tensor => tensor.Name));
        foreach ((StateTensor tensor, float[] values) in network.StateTensors.Zip(buffers))
        {
            tensor.CopyFrom(values);
        }

        float[] input = random.Next(shape.Count);
        for (int i = 0; i < input.Length; i++)
        {
            network.Input.Sample(0)[network.Input.Layout.OffsetOfFeature(i)] = input[i];
        }

        network.Forward(1, TestContext.Current.CancellationToken);

        for (int i = 0; i < input.Length; i++)
        {
            int c = i / 12;
            double expected = ((input[i] - buffers[2][c]) / Math.Sqrt(buffers[3][c] + 0.125) * buffers[0][c]) + buffers[1][c];
            Assert.Equal(expected, network.Output.Sample(0)[network.Output.Layout.OffsetOfFeature(i)], 2e-6);
        }
    }

    [Fact]
    public void At_first_it_changes_nothing_but_for_epsilon()
    {
        using var network = new Network(
            new Architecture("norm", new Shape(2, 1, 1), new FrozenBatchNorm2d(2, Epsilon: 0)), ExecutionPaths.Options("naive"), batchSize: 1, seed: 1);
        network.Input.Sample(0)[0] = 0.3f;
        network.Forward(1, TestContext.Current.CancellationToken);
        Assert.Equal(0.3f, network.Output.Sample(0)[0]);
    }

    [Fact]
    public void Other_shapes_and_impossible_numbers_are_refused()
    {
        Assert.Throws<ShapeException>(() => new FrozenBatchNorm2d(3).OutputShape(new Shape(4, 2, 2)));
        Assert.Throws<ShapeException>(() => new FrozenBatchNorm2d(3).OutputShape(new Shape(3)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FrozenBatchNorm2d(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FrozenBatchNorm2d(1, float.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FrozenBatchNorm2d(1, -1));
    }
}
