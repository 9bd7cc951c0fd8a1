using System.Reflection;
using System.Text.Json.Serialization;
using CifarFast.Benchmarks.Reports;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Simd;
using static TorchSharp.torch;
using EngineModule = CifarFast.Engine.Nn.Module;

namespace CifarFast.Benchmarks.TorchSharp.Checks;

/// <summary>
/// Every layer, optimizer and recipe against libtorch, number by number, from the same weights and images. libtorch computes in double precision, so that
/// what they differ by is the rounding of the engine.
/// </summary>
internal static class Check
{
    private const int Steps = 3;
    private const int StepsOfRun = 300;
    private const int StepsOfEpoch = 30;

    /// <summary>Compares and prints a table.</summary>
    /// <param name="name">What the names of the cases that are compared have in them; empty for all.</param>
    /// <returns>Whether all agree.</returns>
    public static bool Run(string name)
    {
        CheckCase[] all = [.. LayerCases.All, .. RecipeCases.All];
        Markdown report = new Markdown()
            .Line($"{Markdown.Provenance} libtorch {__version__} in double precision through TorchSharp, CifarFast on {SimdTiers.Best.Name()}. Worst errors, relative to the largest number of their tensor.")
            .Table(["case", .. Column.All.Select(column => $"{column.Title}:"), "ok"]);
        List<string> faults = [.. NotCompared(all)];
        foreach (CheckCase one in all.Where(one => one.Architecture.Name.Contains(name, StringComparison.Ordinal)))
        {
            var result = new CheckResult();
            foreach (Optimizer optimizer in one.Optimizers)
            {
                Compare(one, optimizer, result);
            }

            string[] found = [.. Column.All.Select(result.FindFault).OfType<string>().Select(fault => $"{one.Architecture.Name}: {fault}")];
            string cells = string.Join(" | ", Column.All.Select(result.Show));
            report.Line($"| {one.Architecture.Name} | {cells} | {(found.Length == 0 ? "yes" : "no")} |");
            faults.AddRange(found);
            Console.WriteLine($"{one.Architecture.Name}: done");
        }

        report.Line($"| allowed | {string.Join(" | ", Column.All.Select(column => CheckResult.Show(column.Tolerance)))} |  |");
        Console.WriteLine(report);
        faults.ForEach(Console.Error.WriteLine);
        return faults.Count == 0;
    }

    private static void Compare(CheckCase one, Optimizer optimizer, CheckResult result)
    {
        using var engine = new EngineNetwork(one, optimizer);
        IReadOnlyDictionary<string, double[]> before = engine.State;
        using var truth = new TorchNetwork(one, optimizer, before);
        for (int step = 0; step < Steps; step++)
        {
            Pass pass = engine.Run();
            Pass expected = truth.Run();
            if (step == 0)
            {
                Add(result, pass, expected);
            }

            var position = new RunPosition(step, StepsOfRun, StepsOfEpoch);
            engine.Step(position);
            truth.Step(position);
        }

        IReadOnlyDictionary<string, double[]> after = engine.State;
        foreach ((string name, double[] values) in truth.State)
        {
            result.Add(Column.After(optimizer), RelativeError.OfChange(after[name], values, before[name], Steps), $"{name} after {Steps} steps of {optimizer}");
        }

        // From the same weights: how far they were apart has been compared.
        truth.Load(after);
        result.Add(Column.Evaluation, RelativeError.Of(engine.Evaluate(), truth.Evaluate()), $"an output of the evaluation after {Steps} steps of {optimizer}");
    }

    private static void Add(CheckResult result, Pass pass, Pass expected)
    {
        result.Add(Column.Output, RelativeError.Of(pass.Output, expected.Output), "an output");
        result.Add(Column.Loss, RelativeError.Of([pass.Loss], [expected.Loss]), "the loss");
        foreach ((string name, double[] gradient) in expected.Gradients)
        {
            result.Add(Column.Gradients, RelativeError.Of(pass.Gradients[name], gradient), $"the gradient of {name}");
        }
    }

    /// <summary>Faults that say which kinds of modules no case has; dropout draws other numbers than libtorch does.</summary>
    private static IEnumerable<string> NotCompared(IEnumerable<CheckCase> cases)
    {
        string described = string.Concat(cases.Select(one => one.Architecture.ToJson()));
        return typeof(EngineModule).GetCustomAttributes<JsonDerivedTypeAttribute>()
            .Where(kind => kind.DerivedType != typeof(Dropout) && !described.Contains($"\"{kind.DerivedType.Name}\"", StringComparison.Ordinal))
            .Select(kind => $"no case has a {kind.DerivedType.Name}");
    }
}
