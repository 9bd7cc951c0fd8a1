using CifarFast.Engine.Randomness;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Nn;

/// <summary>He-normal weights and zero biases (He, Zhang, Ren and Sun 2015, "Delving Deep into Rectifiers").</summary>
internal static class HeInitialization
{
    /// <summary>Sets parameters. Each has a random stream of its own, so that its values do not depend on the layers before it.</summary>
    /// <exception cref="OperationCanceledException">Cancellation was asked for: some parameters are set, others are not.</exception>
    public static void Run(IReadOnlyList<Parameter> parameters, ulong seed, CancellationToken cancellation)
    {
        for (int i = 0; i < parameters.Count; i++)
        {
            if (parameters[i].FanIn > 0)
            {
                parameters[i].CopyFrom(Values(parameters[i], new Xoshiro256(seed, (ulong)i), cancellation));
            }
        }
    }

    /// <summary>The values of a parameter, row-major: zeros for a bias.</summary>
    /// <exception cref="OperationCanceledException">Cancellation was asked for.</exception>
    public static float[] Values(Parameter parameter, Xoshiro256 random, CancellationToken cancellation)
    {
        float[] values = new float[parameter.Shape.Count];
        if (parameter.FanIn > 0)
        {
            double deviation = Math.Sqrt(2.0 / parameter.FanIn);
            foreach (ref float value in values.AsSpan())
            {
                cancellation.ThrowIfCancellationRequested();
                value = (float)(random.NextGaussian() * deviation);
            }
        }

        return values;
    }
}
