using CifarFast.Engine.Execution;
using CifarFast.Engine.Formats.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace CifarFast.Benchmarks.TorchSharp;

/// <summary>A network in ONNX Runtime, from the model that the engine writes, and a batch for it.</summary>
internal sealed class OnnxInference : IDisposable
{
    private readonly SessionOptions _options;
    private readonly InferenceSession _session;
    private readonly float[] _images;
    private readonly int _batchSize;
    private readonly long[] _shape;

    public OnnxInference(Network network, int batchSize, int threads)
    {
        using var model = new MemoryStream();
        OnnxModel.Write(model, network, new OnnxMetadata { ProgramVersion = "benchmark" });
        _options = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1 };
        _session = new InferenceSession(model.ToArray(), _options);
        _batchSize = batchSize;
        _shape = [.. Enumerable.Range(0, network.Architecture.InputShape.Rank).Select(axis => (long)network.Architecture.InputShape[axis])];
        var random = new Random(1);
        _images = [.. Enumerable.Range(0, batchSize * network.Architecture.InputShape.Count).Select(_ => random.NextSingle())];
    }

    /// <summary>Computes the outputs of so many images, batch by batch, each of them the same.</summary>
    public void Evaluate(int images)
    {
        using var options = new RunOptions();
        for (int first = 0; first < images; first += _batchSize)
        {
            int count = Math.Min(_batchSize, images - first);
            using var value = OrtValue.CreateTensorValueFromMemory(
                OrtMemoryInfo.DefaultInstance, _images.AsMemory(0, _images.Length / _batchSize * count), [count, .. _shape]);
            using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(options, [OnnxModel.InputName], [value], [OnnxModel.LogitsName]);
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _options.Dispose();
    }
}
