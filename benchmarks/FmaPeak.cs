using System.Diagnostics;
using System.Runtime.CompilerServices;
using CifarFast.Engine.Simd;

namespace CifarFast.Benchmarks;

/// <summary>
/// What the cores can do at most: multiply-adds on registers alone, twelve independent chains of them, which is more than the
/// latency of any CPU we know times its units. Everything else is measured against this.
/// </summary>
public static class FmaPeak
{
    private const int Chains = 12;
    private const int Iterations = 100_000;
    private const int Rounds = 15;

    /// <summary>Floating-point operations a second of a tier, on so many threads at once; the best of several rounds.</summary>
    public static double Measure(SimdTier tier, int threads)
    {
        IPeakLoop loop = SimdTiers.Create<IPeakLoop, Factory>(tier, default);
        double best = 0;
        for (int round = 0; round < Rounds; round++)
        {
            var seconds = new double[threads];
            using var start = new Barrier(threads);
            Thread[] workers = [.. Enumerable.Range(0, threads).Select(i => new Thread(() =>
            {
                start.SignalAndWait();
                long begin = Stopwatch.GetTimestamp();
                loop.Run(Iterations);
                seconds[i] = Stopwatch.GetElapsedTime(begin).TotalSeconds;
            }))];
            Array.ForEach(workers, worker => worker.Start());
            Array.ForEach(workers, worker => worker.Join());
            best = Math.Max(best, threads * loop.FlopsOf(Iterations) / seconds.Max());
        }

        return best;
    }

    private interface IPeakLoop
    {
        double FlopsOf(int iterations);

        void Run(int iterations);
    }

    private readonly struct Factory : IVectorFactory<IPeakLoop>
    {
        public IPeakLoop Create<TVector>()
            where TVector : struct, IVector<TVector> => new PeakLoop<TVector>();
    }

    private sealed unsafe class PeakLoop<TVector> : IPeakLoop
        where TVector : struct, IVector<TVector>
    {
        public double FlopsOf(int iterations) => 2.0 * Chains * TVector.Count * iterations;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public void Run(int iterations)
        {
            float one = 1;
            float* result = stackalloc float[TVector.Count];
            TVector a = TVector.Broadcast(&one), b = TVector.Zero;
            TVector c0 = a, c1 = a, c2 = a, c3 = a, c4 = a, c5 = a, c6 = a, c7 = a, c8 = a, c9 = a, c10 = a, c11 = a;
            for (int i = 0; i < iterations; i++)
            {
                c0 = TVector.MultiplyAdd(a, b, c0);
                c1 = TVector.MultiplyAdd(a, b, c1);
                c2 = TVector.MultiplyAdd(a, b, c2);
                c3 = TVector.MultiplyAdd(a, b, c3);
                c4 = TVector.MultiplyAdd(a, b, c4);
                c5 = TVector.MultiplyAdd(a, b, c5);
                c6 = TVector.MultiplyAdd(a, b, c6);
                c7 = TVector.MultiplyAdd(a, b, c7);
                c8 = TVector.MultiplyAdd(a, b, c8);
                c9 = TVector.MultiplyAdd(a, b, c9);
                c10 = TVector.MultiplyAdd(a, b, c10);
                c11 = TVector.MultiplyAdd(a, b, c11);
            }

            // Somebody has to want the results, or the JIT leaves the work out.
            TVector sum = TVector.Add(TVector.Add(TVector.Add(c0, c1), TVector.Add(c2, c3)), TVector.Add(TVector.Add(c4, c5), TVector.Add(c6, c7)));
            TVector.Store(TVector.Add(sum, TVector.Add(TVector.Add(c8, c9), TVector.Add(c10, c11))), result);
            if (result[0] != Chains)
            {
                throw new InvalidOperationException($"1 plus any number of zeros, {Chains} times, is not {result[0]}");
            }
        }
    }
}
