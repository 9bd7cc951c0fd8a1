using BenchmarkDotNet.Running;
using CifarFast.Benchmarks;

if (args is ["epoch-report", string path])
{
    EpochReport.Write(path);
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
}
