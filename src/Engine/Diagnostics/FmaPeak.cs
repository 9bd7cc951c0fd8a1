using System.Diagnostics;
using System.Runtime.CompilerServices;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Diagnostics;

/// <summary>
/// What the cores can do at most: multiply-adds on registers alone, twelve independent chains of them, which is more than the
/// latency of any CPU we know times its units. Everything else is measured against this.
/// </summary>
internal sealed class FmaPeak
{
    private const int Chains = 12;
    private const int Rounds = 15;

    /// <summary>Some milliseconds, against which the start of a thread does not count.</summary>
    private const int Iterations = 1_000_000;

    private readonly int _threads;
    private readonly int _floats;
    private readonly ParallelLoop _loop;
    private readonly Action<int> _body;

    /// <summary>Prepares the vectors of <paramref name="tier"/> on so many threads at once.</summary>
    public FmaPeak(SimdTier tier, int threads)
    {
        IChains chains = SimdTiers.Create<IChains, Factory>(tier, default);
        _threads = threads;
        _floats = chains.Floats;
        _loop = new ParallelLoop(threads);
        _body = _ => chains.Run();
    }

    /// <summary>Floating-point operations of a <see cref="Run"/>.</summary>
    public double Flops => 2.0 * Chains * _floats * Iterations * _threads;

    /// <summary>Floating-point operations a second of a tier, on so many threads at once; the best of several rounds.</summary>
    public static double Measure(SimdTier tier, int threads)
    {
        var peak = new FmaPeak(tier, threads);
        double best = double.PositiveInfinity;
        for (int round = 0; round < Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            peak.Run();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return peak.Flops / best;
    }

    /// <summary>Computes once on every thread.</summary>
    public void Run() => _loop.Run(_threads, _body);

    private interface IChains
    {
        int Floats { get; }

        void Run();
    }

    private readonly struct Factory : ISimdFactory<IChains>
    {
        public IChains Create<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct => new VectorChains<TSimd, TVector>();
    }

    private sealed unsafe class VectorChains<TSimd, TVector> : IChains
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        public int Floats => TSimd.Count;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public void Run()
        {
            float one = 1;
            float* result = stackalloc float[TSimd.Count];
            TVector a = TSimd.Broadcast(&one), b = TSimd.Zero;
            TVector c0 = a, c1 = a, c2 = a, c3 = a, c4 = a, c5 = a, c6 = a, c7 = a, c8 = a, c9 = a, c10 = a, c11 = a;
            for (int i = 0; i < Iterations; i++)
            {
                c0 = TSimd.MultiplyAdd(a, b, c0);
                c1 = TSimd.MultiplyAdd(a, b, c1);
                c2 = TSimd.MultiplyAdd(a, b, c2);
                c3 = TSimd.MultiplyAdd(a, b, c3);
                c4 = TSimd.MultiplyAdd(a, b, c4);
                c5 = TSimd.MultiplyAdd(a, b, c5);
                c6 = TSimd.MultiplyAdd(a, b, c6);
                c7 = TSimd.MultiplyAdd(a, b, c7);
                c8 = TSimd.MultiplyAdd(a, b, c8);
                c9 = TSimd.MultiplyAdd(a, b, c9);
                c10 = TSimd.MultiplyAdd(a, b, c10);
                c11 = TSimd.MultiplyAdd(a, b, c11);
            }

            // Something has to use the results, or the JIT leaves the work out.
            TVector sum = TSimd.Add(TSimd.Add(TSimd.Add(c0, c1), TSimd.Add(c2, c3)), TSimd.Add(TSimd.Add(c4, c5), TSimd.Add(c6, c7)));
            TSimd.Store(TSimd.Add(sum, TSimd.Add(TSimd.Add(c8, c9), TSimd.Add(c10, c11))), result);
            if (result[0] != Chains)
            {
                throw new InvalidOperationException($"1 plus any number of zeros, {Chains} times, is not {result[0]}");
            }
        }
    }
}
