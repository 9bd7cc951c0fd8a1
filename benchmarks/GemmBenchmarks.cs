using BenchmarkDotNet.Attributes;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Kernels.Gemm;
using CifarFast.Engine.Randomness;
using CommunityToolkit.HighPerformance;

namespace CifarFast.Benchmarks;

/// <summary>Matrix products: square ones, and the shapes of the large linear layer's three passes.</summary>
public class GemmBenchmarks : WorkBenchmark
{
    private float[,] _a = null!;
    private float[,] _b = null!;
    private float[,] _c = null!;
    private Sgemm _gemm = null!;

    /// <summary>M, N and K.</summary>
    [ParamsSource(nameof(Sizes))]
    public string Size { get; set; } = "";

    public static IEnumerable<string> Sizes => ["256-256-256", "512-512-512", "1024-1024-1024", "64-128-8192", "64-8192-128", "8192-128-64"];

    private int[] Numbers => [.. Size.Split('-').Select(int.Parse)];

    [GlobalSetup]
    public void Setup()
    {
        int[] size = Numbers;
        _a = RandomMatrix(size[0], size[2]);
        _b = RandomMatrix(size[2], size[1]);
        _c = new float[size[0], size[1]];
        _gemm = new Sgemm(Execution);
    }

    [Benchmark]
    public void Multiply()
    {
        if (Execution.Kernels == KernelPath.Naive)
        {
            NaiveSgemm.Multiply(_a.AsSpan2D(), _b.AsSpan2D(), _c.AsSpan2D(), transposeA: false, transposeB: false, accumulate: false);
        }
        else
        {
            _gemm.Multiply(_a.AsSpan2D(), _b.AsSpan2D(), _c.AsSpan2D());
        }
    }

    public override double FlopsOf(string method) => Numbers.Aggregate(2.0, (product, size) => product * size);

    private static float[,] RandomMatrix(int rows, int columns)
    {
        var random = new Xoshiro256(1);
        float[,] matrix = new float[rows, columns];
        foreach (ref float value in matrix.AsSpan())
        {
            value = random.NextSingle(-1, 1);
        }

        return matrix;
    }
}
