using CifarFast.Engine.Data;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Losses;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Training;
using CommunityToolkit.HighPerformance;

namespace CifarFast.Engine.Tests.Training;

/// <summary>A training loop of one's own, made of the public parts.</summary>
public sealed class OwnLoopTests
{
    private static readonly Architecture _small = new(
        "small",
        new Shape(3, 32, 32),
        new Conv2d(3, 8, KernelSize: 3, Stride: 2, Padding: 1), new ReLU(),
        new Residual(new Sequential(new Conv2d(8, 8, KernelSize: 3, Padding: 1), new ReLU())),
        new MaxPool2d(2), new Flatten(), new Linear(8 * 8 * 8, 10));

    private static readonly ImageSet _images = TrainingFixture.Images.Train;

    [Fact]
    public void It_has_the_bits_of_a_training_session()
    {
        var recipe = new Recipe
        {
            BatchSize = 32,
            Epochs = 2,
            Seed = 5,
            Optimizer = new SGD(Momentum: 0.9f),
            Schedule = new CosineSchedule(),
            Loss = new CrossEntropyLoss(0.1),
            Transforms = TrainingFixture.Transforms,
            DropLast = true,
        };
        var architecture = new Architecture("with dropout", _small.InputShape, new Dropout(0.1f), _small.Module);
        using var expected = new Network(architecture, new ExecutionOptions(), recipe.BatchSize, recipe.Seed);
        var recorder = new Recorder();
        new TrainingSession(expected, new TrainingData(_images), recipe).Run(recorder, TestContext.Current.CancellationToken);

        using var network = new Network(architecture, new ExecutionOptions(), recipe.BatchSize, recipe.Seed);
        var loader = new DataLoader(_images, recipe.BatchSize, shuffle: true, recipe.Seed, recipe.DropLast, recipe.Transforms);
        var optimizer = new OptimizerState(network, recipe.Optimizer);
        List<double> losses = [];
        for (int epoch = 1; epoch <= 2; epoch++)
        {
            foreach (Batch batch in loader.Epoch(epoch))
            {
                ReadOnlySpan2D<float> logits = network.Forward(batch);
                LossResult loss = recipe.Loss.Run(logits, batch, network.OutputGradient);
                network.Backward();
                optimizer.Step(recipe.Schedule, new RunPosition(losses.Count, 2 * loader.Count, loader.Count));
                losses.Add(loss.Mean);
            }
        }

        Assert.Equal(recorder.Steps.Select(step => step.BatchLoss), losses);
        Assert.Equal(expected.Parameters.SelectMany(TrainingFixture.Values), network.Parameters.SelectMany(TrainingFixture.Values));
    }

    [Fact]
    public void Floats_are_taken_as_well_as_bytes()
    {
        using var network = Make(batchSize: 4);
        ImageSet batch = _images.Slice(7, 3);
        float[] samples = [.. Enumerable.Range(0, batch.Count).SelectMany(i => batch.Pixels(i).ToArray()).Select(pixel => pixel / 255f)];

        float[,] expected = network.Forward(batch).ToArray();

        Assert.Equal((3, 10), (expected.GetLength(0), expected.GetLength(1)));
        Assert.Equal(expected, network.Forward(samples).ToArray());
    }

    /// <summary>The mean squared error to a vector, as far as a caller can see.</summary>
    [Fact]
    public void A_gradient_of_one_s_own_is_followed()
    {
        var linear = new Architecture("linear", new Shape(3, 32, 32), new Flatten(), new Linear(3072, 10));
        using var network = new Network(linear, new ExecutionOptions(), batchSize: 8, seed: 3);
        var optimizer = new OptimizerState(network, new SGD(LearningRate: 0.001f));
        ImageSet batch = _images.Take(8);
        double Step()
        {
            ReadOnlySpan2D<float> outputs = network.Forward(batch);
            Span2D<float> gradient = network.OutputGradient;
            double error = 0;
            for (int i = 0; i < outputs.Height; i++)
            {
                for (int j = 0; j < outputs.Width; j++)
                {
                    float difference = outputs[i, j] - j;
                    error += difference * difference / outputs.Length;
                    gradient[i, j] = 2 * difference / outputs.Length;
                }
            }

            network.Backward();
            optimizer.Step();
            return error;
        }

        double first = Step();
        double last = first;
        for (int i = 0; i < 100; i++)
        {
            last = Step();
        }

        Assert.True(last < first / 10, $"{first} became {last}");
    }

    [Fact]
    public void Steps_out_of_order_are_refused()
    {
        using var network = Make(batchSize: 2);
        Assert.Throws<InvalidOperationException>(() => network.Outputs.Length);
        Assert.Throws<InvalidOperationException>(network.Backward);
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Forward(_images.Take(3)).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Forward(_images.Take(0)).Length);
        Assert.Throws<ArgumentException>(() => network.Forward(new float[3073]).Length);
        Assert.Throws<ShapeException>(() => network.Forward(new ImageSet(1, 32, 32, new byte[1024], new int[1])).Length);

        Network inference = network.WithoutGradients(batchSize: 2);
        inference.Forward(_images.Take(2));
        Assert.Throws<InvalidOperationException>(() => inference.OutputGradient.Length);
        Assert.Throws<ArgumentException>(() => new OptimizerState(inference, new SGD()));
        Assert.Throws<ArgumentException>(() => new OptimizerState(network, new SGD(float.NaN)));
    }

    [Fact]
    public void What_is_no_vector_has_no_rows()
    {
        var convolution = new Architecture("convolution", new Shape(3, 32, 32), new Conv2d(3, 8, KernelSize: 3));
        using var network = new Network(convolution, new ExecutionOptions(), batchSize: 1, seed: 1);

        var error = Assert.Throws<InvalidOperationException>(() => network.Forward(_images.Take(1)).Length);

        Assert.Contains("8×30×30", error.Message);
    }

    private static Network Make(int batchSize) => new(_small, new ExecutionOptions(), batchSize, seed: 3);
}
