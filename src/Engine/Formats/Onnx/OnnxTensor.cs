using System.Buffers.Binary;
using Google.Protobuf;

namespace CifarFast.Engine.Formats.Onnx;

/// <summary>Tensors of floats as ONNX has them.</summary>
internal static class OnnxTensor
{
    /// <summary>A tensor without a name.</summary>
    /// <param name="values">Its elements, row-major.</param>
    /// <param name="sizes">Its sizes, outermost first; none for a single number.</param>
    public static TensorProto Of(ReadOnlySpan<float> values, params ReadOnlySpan<int> sizes)
    {
        byte[] data = new byte[values.Length * sizeof(float)];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(data.AsSpan(i * sizeof(float)), values[i]);
        }

        var proto = new TensorProto
        {
            DataType = (int)TensorProto.Types.DataType.Float,

            // Nothing else has the array, so there is no need to copy it.
            RawData = UnsafeByteOperations.UnsafeWrap(data),
        };
        foreach (int size in sizes)
        {
            proto.Dims.Add(size);
        }

        return proto;
    }
}
