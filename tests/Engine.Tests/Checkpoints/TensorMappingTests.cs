using CifarFast.Engine.Checkpoints;

namespace CifarFast.Engine.Tests.Checkpoints;

public sealed class TensorMappingTests
{
    [Theory]
    [InlineData("conv1.weight=0.weight", "conv1.weight", "0.weight")]
    [InlineData("w=W1", "w", "W1")]
    [InlineData("conv1.=0.", "conv1.", "0.")]
    [InlineData("model.=", "model.", "")]
    public void Reads_what_is_typed(string text, string from, string to)
    {
        Assert.True(TensorMapping.TryParse(text, out TensorMapping? mapping));
        Assert.Equal(new TensorMapping(from, to), mapping);
        Assert.Equal(text, mapping.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("=")]
    [InlineData("conv1.weight")]
    [InlineData("conv1.weight=")]
    [InlineData("=0.weight")]
    [InlineData("=0.")]
    [InlineData("a=b=c")]
    [InlineData("conv1.=0")]
    [InlineData("conv1=0.")]
    public void Refuses_what_means_nothing(string text) => Assert.False(TensorMapping.TryParse(text, out _));
}
