using CifarFast.Engine.Data;
using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Inference;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Execution;

namespace CifarFast.Engine.Tests.Evaluation;

/// <summary>Test-time augmentation against logits of views that are made and put together by hand.</summary>
public class TestTimeAugmentationTests
{
    private const int Classes = 5;

    private static readonly Shape _shape = new(3, 9, 8);

    private static readonly Architecture _architecture = new(
        "small", _shape, new Conv2d(3, 20, 3, Padding: 1), new ReLU(), new MaxPool2d(2), new Flatten(), new Linear(20 * 4 * 4, Classes));

    private static readonly ImageSet _images = new(
        3, 9, 8, Enumerable.Range(0, 7 * _shape.Count).Select(i => (byte)((i * i) + (i / 5))).ToArray(), new[] { 0, 1, 2, 3, 4, 0, 1 });

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public void Logits_are_those_of_the_views_averaged()
    {
        using var network = new Network(_architecture, new ExecutionOptions(), batchSize: 7, seed: 3);
        using var classifier = new Classifier(network, batchSize: 7);
        float[] plain = Of((x, y) => (x, y));
        float[] flipped = Of((x, y) => (7 - x, y));
        float[] mirror = Mean(plain, flipped);
        float[] onlyDown = Of((x, y) => (Math.Abs(x - 1), Math.Abs(y - 1)));
        float[] onlyUp = Of((x, y) => (x == 7 ? 6 : x + 1, y == 8 ? 7 : y + 1));
        float[] down = Mean([.. onlyDown], Of((x, y) => (Math.Abs(7 - x - 1), Math.Abs(y - 1))));
        float[] up = Mean([.. onlyUp], Of((x, y) => (x == 0 ? 6 : 7 - x + 1, y == 8 ? 7 : y + 1)));

        Assert.Equal(plain, Logits(classifier.Predict(_images, cancellation: _cancellation)));
        Assert.Equal(mirror, Logits(classifier.Predict(_images, TestTimeAugmentation.Mirror, cancellation: _cancellation)));
        Assert.Equal(Mean(mirror, Mean(down, up)), Logits(classifier.Predict(_images, TestTimeAugmentation.MirrorAndShifts, cancellation: _cancellation)));
        Assert.Equal(Mean(plain, Mean(onlyDown, onlyUp)), Logits(classifier.Predict(_images, TestTimeAugmentation.Shifts, cancellation: _cancellation)));
        Assert.NotEqual(plain, flipped);
        Assert.NotEqual(down, up);

        // Logits of images whose pixel at x, y is the one that stands where the function says.
        float[] Of(Func<int, int, (int X, int Y)> source)
        {
            byte[] pixels = new byte[_images.Count * _shape.Count];
            for (int i = 0; i < pixels.Length; i++)
            {
                (int plane, int place) = Math.DivRem(i, 9 * 8);
                (int x, int y) = source(place % 8, place / 8);
                pixels[i] = _images.Pixels(plane / 3)[(plane % 3 * 9 * 8) + (y * 8) + x];
            }

            classifier.Network.Forward(new ImageSet(3, 9, 8, pixels, _images.Labels.ToArray()));
            float[] logits = new float[_images.Count * Classes];
            classifier.Network.Outputs.CopyTo(logits);
            return logits;
        }
    }

    [Theory]
    [MemberData(nameof(ExecutionPaths.Fast), MemberType = typeof(ExecutionPaths))]
    public void Bits_depend_on_nothing_but_images_and_weights(string path)
    {
        float[] expected = Run(ExecutionPaths.Options("scalar"), batchSize: 7);
        Assert.DoesNotContain(0, expected);
        Assert.Equal(expected, Run(ExecutionPaths.Options(path), batchSize: 1));
        Assert.Equal(expected, Run(ExecutionPaths.Options(path, threads: 3), batchSize: 3));
        Assert.Equal(expected, Run(ExecutionPaths.Options(path, threads: 2), batchSize: 256));

        float[] Run(ExecutionOptions options, int batchSize)
        {
            using var network = new Network(_architecture, options, batchSize, seed: 3);
            return Logits(new Evaluator(network, _images, TestTimeAugmentation.MirrorAndShifts).Run(progress: null, _cancellation));
        }
    }

    [Fact]
    public void Progress_counts_images_and_the_work_can_be_given_up()
    {
        using var network = new Network(_architecture, new ExecutionOptions(), batchSize: 3, seed: 3);
        using var classifier = new Classifier(network, batchSize: 3);
        var done = new List<int>();
        ClassificationReport report = classifier.Evaluate(_images, TestTimeAugmentation.MirrorAndShifts, done.Add, _cancellation);
        Assert.Equal([3, 6, 7], done);
        Assert.Equal(7, report.Images);
        Assert.Equal(0, classifier.Predict(_images.Take(0), TestTimeAugmentation.Mirror, cancellation: _cancellation).Count);

        using var source = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => classifier.Predict(_images, TestTimeAugmentation.Mirror, _ => source.Cancel(), source.Token));
    }

    [Fact]
    public void Without_mirror_images_what_is_left_is_moved_or_nothing()
    {
        Assert.Equal(TestTimeAugmentation.None, TestTimeAugmentation.None.WithoutMirror());
        Assert.Equal(TestTimeAugmentation.None, TestTimeAugmentation.Mirror.WithoutMirror());
        Assert.Equal(TestTimeAugmentation.Shifts, TestTimeAugmentation.MirrorAndShifts.WithoutMirror());
        Assert.Equal(TestTimeAugmentation.Shifts, TestTimeAugmentation.Shifts.WithoutMirror());
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(4, 1)]
    public void Images_without_a_pixel_beside_their_edge_are_refused_by_name(int height, int width)
    {
        var architecture = new Architecture("flat", new Shape(1, height, width), new Flatten(), new Linear(4, 2));
        using var network = new Network(architecture, new ExecutionOptions(), batchSize: 1, seed: 1);
        using var classifier = new Classifier(network);
        var images = new ImageSet(1, height, width, new byte[4], new int[1]);

        Assert.Equal(1, classifier.Predict(images, TestTimeAugmentation.Mirror, cancellation: _cancellation).Count);
        ShapeException error = Assert.Throws<ShapeException>(() => classifier.Predict(images, TestTimeAugmentation.MirrorAndShifts, cancellation: _cancellation));
        Assert.Equal($"images of 1×{height}×{width} have no pixel beside their edge to reflect: test-time augmentation cannot move them", error.Message);
    }

    private static float[] Logits(Predictions predictions) => [.. Enumerable.Range(0, predictions.Count).SelectMany(i => predictions.Logits(i).ToArray())];

    private static float[] Mean(float[] first, float[] second) => [.. first.Zip(second, (one, other) => (0.5f * one) + (0.5f * other))];
}
