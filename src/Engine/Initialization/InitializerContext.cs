using CifarFast.Engine.Data;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Randomness;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Initialization;

/// <summary>What an <see cref="Initializer"/> makes values of.</summary>
/// <param name="Network">The network.</param>
/// <param name="Number">The parameter's number in it.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Images">The images it will be trained on.</param>
/// <param name="Cancellation">Gives long computations up.</param>
internal sealed record InitializerContext(Network Network, int Number, ulong Seed, ImageSet Images, CancellationToken Cancellation)
{
    /// <summary>The parameter.</summary>
    public Parameter Parameter => Network.Parameters[Number];

    /// <summary>The parameter's own stream of random numbers.</summary>
    public Xoshiro256 Random => new(Seed, (ulong)Number);
}
