using BenchmarkDotNet.Running;
using CifarFast.Benchmarks.Reports;
using CifarFast.Engine.Data;

if (args is ["report"])
{
    Console.Error.WriteLine("report: name the page to write into, such as docs/perf.md, and after it the sections, if not all");
    return 2;
}

if (args is not ["report", string page, .. string[] sections])
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
    return 0;
}

try
{
    PerformanceReport.Write(page, sections);
    return 0;
}
catch (Exception trouble) when (trouble is DataException or IOException or InvalidDataException or ArgumentException)
{
    Console.Error.WriteLine($"report: {trouble.Message}");
    return 1;
}
