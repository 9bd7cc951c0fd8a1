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

if (args is ["timed", string timed, .. string[] timedOptions])
{
    TimedTraining.Run(timed, timedOptions);
    return 0;
}

try
{
    Comparison.Run(args);
    return 0;
}
catch (Exception trouble) when (trouble is ArgumentException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"comparison: {trouble.Message}");
    return trouble is ArgumentException ? 2 : 1;
}
