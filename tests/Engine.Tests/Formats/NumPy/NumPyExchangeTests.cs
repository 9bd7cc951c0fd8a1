using System.Text.Json;
using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Formats.NumPy;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Randomness;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Data;
using CifarFast.Engine.Tests.Execution;

namespace CifarFast.Engine.Tests.Formats.NumPy;

/// <summary>Checkpoints that go from NumPy to the engine and back; see numpy_reference.py.</summary>
public sealed class NumPyExchangeTests : IDisposable
{
    private const string Script = "numpy_reference.py";

    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void The_engine_reads_whatever_NumPy_writes()
    {
        Python.Run(Script, "write", _temporary.Path);
        string[] files = Directory.GetFiles(_temporary.Path, "*-*.npz");
        Assert.Equal(2 * 5 * 2 * 3 * 2, files.Length);
        Assert.All(files, file =>
        {
            using Network network = SmallNetwork.Create();
            NumPyCheckpoint checkpoint = SmallNetwork.Load(file, File.ReadAllBytes(file), network)!;
            Assert.Equal((SmallNetwork.Epoch, SmallNetwork.Batch), (checkpoint.Epoch, checkpoint.Batch));
            Assert.Equal([2.25, 1.5, 0.75], checkpoint.TrainLossHistory);
            Assert.Empty(checkpoint.TrainAccuracyHistory);
            SmallNetwork.AssertLoaded(network);
        });

        using Network other = SmallNetwork.Create();
        string message = Assert.Throws<CheckpointException>(() => SmallNetwork.Load("object.npz", File.ReadAllBytes(_temporary.Below("object.npz")), other)).Message;
        Assert.Equal("object.npz: W2 is a pickled object, which could run code, and is never loaded", message);
    }

    [Fact]
    public void NumPy_computes_what_the_engine_computes_from_a_checkpoint_of_the_engine()
    {
        const int images = 20;
        using var network = new Network(NetworkCatalog.Reference(), ExecutionPaths.Options(SimdTiers.Best.Name()), images, seed: 11);
        var random = new Xoshiro256(11, 99);
        foreach (Parameter bias in network.Parameters.Where(parameter => parameter.Shape.Rank == 1))
        {
            bias.CopyFrom([.. Enumerable.Range(0, bias.Shape.Count).Select(_ => random.NextSingle(-0.5f, 0.5f))]);
        }

        byte[] pixels = [.. Enumerable.Range(0, images * network.Architecture.InputShape.Count).Select(_ => (byte)random.NextSingle(0, 256))];
        File.WriteAllBytes(_temporary.Below("pixels"), pixels);
        NumPyCheckpoint.Save(_temporary.Below("engine.npz"), network, epoch: 3, batch: 4, [2.5, 1.25], [0.5]);

        using var answer = JsonDocument.Parse(Python.Run(Script, "forward", _temporary.Below("engine.npz"), _temporary.Below("pixels")));
        Assert.Equal(JsonValueKind.Null, answer.RootElement.GetProperty("bad").ValueKind);
        Assert.True(answer.RootElement.GetProperty("stored").GetBoolean());
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["W1"] = "float64 (16, 3, 3, 3)",
                ["W2"] = "float64 (32, 16, 3, 3)",
                ["W3"] = "float64 (64, 32, 3, 3)",
                ["W4"] = "float64 (128, 64, 3, 3)",
                ["W5"] = "float64 (8192, 128)",
                ["W6"] = "float64 (128, 10)",
                ["B1"] = "float64 (16,)",
                ["B2"] = "float64 (32,)",
                ["B3"] = "float64 (64,)",
                ["B4"] = "float64 (128,)",
                ["B5"] = "float64 (128,)",
                ["B6"] = "float64 (10,)",
                ["epoch"] = "int64 ()",
                ["batch"] = "int64 ()",
                ["train_loss_history"] = "float64 (2,)",
                ["train_acc_history"] = "float64 (1,)",
            },
            answer.RootElement.GetProperty("arrays").Deserialize<Dictionary<string, string>>());

        double[][] expected = answer.RootElement.GetProperty("logits").Deserialize<double[][]>()!;
        float[][] logits = Forward(network, pixels, images);
        double difference = expected.Zip(logits).SelectMany(pair => pair.First.Zip(pair.Second, (one, other) => Math.Abs(one - other))).Max();
        TestContext.Current.SendDiagnosticMessage("Logits up to {0:F2} differ by at most {1:E2}", expected.Max(row => row.Max()), difference);
        Assert.InRange(difference, 0, 1e-4);
        Assert.Equal(expected.Select(row => Array.IndexOf(row, row.Max())), logits.Select(row => Array.IndexOf(row, row.Max())));
    }

    private static float[][] Forward(Network network, byte[] pixels, int images)
    {
        int features = network.Architecture.InputShape.Count;
        for (int i = 0; i < pixels.Length; i++)
        {
            network.Input.Activation.Batch.Span[(i / features * network.Input.Layout.Stride) + network.Input.Layout.OffsetOfFeature(i % features)] = pixels[i] / 255f;
        }

        network.Forward(images);
        int classes = network.Architecture.OutputShape.Count;
        return [.. Enumerable.Range(0, images).Select(image =>
            network.Output.Activation.Batch.Span.Slice(image * network.Output.Layout.Stride, classes).ToArray())];
    }
}
