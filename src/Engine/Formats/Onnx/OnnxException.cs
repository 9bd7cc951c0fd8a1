namespace CifarFast.Engine.Formats.Onnx;

/// <summary>
/// A network cannot be written as an ONNX model. The message is one line that names the network and, where one layer is at fault,
/// the layer.
/// </summary>
public sealed class OnnxException(string message) : Exception(message);
