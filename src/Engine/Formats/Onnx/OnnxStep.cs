namespace CifarFast.Engine.Formats.Onnx;

/// <summary>
/// An operator of those that compute a layer one after another. It reads what the one before it gives, the first one what the layer reads, then
/// the layer's parameters where the layer has any, and the constants.
/// </summary>
/// <param name="Node">The operator, without names and values.</param>
/// <param name="Constants">Numbers that it reads last, as tensors without names.</param>
internal sealed record OnnxStep(NodeProto Node, params IReadOnlyList<TensorProto> Constants)
{
    /// <summary>Whether what the layer reads comes before the constants once more.</summary>
    public bool ReadsLayerInput { get; init; }
}
