using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels.Orthogonalization;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Tensors;
using CifarFast.Engine.Tests.Execution;
using CifarFast.Engine.Tests.Kernels;
using CifarFast.Engine.Tests.Training;

namespace CifarFast.Engine.Tests.Optim;

/// <summary>Muon against its definition in double precision, and its bits on every tier.</summary>
public class MuonTests
{
    private const int Steps = 3;

    /// <summary>Weights that are wide, tall and square matrices, with fewer and with more channels than vectors have floats.</summary>
    private static readonly Architecture _network = new(
        "matrices", new Shape(3, 6, 6), new Conv2d(3, 5, KernelSize: 3), new ReLU(), new Conv2d(5, 33, KernelSize: 1), new ReLU(), new Conv2d(33, 24, KernelSize: 3),
        new Flatten(), new Linear(96, 96), new ReLU(), new Linear(96, 7));

    private static readonly ParameterGroup _biases = new("*.bias") { Optimizer = new SGD(LearningRate: 0.1f) };

    private static readonly Dictionary<string, Muon> _options = new()
    {
        ["airbench"] = new Muon(LearningRate: 0.24f, Momentum: 0.6f, Steps: 3, NormalizeWeights: true) { Groups = [_biases] },
        ["defaults"] = new Muon { Groups = [_biases] },
        ["without momentum, with decay"] = new Muon(Momentum: 0, Nesterov: false, WeightDecay: 0.5f) { Groups = [_biases] },
        ["plain momentum, rescaled, with decay, clipped"] = new Muon(Nesterov: false, NormalizeWeights: true, WeightDecay: 0.5f) { Groups = [_biases], MaxGradientNorm = 3 },
    };

    public static TheoryData<string, string> OptionsAndPaths => ExecutionPaths.Combine(_options.Keys, ExecutionPaths.All);

    [Theory]
    [MemberData(nameof(OptionsAndPaths))]
    public void It_is_its_definition(string name, string path)
    {
        Muon muon = _options[name];
        using var network = new Network(_network, ExecutionPaths.Options(path), batchSize: 1, seed: 1);
        var state = new OptimizerState(network, muon);
        Parameter[] weights = [.. network.Parameters.Where(parameter => parameter.Shape.Rank > 1)];
        double[][] expected = [.. weights.Select(weight => Doubles(TrainingFixture.Values(weight)))];
        double[][] velocities = [.. expected.Select(weight => new double[weight.Length])];
        for (int step = 1; step <= Steps; step++)
        {
            SetGradients(network, step);
            double norm = Norm([.. network.Parameters.SelectMany(parameter => Doubles(Gradient(parameter)))]);
            double scale = Math.Min(1, (muon.MaxGradientNorm ?? double.PositiveInfinity) / (norm + 1e-6));
            for (int i = 0; i < weights.Length; i++)
            {
                double[] gradient = [.. Doubles(Gradient(weights[i])).Select(value => value * scale)];
                (expected[i], velocities[i]) = Define(muon, weights[i].Shape[0], gradient, velocities[i], expected[i], rate: muon.LearningRate * 0.5);
            }

            state.Step(learningRateFactor: 0.5);
        }

        // The iteration multiplies what rounding changes by up to its slope at zero in each of its steps.
        double tolerance = 2e-7 * Math.Pow(3.4445, muon.Steps);
        for (int i = 0; i < weights.Length; i++)
        {
            double size = expected[i].Max(Math.Abs);
            Assert.All(TrainingFixture.Values(weights[i]).Zip(expected[i]), pair => Assert.Equal(pair.Second, pair.First, tolerance * size));
        }
    }

    [Theory]
    [MemberData(nameof(ExecutionPaths.All), MemberType = typeof(ExecutionPaths))]
    public void Bits_depend_on_no_tier_and_no_number_of_threads(string path)
    {
        foreach ((string name, Muon muon) in _options)
        {
            float[] expected = Train(ExecutionPaths.Options("scalar"), muon);
            foreach (int threads in (int[])[1, 2, 3])
            {
                Assert.True(expected.AsSpan().SequenceEqual(Train(ExecutionPaths.Options(path, threads), muon)), $"{name} has other bits with {threads} threads");
            }
        }
    }

