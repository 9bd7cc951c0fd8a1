namespace CifarFast.Benchmarks.TorchSharp.Checks;

/// <summary>What a batch gives on its way through a network and back.</summary>
/// <param name="Output">Samples × classes.</param>
/// <param name="Loss">The mean loss.</param>
/// <param name="Gradients">That of each parameter that is trained, by name, and that of <c>input</c> where it is asked for.</param>
internal sealed record Pass(double[] Output, double Loss, IReadOnlyDictionary<string, double[]> Gradients);
