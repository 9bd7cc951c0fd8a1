namespace CifarFast.Engine.Kernels.Reduction;

/// <summary>Sums squares in an order that depends on no tier, which storage does.</summary>
internal static class SumOfSquares
{
    /// <summary>The sum of the squares of <paramref name="values"/>, in double precision, in four lanes along <paramref name="order"/>.</summary>
    /// <param name="values">The values as they are stored.</param>
    /// <param name="order">The places of those that are summed.</param>
    public static double Of(ReadOnlySpan<float> values, ReadOnlySpan<int> order)
    {
        double first = 0;
        double second = 0;
        double third = 0;
        double fourth = 0;
        int i = 0;
        for (; i <= order.Length - 4; i += 4)
        {
            first += Square(values[order[i]]);
            second += Square(values[order[i + 1]]);
            third += Square(values[order[i + 2]]);
            fourth += Square(values[order[i + 3]]);
        }

        double sum = first + second + (third + fourth);
        for (; i < order.Length; i++)
        {
            sum += Square(values[order[i]]);
        }

        return sum;
    }

    /// <summary>Exact: two floats have no more digits than a double.</summary>
    private static double Square(double value) => value * value;
}
