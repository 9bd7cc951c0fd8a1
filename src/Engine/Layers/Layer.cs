using CifarFast.Engine.Layers.Operators;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Layers;

/// <summary>
/// A layer as data: what it makes of a shape, and which operator computes it. It has no parameters and no buffers of its own, so
/// one description can serve many networks.
/// </summary>
public abstract record Layer
{
    /// <summary>The layer's kind as PyTorch names it, such as <c>Conv2d</c>.</summary>
    public string Kind => GetType().Name;

    /// <summary>Border of zeros the operator wants around its input.</summary>
    internal virtual int InputBorder => 0;

    /// <summary>Border of zeros the operator wants around the gradient of its output.</summary>
    internal virtual int OutputGradientBorder => 0;

    /// <summary>Whether the output overwrites the input, and the gradient likewise; the layout in memory is then the same.</summary>
    internal virtual bool InPlace => false;

    /// <summary>Whether the layer needs all samples of the batch at once, rather than one after another.</summary>
    internal virtual bool WholeBatch => false;

    /// <summary>The shape of the output for a sample of shape <paramref name="input"/>.</summary>
    /// <exception cref="ShapeException">The layer cannot take such a sample.</exception>
    public abstract Shape OutputShape(Shape input);

    /// <summary>How many numbers the layer learns.</summary>
    public virtual long ParameterCount => 0;

    /// <summary>Multiply-adds of the forward pass for a sample of shape <paramref name="input"/>.</summary>
    public virtual long MultiplyAdds(Shape input) => 0;

    /// <summary>What computes the layer in a network.</summary>
    internal abstract Operator CreateOperator(OperatorContext context);

    /// <summary>An error that names the layer and both shapes.</summary>
    private protected ShapeException Reject(string takes, Shape got) => new($"{this} takes {takes}, not {got}");
}
