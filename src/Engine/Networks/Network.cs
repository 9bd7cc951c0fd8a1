using CifarFast.Engine.Kernels;

namespace CifarFast.Engine.Networks;

/// <summary>A network with parameters and buffers, ready to compute.</summary>
public sealed class Network : IDisposable
{
    /// <summary>Builds it.</summary>
    public Network(Sequential architecture, ExecutionOptions execution, int batchSize, ulong seed) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
