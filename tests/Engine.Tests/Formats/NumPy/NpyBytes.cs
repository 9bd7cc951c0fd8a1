using System.Text;
using CifarFast.Engine.Formats.NumPy;

namespace CifarFast.Engine.Tests.Formats.NumPy;

/// <summary>Arrays in the .npy format, made by hand.</summary>
internal static class NpyBytes
{
    /// <summary>An array with any dictionary and any bytes behind it.</summary>
    public static byte[] Of(string dictionary, byte[] data, byte version = 1) => Of(Encoding.Latin1.GetBytes(dictionary), data, version);

    public static byte[] Of(byte[] dictionary, byte[] data, byte version = 1)
    {
        byte[] length = BitConverter.GetBytes(dictionary.Length);
        return [0x93, .. "NUMPY"u8, version, 0, .. version == 1 ? length[..2] : length, .. dictionary, .. data];
    }

    /// <summary>An array of one of NumPy's types and a shape as Python writes it.</summary>
    public static byte[] Of(string type, string shape, byte[] data, bool fortranOrder = false) =>
        Of($"{{'descr': '{type}', 'fortran_order': {fortranOrder}, 'shape': {shape}, }}\n", data);

    public static byte[] OfFloats(string shape, params double[] values) =>
        Of("<f8", shape, [.. values.SelectMany(BitConverter.GetBytes)]);

    public static byte[] OfNumber(long value) => Of("<i8", "()", BitConverter.GetBytes(value));

    /// <summary>Reads an array; what comes out is its description and its elements.</summary>
    public static (string Description, double[] Values) Read(byte[] array)
    {
        var reader = new NpyReader(new MemoryStream(array), array.Length);
        return (reader.Header.ToString(), [.. reader.Elements()]);
    }
}
