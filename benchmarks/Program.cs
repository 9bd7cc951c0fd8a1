using BenchmarkDotNet.Running;
using CifarFast.Benchmarks.Reports;
using CifarFast.Engine.Data;
using CifarFast.Engine.Distributed;

if (args is not [("report" or "bits") and string command, .. string[] asked])
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
    return 0;
}

try
{
    if (command == "bits")
    {
        return BitsReport.Write(asked) ? 0 : 1;
    }

    PerformanceReport.Write(asked);
    return 0;
}
catch (ArgumentException trouble)
{
    Console.Error.WriteLine($"{command}: {trouble.Message}");
    return 2;
}
catch (Exception trouble) when (trouble is DataException or CollectiveException or IOException or UnauthorizedAccessException or InvalidDataException)
{
    Console.Error.WriteLine($"{command}: {trouble.Message}");
    return 1;
}
