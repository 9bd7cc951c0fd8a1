using BenchmarkDotNet.Running;
using CifarFast.Benchmarks.Reports;

if (args is ["report", string page, .. string[] sections])
{
    PerformanceReport.Write(page, sections);
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
}
