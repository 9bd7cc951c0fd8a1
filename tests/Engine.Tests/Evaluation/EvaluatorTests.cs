using CifarFast.Engine.Data;
using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Training;

namespace CifarFast.Engine.Tests.Evaluation;

public class EvaluatorTests
{
    [Fact]
    public void More_logits_than_can_be_kept_are_refused()
    {
        const int Classes = 1000;
        const int Most = 2_147_483;
        using var network = new Network(new Architecture("many", new Shape(1, 1, 1), new Flatten(), new Linear(1, Classes)), new ExecutionOptions(), batchSize: 1, seed: 1);
        ImageSet Images(int count) => new(1, 1, 1, new byte[count], new int[count]);

        Assert.Equal(Most, new Evaluator(network, Images(Most)).Images.Count);
        ShapeException error = Assert.Throws<ShapeException>(() => new Evaluator(network, Images(Most + 1)));
        Assert.Equal(
            "2,147,484 images of 1,000 classes have more than the 2,147,483,591 logits that an evaluation can keep; evaluate fewer images at a time", error.Message);
    }

    /// <summary>What an evaluation makes of the weights, once for all its batches, is not used by the next one.</summary>
    [Fact]
    public void Weights_may_change_between_evaluations()
    {
        var architecture = new Architecture(
            "filters", new Shape(3, 32, 32),
            new Conv2d(3, 16, KernelSize: 3, Padding: 1, Bias: false), new BatchNorm2d(16), new ReLU(), new Conv2d(16, 16, KernelSize: 3, Padding: 1), new MaxPool2d(8), new Flatten(), new Linear(256, 10));
        using var trained = new Network(architecture, new ExecutionOptions(), batchSize: 1, seed: 1);
        using Network network = trained.WithoutGradients(batchSize: 4);
        ImageSet images = TrainingFixture.Images.Test.Take(9);
        var evaluator = new Evaluator(network, images);
        float[] before = Run(evaluator);
        foreach (Parameter parameter in trained.Parameters)
        {
            parameter.CopyFrom([.. Enumerable.Range(0, parameter.Shape.Count).Select(i => MathF.Sin(i))]);
        }

        using Network anew = trained.WithoutGradients(batchSize: 4);
        float[] after = Run(evaluator);
        Assert.NotEqual(before, after);
        Assert.Equal(Run(new Evaluator(anew, images)), after);

        static float[] Run(Evaluator evaluator)
        {
            Predictions predictions = evaluator.Run(progress: null, TestContext.Current.CancellationToken);
            return [.. Enumerable.Range(0, evaluator.Images.Count).SelectMany(image => predictions.Logits(image).ToArray())];
        }
    }
}
