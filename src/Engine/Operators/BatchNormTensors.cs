using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Operators;

/// <summary>What a batch normalisation asks for, whatever computes it.</summary>
internal static class BatchNormTensors
{
    /// <summary>Its parameters: weight and bias.</summary>
    public static IReadOnlyList<ParameterSpec> Parameters(int channels) => [Spec("weight", channels, 1), Spec("bias", channels, 0)];

    /// <summary>Its buffers: mean, variance, and the count of what they are made of.</summary>
    public static IReadOnlyList<ParameterSpec> Buffers(int channels) =>
    [
        Spec("running_mean", channels, 0),
        Spec("running_var", channels, 1),
        new ParameterSpec("num_batches_tracked", new Shape(), ParameterLayout.Dense(1), FanIn: 0) { IsCount = true },
    ];

    private static ParameterSpec Spec(string name, int channels, float initial) =>
        new(name, new Shape(channels), ParameterLayout.Dense(channels), FanIn: 0) { InitialValue = initial };
}
