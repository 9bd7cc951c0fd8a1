namespace CifarFast.Engine.Tests.Networks;

/// <summary>
/// Compares gradients with central differences. Where the two one-sided differences disagree there is a kink (ReLU, a maximum
/// that changes place) between the two sides and the coordinate says nothing; only a few may be such.
/// </summary>
internal sealed class GradientCheck(Func<double> loss, float step)
{
    private const double Tolerance = 2e-3;
    private int _compared;
    private int _kinks;

    /// <summary>Compares at an element that can be written in place.</summary>
    public void Compare(string name, ref float element, double gradient)
    {
        float value = element;
        element = value + step;
        double width = element;
        double above = loss();
        element = value - step;
        width -= element;
        double below = loss();
        element = value;
        Compare(name, gradient, below, above, width);
    }

    /// <summary>Compares at an element that has to be handed over by <paramref name="apply"/>.</summary>
    public void Compare(string name, float[] values, int index, Action apply, double gradient)
    {
        float value = values[index];
        values[index] = value + step;
        double width = values[index];
        apply();
        double above = loss();
        values[index] = value - step;
        width -= values[index];
        apply();
        double below = loss();
        values[index] = value;
        apply();
        Compare(name, gradient, below, above, width);
    }

    /// <summary>Fails where too many coordinates said nothing.</summary>
    public void AssertEnough() => Assert.True(_kinks <= 0.15 * (_kinks + _compared), $"{_kinks} kinks, {_compared} compared");

    private void Compare(string name, double gradient, double below, double above, double width)
    {
        double here = loss();
        double left = (here - below) / (width / 2);
        double right = (above - here) / (width / 2);
        double scale = Math.Max(1, Math.Max(Math.Abs(left), Math.Abs(right)));
        if (Math.Abs(left - right) > Tolerance * scale)
        {
            _kinks++;
            return;
        }

        _compared++;
        double numeric = (above - below) / width;
        Assert.True(Math.Abs(numeric - gradient) <= Tolerance * scale, $"{name}: computed {gradient:G6}, central difference {numeric:G6}");
    }
}
