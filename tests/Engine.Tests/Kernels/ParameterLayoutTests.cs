using CifarFast.Engine.Kernels.Convolution;
using CifarFast.Engine.Kernels.Linear;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Execution;
using CifarFast.Engine.Tests.Kernels.Convolution;

namespace CifarFast.Engine.Tests.Kernels;

public class ParameterLayoutTests
{
    [Fact]
    public void Panels_hold_a_matrix_row_after_row_and_pad_the_last_one()
    {
        // Two rows of three columns in panels of two: 0 1 | 2 _
        //                                             3 4 | 5 _
        ParameterLayout layout = ParameterLayout.Panels(rows: 2, columns: 3, panelWidth: 2, index => (index / 3, index % 3));

        Assert.Equal(8, layout.StoredLength);
        Assert.Equal([0, 1, 4, 2, 3, 6], Enumerable.Range(0, 6).Select(layout.StoredIndex));
    }

    [Fact]
    public void Dense_storage_keeps_the_order()
    {
        ParameterLayout layout = ParameterLayout.Dense(9);

        Assert.Equal(9, layout.StoredLength);
        Assert.Equal([0, 1, 2, 3], Enumerable.Range(0, 4).Select(layout.StoredIndex));
    }

    [Theory]
    [MemberData(nameof(ExecutionPaths.All), MemberType = typeof(ExecutionPaths))]
    public void Every_element_of_a_convolution_has_a_place_of_its_own(string path) => Assert.All(ConvolutionCases.All.Values, one =>
    {
        ConvolutionGeometry geometry = one.Geometry;
        var problem = new ConvolutionProblem(ExecutionPaths.Options(path), geometry);
        AssertStoredIndices(problem.WeightLayout, geometry.WeightCount);
        AssertStoredIndices(problem.BiasLayout, geometry.Output.Channels);
    });

    [Theory]
    [MemberData(nameof(ExecutionPaths.All), MemberType = typeof(ExecutionPaths))]
    public void Every_element_of_a_linear_layer_has_a_place_of_its_own(string path)
    {
        foreach (int outputs in new[] { 1, 10, 31, 32, 33, 65 })
        {
            var geometry = new LinearGeometry(new SampleLayout(5, 3, 4, 0), SampleLayout.Of(new Shape(outputs)), MaxSamples: 2);
            ILinear algorithm = LinearKernels.Create(ExecutionPaths.Options(path), geometry);
            AssertStoredIndices(algorithm.WeightLayout, geometry.Inputs * outputs);
            AssertStoredIndices(algorithm.BiasLayout, outputs);
        }
    }

    private static void AssertStoredIndices(ParameterLayout layout, int count)
    {
        int[] indices = [.. Enumerable.Range(0, count).Select(layout.StoredIndex)];
        Assert.Equal(count, indices.Distinct().Count());
        Assert.InRange(indices.Min(), 0, layout.StoredLength - 1);
        Assert.InRange(indices.Max(), 0, layout.StoredLength - 1);
    }
}
