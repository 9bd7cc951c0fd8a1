using CifarFast.Benchmarks.Reports;
using CifarFast.Benchmarks.TorchSharp;
using CifarFast.Benchmarks.TorchSharp.Checks;

if (args is ["check", .. string[] part])
{
    return Check.Run(part.FirstOrDefault("")) ? 0 : 1;
}

if (args is ["curve", string recipe, .. string[] options])
{
    return Curve.Run(recipe, options) ? 0 : 1;
}

Markdown report = Comparison.Run();
if (args is [string page])
{
    report.WriteTo(page, "libtorch");
}
else
{
    Console.WriteLine(report);
}

return 0;
