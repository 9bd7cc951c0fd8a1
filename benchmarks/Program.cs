using BenchmarkDotNet.Running;
using CifarFast.Benchmarks.Reports;
using CifarFast.Engine.Data;
using CifarFast.Engine.Distributed;

if (args is not ["report", .. string[] asked])
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
    return 0;
}

try
{
    PerformanceReport.Write(asked);
    return 0;
}
catch (ArgumentException trouble)
{
    Console.Error.WriteLine($"report: {trouble.Message}");
    return 2;
}
catch (Exception trouble) when (trouble is DataException or CollectiveException or IOException or UnauthorizedAccessException or InvalidDataException)
{
    Console.Error.WriteLine($"report: {trouble.Message}");
    return 1;
}
