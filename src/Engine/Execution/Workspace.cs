using CifarFast.Engine.Tensors;
using Microsoft.Extensions.ObjectPool;

namespace CifarFast.Engine.Execution;

/// <summary>
/// What a thread needs while it takes a few samples through layers: the operators' scratch and what lies between layers, backward the
/// gradients, and forward the activations where no gradient will ever ask for them. What a layer needs of it should fit into the L2 cache. Borders and
/// paddings of activations and gradients are zero from the start and are never written to; scratch holds whatever the layer or stage before left in it.
/// </summary>
internal sealed class Workspace(int length)
{
    private readonly AlignedBuffer _buffer = new(length);

    /// <summary>All of it.</summary>
    public Span<float> Span => _buffer.Span;

    /// <summary>A pool of workspaces of <paramref name="length"/> floats, one for each thread that may compute.</summary>
    public static ObjectPool<Workspace> Pool(int length, int threads) => new DefaultObjectPool<Workspace>(new Policy(length), threads);

    private sealed class Policy(int length) : PooledObjectPolicy<Workspace>
    {
        public override Workspace Create() => new(length);

        public override bool Return(Workspace obj) => true;
    }
}
