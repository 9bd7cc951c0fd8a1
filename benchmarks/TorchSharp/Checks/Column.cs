using CifarFast.Engine.Optim;

namespace CifarFast.Benchmarks.TorchSharp.Checks;

/// <summary>Something of a network that is compared.</summary>
/// <param name="Title">What the table calls it.</param>
/// <param name="Tolerance">The largest relative error that it may have.</param>
internal sealed record Column(string Title, double Tolerance)
{
    public static Column Output { get; } = new("output", 1e-5);

    public static Column Loss { get; } = new("loss", 1e-6);

    public static Column Gradients { get; } = new("gradients", 1e-4);

    public static Column Evaluation { get; } = new("evaluation", 1e-5);

    /// <summary>All of them, in the order of the table.</summary>
    public static Column[] All => [Output, Loss, Gradients, .. Optimizers.Values, Evaluation];

    private static Dictionary<Type, Column> Optimizers { get; } = new()
    {
        [typeof(SGD)] = new Column("SGD", 1e-3),
        [typeof(AdamW)] = new Column("AdamW", 1e-3),
        [typeof(Muon)] = new Column("Muon", 1e-3),
    };

    /// <summary>Weights and buffers after steps of an optimizer.</summary>
    public static Column After(Optimizer optimizer) => Optimizers[optimizer.GetType()];
}
