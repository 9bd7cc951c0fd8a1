using System.Buffers.Binary;

namespace CifarFast.Engine.Tests.Data;

/// <summary>A small set in the form of MNIST: grey images, whose every byte follows from half, image and position, of ten classes.</summary>
public static class TinyIdx
{
    public const int TrainCount = 40;
    public const int TestCount = 20;

    public static byte Label(int half, int image) => (byte)(((half * 3) + image) % 10);

    public static byte Pixel(int half, int image, int position) => (byte)((half * 37) + (image * 7) + (position * 13));

    /// <summary>The four files under the names of the official ones.</summary>
    public static Dictionary<string, byte[]> Files(int height = 28, int width = 28, int train = TrainCount, int test = TestCount) => new()
    {
        ["train-images-idx3-ubyte"] = Images(0, train, height, width),
        ["train-labels-idx1-ubyte"] = Labels(0, train),
        ["t10k-images-idx3-ubyte"] = Images(1, test, height, width),
        ["t10k-labels-idx1-ubyte"] = Labels(1, test),
    };

    /// <summary>The same compressed, as the official ones come.</summary>
    public static Dictionary<string, byte[]> Compressed(Dictionary<string, byte[]> files) =>
        files.ToDictionary(file => file.Key + ".gz", file => TinyCifar.Compress(file.Value));

    /// <summary>The head of a file: elements of a byte, and how many along each dimension.</summary>
    public static byte[] Header(params int[] sizes)
    {
        byte[] header = new byte[4 * (sizes.Length + 1)];
        BinaryPrimitives.WriteInt32BigEndian(header, 0x0800 | sizes.Length);
        for (int i = 0; i < sizes.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 * (i + 1)), sizes[i]);
        }

        return header;
    }

    private static byte[] Images(int half, int count, int height, int width) =>
    [
        .. Header(count, height, width),
        .. Enumerable.Range(0, count).SelectMany(image => Enumerable.Range(0, height * width).Select(position => Pixel(half, image, position))),
    ];

    private static byte[] Labels(int half, int count) => [.. Header(count), .. Enumerable.Range(0, count).Select(image => Label(half, image))];
}
