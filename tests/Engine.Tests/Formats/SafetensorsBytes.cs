using System.Text;
using CifarFast.Engine.Tests.Checkpoints;

namespace CifarFast.Engine.Tests.Formats;

/// <summary>Files in the safetensors format, made by hand of numbers that every floating type has.</summary>
internal static class SafetensorsBytes
{
    /// <summary>A tensor with its type.</summary>
    public sealed record Part(string Name, string Type, int[] Sizes, IEnumerable<double> Values);

    /// <summary>A file of tensors in a row.</summary>
    /// <param name="parts">The tensors.</param>
    /// <param name="metadata">The members of the metadata, as they are to stand in the file.</param>
    public static byte[] Of(IEnumerable<Part> parts, string metadata = "\"format\":\"pt\"")
    {
        var header = new StringBuilder($"{{\"__metadata__\":{{{metadata}}}");
        var data = new MemoryStream();
        foreach (Part part in parts)
        {
            long start = data.Length;
            foreach (double value in part.Values)
            {
                data.Write(Encode(part.Type, value));
            }

            header.Append($",\"{part.Name}\":{{\"dtype\":\"{part.Type}\",\"shape\":[{string.Join(',', part.Sizes)}],\"data_offsets\":[{start},{data.Length}]}}");
        }

        return RawSafetensors.Join(Encoding.UTF8.GetBytes($"{header}}}"), data.ToArray());
    }

    private static byte[] Encode(string type, double value) => type switch
    {
        "F16" => BitConverter.GetBytes((Half)value),
        "BF16" => BitConverter.GetBytes((float)value)[2..],
        "F32" => BitConverter.GetBytes((float)value),
        "F64" => BitConverter.GetBytes(value),
        "I64" => BitConverter.GetBytes((long)value),
        _ => [(byte)value],
    };
}
