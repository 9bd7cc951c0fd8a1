using CifarFast.Engine.Randomness;

namespace CifarFast.Engine.Initialization;

/// <summary>
/// What torch.nn.Conv2d and torch.nn.Linear begin with: weights and biases uniform in ±1/√(inputs of an output), which its source writes as
/// kaiming_uniform_ with a = √5.
/// </summary>
/// <param name="Deviation">The standard deviation that the values are then scaled to; null for none.</param>
public sealed record PyTorchInitializer(float? Deviation = null) : Initializer
{
    /// <summary>The standard deviation that the values are scaled to; null for as they are drawn.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not above 0, or not finite.</exception>
    public float? Deviation { get; } = Deviation is null or (> 0 and < float.PositiveInfinity) ? Deviation : throw new ArgumentOutOfRangeException(nameof(Deviation));

    internal override float[] Values(InitializerContext context)
    {
        float[] values = Draw(context);
        if (Deviation is float deviation)
        {
            double mean = values.Average(value => (double)value);
            double squares = values.Sum(value => (value - mean) * (value - mean));
            double scale = deviation / Math.Sqrt(squares / Math.Max(1, values.Length - 1));
            foreach (ref float value in values.AsSpan())
            {
                value = (float)(value * scale);
            }
        }

        return values;
    }

    internal static float[] Draw(InitializerContext context)
    {
        // A bias has the bounds of its weight.
        string layer = context.Parameter.Name[..(context.Parameter.Name.LastIndexOf('.') + 1)];
        int inputs = context.Network.Parameters.Where(parameter => parameter.Name.StartsWith(layer, StringComparison.Ordinal)).Max(parameter => parameter.FanIn);
        if (inputs == 0)
        {
            throw new ArgumentException($"{context.Parameter.Name} is of no convolution or linear layer");
        }

        float bound = (float)(1 / Math.Sqrt(inputs));
        Xoshiro256 random = context.Random;
        float[] values = new float[context.Parameter.Shape.Count];
        foreach (ref float value in values.AsSpan())
        {
            value = random.NextSingle(-bound, bound);
        }

        return values;
    }
}
