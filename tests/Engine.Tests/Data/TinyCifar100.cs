using System.Text;

namespace CifarFast.Engine.Tests.Data;

/// <summary>A small set in the format of CIFAR-100, of which every byte follows from file, record and position.</summary>
public static class TinyCifar100
{
    public const int RecordBytes = 3074;
    public const int TrainRecords = 9;
    public const int TestRecords = 5;

    public static string[] Coarse { get; } = [.. Enumerable.Range(0, 20).Select(i => $"group {i}")];

    public static string[] Fine { get; } = [.. Enumerable.Range(0, 100).Select(i => $"class {i}")];

    /// <summary>The fine label of a record; the coarse one is a fifth of it.</summary>
    public static byte Label(int file, int record) => (byte)(((file * 31) + (record * 17)) % 100);

    public static byte Pixel(int file, int record, int position) => (byte)((file * 29) + (record * 5) + (position * 11) + (position / 256));

    /// <summary>Training images (file 0), test images (file 1), and the names of groups and classes.</summary>
    public static Dictionary<string, byte[]> Files(int trainRecords = TrainRecords, int testRecords = TestRecords) => new()
    {
        ["train.bin"] = Records(0, trainRecords),
        ["test.bin"] = Records(1, testRecords),
        ["coarse_label_names.txt"] = Encoding.UTF8.GetBytes(string.Join('\n', Coarse) + "\n"),
        ["fine_label_names.txt"] = Encoding.UTF8.GetBytes(string.Join('\n', Fine) + "\n"),
    };

    private static byte[] Records(int file, int count)
    {
        byte[] bytes = new byte[count * RecordBytes];
        for (int record = 0; record < count; record++)
        {
            Span<byte> of = bytes.AsSpan(record * RecordBytes, RecordBytes);
            of[0] = (byte)(Label(file, record) / 5);
            of[1] = Label(file, record);
            for (int position = 0; position < of.Length - 2; position++)
            {
                of[2 + position] = Pixel(file, record, position);
            }
        }

        return bytes;
    }
}