    /// <summary>A diagonal matrix stays one, and each of its numbers goes the way of the polynomial.</summary>
    [Theory]
    [InlineData(3, 3)]
    [InlineData(3, 40)]
    [InlineData(40, 3)]
    public void Singular_values_go_the_way_of_the_polynomial(int rows, int columns)
    {
        double[] values = [0.9, 0.25, 0.01];
        float[] matrix = new float[rows * columns];
        for (int i = 0; i < values.Length; i++)
        {
            matrix[(i * columns) + i] = (float)values[i];
        }

        new NewtonSchulz(ExecutionPaths.Options("scalar")).Run(matrix, rows, steps: 5);

        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                double expected = row == column ? Iterate(values[row], steps: 5) : 0;
                Assert.Equal(expected, matrix[(row * columns) + column], 1e-5);
            }
        }

        Assert.InRange(Iterate(0.01, steps: 5), 0.65, 1.25);
    }

    /// <summary>Nothing is divided by a norm of zero.</summary>
    [Fact]
    public void Gradients_and_weights_of_zeros_stay_zeros()
    {
        using var network = new Network(_network, new(), batchSize: 1, seed: 1);
        Parameter weight = network.Parameters[0];
        weight.CopyFrom(new float[weight.Shape.Count]);
        var state = new OptimizerState(network, _options["airbench"]);
        foreach (Parameter parameter in network.Parameters)
        {
            parameter.Gradient.Clear();
        }

        state.Step();

        Assert.All(TrainingFixture.Values(weight), value => Assert.Equal(0, value));
        Assert.True(network.IsFinite);
    }

    [Fact]
    public void Vectors_need_another_optimizer()
    {
        using var network = new Network(_network, new(), batchSize: 1, seed: 1);

        ArgumentException error = Assert.Throws<ArgumentException>(() => new OptimizerState(network, new Muon()));

        Assert.Contains("Muon updates matrices, and 0.bias is a vector", error.Message, StringComparison.Ordinal);
        Assert.Equal(
            network.Parameters.Where(parameter => parameter.Shape.Rank > 1).Select(parameter => $"optimizer.momentum_buffer.{parameter.Name}"),
            new OptimizerState(network, new Muon { Groups = [_biases] }).Tensors.Select(tensor => tensor.Name));
    }

    private static (double[] Weight, double[] Velocity) Define(Muon muon, int rows, double[] gradient, double[] velocity, double[] weight, double rate)
    {
        velocity = [.. velocity.Zip(gradient, (v, g) => (muon.Momentum * v) + g)];
        double[] direction = muon.Nesterov ? [.. gradient.Zip(velocity, (g, v) => g + (muon.Momentum * v))] : velocity;
        double norm = Norm(direction) + 1e-7;
        double[,] update = Iterate(Matrix([.. direction.Select(value => value / norm)], rows), muon.Steps);
        double scale = muon.NormalizeWeights ? Math.Sqrt(rows) / Norm(weight) : 1;
        return ([.. weight.Zip(update.Cast<double>(), (w, u) => (w * scale * (1 - (rate * muon.WeightDecay))) - (rate * u))], velocity);
    }

    private static double Iterate(double x, int steps)
    {
        for (int step = 0; step < steps; step++)
        {
            x = (3.4445 * x) - (4.7750 * x * x * x) + (2.0315 * x * x * x * x * x);
        }

        return x;
    }

    private static double[,] Iterate(double[,] x, int steps)
    {
        bool isTall = x.GetLength(0) > x.GetLength(1);
        x = isTall ? Transpose(x) : x;
        for (int step = 0; step < steps; step++)
        {
            double[,] a = Product(x, Transpose(x));
            x = Sum(3.4445, x, 1, Product(Sum(-4.7750, a, 2.0315, Product(a, a)), x));
        }

        return isTall ? Transpose(x) : x;
    }

    private static double[,] Matrix(double[] values, int rows) => Make(rows, values.Length / rows, (row, column) => values[(row * (values.Length / rows)) + column]);

    private static double[,] Transpose(double[,] x) => Make(x.GetLength(1), x.GetLength(0), (row, column) => x[column, row]);

    private static double[,] Sum(double a, double[,] x, double b, double[,] y) =>
        Make(x.GetLength(0), x.GetLength(1), (row, column) => (a * x[row, column]) + (b * y[row, column]));

    private static double[,] Product(double[,] x, double[,] y) => Make(x.GetLength(0), y.GetLength(1), (row, column) =>
    {
        double sum = 0;
        for (int k = 0; k < y.GetLength(0); k++)
        {
            sum += x[row, k] * y[k, column];
        }

        return sum;
    });

    private static double[,] Make(int rows, int columns, Func<int, int, double> element)
    {
        double[,] matrix = new double[rows, columns];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                matrix[row, column] = element(row, column);
            }
        }

        return matrix;
    }

    private static double Norm(double[] values) => Math.Sqrt(values.Sum(value => value * value));

    private static double[] Doubles(float[] values) => [.. values.Select(value => (double)value)];

    private static float[] Train(Engine.Kernels.ExecutionOptions execution, Muon muon)
    {
        using var network = new Network(_network, execution, batchSize: 1, seed: 1);
        var state = new OptimizerState(network, muon);
        for (int step = 1; step <= Steps; step++)
        {
            SetGradients(network, step);
            state.Step();
        }

        return [.. network.StateTensors.Concat(state.Tensors).SelectMany(TrainingFixture.Values)];
    }

    /// <summary>The same in PyTorch's order, wherever a tier keeps them.</summary>
    private static void SetGradients(Network network, int step)
    {
        foreach ((int i, Parameter parameter) in network.Parameters.Index())
        {
            new StateTensor("gradient", parameter, network.Gradients.Slice(parameter.Offset, parameter.Value.Length)).CopyFrom(new RandomValues((ulong)((100 * i) + step)).Next(parameter.Shape.Count));
        }
    }

    private static float[] Gradient(Parameter parameter)
    {
        float[] values = new float[parameter.Shape.Count];
        parameter.CopyGradientTo(values);
        return values;
    }
}
