using CifarFast.Engine.Randomness;

namespace CifarFast.Engine.Initialization;

/// <summary>
/// What torch.nn.Conv2d and torch.nn.Linear begin with: weights and biases uniform in ±1/√(inputs of an output), which its source writes as
/// kaiming_uniform_ with a = √5.
/// </summary>
public sealed record PyTorchInitializer : Initializer
{
    internal override float[] Values(InitializerContext context) => Draw(context);

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
