using System.Reflection;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Kernels.Convolution;
using CifarFast.Engine.Kernels.Elementwise;
using CifarFast.Engine.Kernels.Gemm;
using CifarFast.Engine.Kernels.Linear;
using CifarFast.Engine.Kernels.Normalization;
using CifarFast.Engine.Kernels.Pooling;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Execution;
using CifarFast.Engine.Tests.Kernels.Convolution;
using CifarFast.Engine.Tests.Kernels.Pooling;

namespace CifarFast.Engine.Tests.Kernels;

/// <summary>The kernels and the tier that are asked for are the ones that run.</summary>
public class KernelSelectionTests
{
    [Theory]
    [MemberData(nameof(ExecutionPaths.Fast), MemberType = typeof(ExecutionPaths))]
    public void A_forced_tier_is_the_one_that_runs(string tier) => Assert.All(AllKinds(ExecutionPaths.Options(tier)), algorithm =>
    {
        SimdTier[] vectors = [.. VectorsOf(algorithm)];
        Assert.NotEmpty(vectors);
        Assert.All(vectors, vector => Assert.Equal(SimdTiers.Resolve(tier), vector));
    });

    /// <summary>The naive ones are those of one float at a time.</summary>
    [Theory]
    [MemberData(nameof(ExecutionPaths.All), MemberType = typeof(ExecutionPaths))]
    public void Elementwise_kernels_run_on_the_tier_that_is_asked_for(string path)
    {
        ExecutionOptions execution = ExecutionPaths.Options(path);
        SimdTier tier = execution.Kernels == KernelPath.Naive ? SimdTier.Scalar : execution.Tier;

        Assert.Equal([tier], VectorsOf(ElementwiseKernels.For(execution)));
    }

    [Fact]
    public void The_naive_kernels_run_where_they_are_asked_for() => Assert.All(AllKinds(ExecutionPaths.Options("naive")), algorithm =>
        Assert.StartsWith("Naive", algorithm.GetType().Name));

    /// <summary>Every choice there is, each a static class, so that one that is added must be added here.</summary>
    [Fact]
    public void No_choice_is_left_out()
    {
        IEnumerable<Type> choices = typeof(ExecutionOptions).Assembly.GetTypes().Where(type => type is { IsAbstract: true, IsSealed: true } && type.Name.EndsWith("Kernels", StringComparison.Ordinal));

        Assert.Equal(choices.Count(), All(new ExecutionOptions()).Count - 3);
    }

    /// <summary>What an algorithm computes with: its type argument, or that of the product it is made of.</summary>
    private static IEnumerable<SimdTier> VectorsOf(object algorithm) => algorithm.GetType().GetFields(BindingFlags.NonPublic | BindingFlags.Instance)
        .Select(field => field.GetValue(algorithm))
        .OfType<PanelGemm>()
        .Prepend(algorithm)
        .SelectMany(kernel => kernel.GetType().GetGenericArguments().Take(1))
        .Select(TierOf);

    private static SimdTier TierOf(Type simd) =>
        (SimdTier)simd.GetProperty(nameof(SimdScalar.Tier), BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;

    private static IEnumerable<object> AllKinds(ExecutionOptions execution) => Enum.GetValues<ConvolutionKind>()
        .SelectMany(kind => All(execution with { Convolution = kind }));

    private static IReadOnlyList<object> All(ExecutionOptions execution)
    {
        SampleLayout features = SampleLayout.Of(new Shape(40));
        var problem = new ConvolutionProblem(execution, new ConvolutionCase(3, 1, 1, 40, 50, 4, 5, 0).Geometry);
        return
        [
            ConvolutionPasses.Forward(problem),
            ConvolutionPasses.BackwardData(problem),
            ConvolutionPasses.BackwardWeights(problem),
            LinearKernels.Create(execution, new LinearGeometry(features, features, MaxSamples: 2)),
            MaxPoolKernels.Create(execution, new PoolingCase(2, 2, 3, 4, 4, 0).Geometry),
            AvgPoolKernels.Create(execution, new PoolingCase(2, 2, 3, 4, 4, 0).Geometry),
            BatchNormKernels.Create(execution, new BatchNormGeometry(problem.Geometry.Input, problem.Geometry.Input, problem.Geometry.Input, problem.Geometry.Input)),
        ];
    }
}
