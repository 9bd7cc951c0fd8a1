using CifarFast.Benchmarks.Reports;
using CifarFast.Benchmarks.TorchSharp;

Markdown report = Comparison.Run();
if (args is [string page])
{
    report.WriteTo(page, "libtorch");
}
else
{
    Console.WriteLine(report);
}
