using CifarFast.Engine.Checkpoints;

namespace CifarFast.Engine.Formats;

/// <summary>The parameters of a network, and the tensors of a file that they are.</summary>
/// <param name="Parameters">The parameters as other programs name them.</param>
/// <param name="Sources">A tensor for each.</param>
internal sealed record ParameterMatch(IReadOnlyList<NamedParameter> Parameters, IReadOnlyList<TensorEntry> Sources)
{
    /// <summary>The same by names.</summary>
    public TensorAssignment Assignment => TensorAssignment.Of([.. Parameters.Select(parameter => parameter.Entry)], Sources);
}
