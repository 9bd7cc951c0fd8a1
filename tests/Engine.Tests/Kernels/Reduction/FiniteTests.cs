using CifarFast.Engine.Kernels.Reduction;

namespace CifarFast.Engine.Tests.Kernels.Reduction;

public class FiniteTests
{
    [Fact]
    public void Numbers_are_finite()
    {
        Assert.True(Finite.All([]));
        Assert.True(Finite.All([0, -0f, 1, -1, float.MaxValue, float.MinValue, float.Epsilon, -float.Epsilon]));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void One_value_that_is_no_number_is_found_wherever_it_is(float value)
    {
        for (int length = 1; length <= 70; length++)
        {
            for (int place = 0; place < length; place++)
            {
                float[] values = new float[length];
                values[place] = value;
                Assert.False(Finite.All(values));
            }
        }

        Assert.False(Finite.All([BitConverter.Int32BitsToSingle(unchecked((int)0xFFC00001))]));
        Assert.False(Finite.All([BitConverter.Int32BitsToSingle(0x7F800001)]));
    }
}
