using CifarFast.Engine.Kernels.Elementwise;
using CifarFast.Engine.Tests.Execution;

namespace CifarFast.Engine.Tests.Kernels.Elementwise;

/// <summary>The formula of SGD against numbers worked out by hand.</summary>
public class SgdStepTests
{
    /// <summary>
    /// Steps of a weight of 2 by the gradients 1, 2 and -1 at a learning rate of 1/2; all numbers are sums of powers of two, so
    /// floats hold them exactly.
    /// </summary>
    public static TheoryData<string, float, bool, float, float[]> WorkedOut
    {
        get
        {
            var data = new TheoryData<string, float, bool, float, float[]>();
            foreach (string path in ExecutionPaths.All.Select(row => row.Data))
            {
                // w -= g/2
                data.Add(path, 0, false, 0, [2 - 0.5f, 1.5f - 1, 0.5f + 0.5f]);
                // v = v/2 + g: 1, 2.5, 0.25; w -= v/2
                data.Add(path, 0.5f, false, 0, [2 - 0.5f, 1.5f - 1.25f, 0.25f - 0.125f]);
                // The same v; w -= (g + v/2)/2, where g + v/2 is 1.5, 3.25, -0.875
                data.Add(path, 0.5f, true, 0, [2 - 0.75f, 1.25f - 1.625f, -0.375f + 0.4375f]);
                // g + w/4: 1 + 0.5, 2 + 0.3125, -1 + 0.0234375; w -= that/2
                data.Add(path, 0, false, 0.25f, [2 - 0.75f, 1.25f - 1.15625f, 0.09375f + 0.48828125f]);
                // g + w/4: 1.5, 2.3125, -1.0703125; v: 1.5, 3.0625, 0.4609375; w -= v/2
                data.Add(path, 0.5f, false, 0.25f, [2 - 0.75f, 1.25f - 1.53125f, -0.28125f - 0.23046875f]);
                // g + w/4: 1.5, 2.21875, -1.244140625; v: 1.5, 2.96875, 0.240234375;
                // g + w/4 + v/2: 2.25, 3.703125, -1.1240234375; w -= that/2
                data.Add(path, 0.5f, true, 0.25f, [2 - 1.125f, 0.875f - 1.8515625f, -0.9765625f + 0.56201171875f]);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(WorkedOut))]
    public void Steps_are_what_a_pencil_makes_them(string path, float momentum, bool nesterov, float decay, float[] weights)
    {
        // More than the widest vector, so that vectors and what is left over both step.
        const int length = 19;
        ElementwiseKernels kernels = ElementwiseKernels.For(ExecutionPaths.Options(path));
        var sgd = new SgdStep(0.5f, momentum, nesterov, decay);
        float[] weight = [.. Enumerable.Repeat(2f, length)];
        float[] velocity = new float[length];
        float[] gradients = [1, 2, -1];
        for (int step = 0; step < gradients.Length; step++)
        {
            float[] gradient = [.. Enumerable.Repeat(gradients[step], length)];
            if (momentum == 0)
            {
                kernels.Binary(sgd, gradient, weight, weight);
            }
            else
            {
                kernels.Update(sgd, gradient, velocity, weight);
            }

            Assert.All(weight, value => Assert.Equal(weights[step], value));
        }
    }
}
