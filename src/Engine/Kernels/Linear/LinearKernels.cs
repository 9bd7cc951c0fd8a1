namespace CifarFast.Engine.Kernels.Linear;

/// <summary>Chooses how a linear layer is computed.</summary>
internal static class LinearKernels
{
    /// <summary>The kernels for a geometry, on the path and the tier that are asked for.</summary>
    public static ILinear Create(ExecutionOptions execution, LinearGeometry geometry) =>
        execution.Kernels == KernelPath.Naive ? new NaiveLinear(geometry) : new GemmLinear(execution.Tier, geometry);
}
