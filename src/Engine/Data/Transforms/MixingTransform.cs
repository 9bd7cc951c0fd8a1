using CifarFast.Engine.Randomness;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Data.Transforms;

/// <summary>
/// A transform that mixes an image with another one of its batch, and their classes with them. The other one, and that alone, depends on the batch;
/// it comes as the transforms before this one have left it. There is at most one such transform in a list.
/// </summary>
/// <param name="Alpha">Both shapes of the beta distribution that each image draws its share from: 1 makes all shares equally likely.</param>
public abstract record MixingTransform(double Alpha) : Transform
{
    private const double Least = 0.001;
    private const double Most = 1000;

    /// <summary>Both shapes of the beta distribution that the share of an image comes from, from 0.001 to 1000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not in that range.</exception>
    public double Alpha { get; init => field = Checked(value); } = Checked(Alpha);

    /// <summary>How much of the mixture is the image itself, 0 to 1, which is how probable its class is; the rest is the other one's.</summary>
    /// <param name="key">What its random numbers are a function of.</param>
    /// <param name="image">The shape of the image.</param>
    internal abstract float Share(in TransformKey key, Shape image);

    /// <summary>A number of the distribution.</summary>
    private protected double NextShare(ref Xoshiro256 random) => BetaDistribution.Next(ref random, Alpha);

    private static double Checked(double alpha) => alpha is >= Least and <= Most
        ? alpha
        : throw new ArgumentOutOfRangeException(nameof(Alpha), alpha, $"alpha must be from {Least} to {Most}");
}
