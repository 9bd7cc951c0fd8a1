using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Operators;

/// <summary>
/// What computes a layer in a network: it knows shapes, parameters and which kernel; it does no arithmetic of its own.
/// Either a <see cref="SampleOperator"/> or a <see cref="BatchOperator"/>.
/// </summary>
internal abstract class Operator
{
    /// <summary>The parameters the operator asks for.</summary>
    public virtual IReadOnlyList<ParameterSpec> ParameterSpecs => [];

    /// <summary>The buffers the operator asks for: state that is not learnt.</summary>
    public virtual IReadOnlyList<ParameterSpec> BufferSpecs => [];

    /// <summary>Floats that it keeps for itself, beside what the network gives it.</summary>
    public virtual long Floats => 0;

    /// <summary>The parameters the network gave it, in the order of <see cref="ParameterSpecs"/>.</summary>
    public IReadOnlyList<Parameter> Parameters { get; private set; } = [];

    /// <summary>The buffers the network gave it, in the order of <see cref="BufferSpecs"/>.</summary>
    public IReadOnlyList<StateTensor> Buffers { get; private set; } = [];

    /// <summary>Comes with each update of the parameters: buffers may be written here alone, so that a step can be given up before it.</summary>
    public virtual void UpdateBuffers()
    {
    }

    /// <summary>Gives the operator its parameters and buffers.</summary>
    public void Bind(IReadOnlyList<Parameter> parameters, IReadOnlyList<StateTensor> buffers) => (Parameters, Buffers) = (parameters, buffers);
}
