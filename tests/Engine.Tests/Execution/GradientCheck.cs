namespace CifarFast.Engine.Tests.Execution;

/// <summary>
/// Compares gradients with central differences. Near a kink (ReLU, a maximum that changes place) the differences to the left, to
/// the right and over half the width disagree, and the coordinate says nothing; only a few may be such. Where nothing has kinks, they
/// disagree where the loss is curved, and the central difference is right.
/// </summary>
internal sealed class GradientCheck(Func<double> loss, float step, bool hasKinks)
{
    private const double Tolerance = 2e-3;
    private int _compared;
    private int _kinks;

    /// <summary>Compares at an element that can be written in place.</summary>
    public void Compare(string name, ref float element, double gradient)
    {
        float value = element;
        var losses = new double[5];
        for (int i = 0; i < losses.Length; i++)
        {
            element = value + Offset(i);
            losses[i] = loss();
        }

        element = value;
        Compare(name, gradient, losses);
    }

    /// <summary>Compares at an element that has to be handed over by <paramref name="apply"/>.</summary>
    public void Compare(string name, float[] values, int index, Action apply, double gradient)
    {
        float value = values[index];
        var losses = new double[5];
        for (int i = 0; i < losses.Length; i++)
        {
            values[index] = value + Offset(i);
            apply();
            losses[i] = loss();
        }

        values[index] = value;
        apply();
        Compare(name, gradient, losses);
    }

    /// <summary>Fails where too many coordinates said nothing.</summary>
    public void AssertEnough() => Assert.True(_kinks <= 0.15 * (_kinks + _compared), $"{_kinks} kinks, {_compared} compared");

    private float Offset(int i) => (i - 2) * (step / 2);

    private void Compare(string name, double gradient, double[] losses)
    {
        double left = (losses[2] - losses[0]) / step;
        double right = (losses[4] - losses[2]) / step;
        double half = (losses[3] - losses[1]) / step;
        double whole = (losses[4] - losses[0]) / (2 * step);
        double scale = Math.Max(1, Math.Max(Math.Abs(left), Math.Abs(right)));
        if (hasKinks && (Math.Abs(left - right) > Tolerance * scale || Math.Abs(half - whole) > Tolerance / 2 * scale))
        {
            _kinks++;
            return;
        }

        _compared++;
        Assert.True(Math.Abs(whole - gradient) <= Tolerance * scale, $"{name}: computed {gradient:G6}, central difference {whole:G6}");
    }
}
