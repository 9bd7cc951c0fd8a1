using CifarFast.Engine.Optim;

namespace CifarFast.Benchmarks.TorchSharp.Checks;

/// <summary>A network that is trained, the engine's or libtorch's. All that it tells is in PyTorch's order, in double precision.</summary>
internal interface ITrainedNetwork : IDisposable
{
    /// <summary>Parameters and buffers, by the names of a <c>state_dict</c>.</summary>
    IReadOnlyDictionary<string, double[]> State { get; }

    /// <summary>Computes the batch forward, as training does, and backward.</summary>
    Pass Run();

    /// <summary>Updates the weights from the last pass.</summary>
    void Step(RunPosition position);

    /// <summary>The outputs of the batch, as an evaluation has them.</summary>
    double[] Evaluate();
}
