using System.Text.Json.Serialization;
using CifarFast.Engine.Operators;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Nn;

/// <summary>A module that computes something itself: what it makes of a shape, and which operator computes it.</summary>
public abstract record Layer : Module
{
    /// <summary>The layer's kind as PyTorch names it, such as <c>Conv2d</c>.</summary>
    [JsonIgnore]
    public string Kind => GetType().Name;

    /// <summary>Border of zeros the operator wants around its input.</summary>
    internal virtual int InputBorder => 0;

    /// <summary>All rows and columns of an image.</summary>
    internal static (int Rows, int Columns) WholeExtent => (int.MaxValue, int.MaxValue);

    /// <summary>How many rows and columns of an image the operator reads, from the first.</summary>
    internal virtual (int Rows, int Columns) ReadExtent(Shape input) => WholeExtent;

    /// <summary>Border of zeros the operator wants around the gradient of its output.</summary>
    internal virtual int OutputGradientBorder => 0;

    /// <summary>Whether the output can have the memory of the (first) input; the layout in memory is then the same.</summary>
    internal virtual InPlaceKind InPlace => InPlaceKind.No;

    /// <summary>Whether it finds the features of a vector in an image that is kept channels last, as a <see cref="Flatten"/> that copies nothing leaves them.</summary>
    internal virtual bool ReadsFlattenedImages => false;

    /// <summary>Whether the layer needs all samples of the batch at once, rather than one after another.</summary>
    internal virtual bool WholeBatch => false;

    /// <summary>Whether what reads the output has to wait until all samples of the batch have been through the layer.</summary>
    internal virtual bool EndsStage => false;

    /// <summary>Whether the backward pass reads the inputs.</summary>
    internal virtual bool BackwardReadsInput => false;

    /// <summary>Whether the backward pass reads the output.</summary>
    internal virtual bool BackwardReadsOutput => false;

    /// <summary>Whether a backward pass that reads the output had better compute it again than read it from memory: a few operations an element, of an input that is kept anyway.</summary>
    internal virtual bool IsRecomputed => false;

    /// <summary>The shape of the output for a sample of shape <paramref name="input"/>.</summary>
    /// <exception cref="ShapeException">The layer cannot take such a sample.</exception>
    public abstract Shape OutputShape(Shape input);

    /// <summary>How many numbers the layer learns.</summary>
    [JsonIgnore]
    public virtual long ParameterCount => 0;

    /// <summary>What the layer learns, by its operator's names.</summary>
    internal virtual IReadOnlyList<string> ParameterNames => [];

    /// <summary>Multiply-adds of the forward pass for a sample of shape <paramref name="input"/>.</summary>
    public virtual long MultiplyAdds(Shape input) => 0;

    /// <summary>The shape of the output for inputs of these shapes.</summary>
    /// <exception cref="ShapeException">The layer cannot take such inputs.</exception>
    internal virtual Shape OutputShape(IReadOnlyList<Shape> inputs) => OutputShape(inputs[0]);

    /// <summary>What computes the layer in a network.</summary>
    internal abstract Operator CreateOperator(OperatorContext context);

    internal sealed override int Lower(GraphBuilder graph, string path, int input) => graph.Add(path, this, input);

    internal sealed override Module Replace(string path, Func<string, Layer, Module> replace) => replace(path, this);

    /// <summary>An error that names the layer and both shapes.</summary>
    private protected ShapeException Reject(string takes, Shape got) => new($"{this} takes {takes}, not {got}");
}
