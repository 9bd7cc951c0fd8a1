using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace CifarFast.Engine.Tests.Data;

/// <summary>
/// A small set in the format of CIFAR-10. Every byte says where it belongs: label and pixels follow from file, record and position,
/// so that a byte in the wrong place is found out.
/// </summary>
public static class TinyCifar
{
    public const string DirectoryName = "cifar-10-batches-bin";
    public const int RecordBytes = 3073;
    public const int TrainRecords = 7;
    public const int TestRecords = 4;

    public static string[] ClassNames { get; } = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

    public static byte Label(int file, int record) => (byte)((file * 3 + record) % 10);

    public static byte Pixel(int file, int record, int position) => (byte)((file * 31) + (record * 7) + (position * 13) + (position / 256));

    /// <summary>The files by name: five of training (files 0 to 4), one of tests (file 5), and the class names.</summary>
    public static Dictionary<string, byte[]> Files(int trainRecords = TrainRecords, int testRecords = TestRecords)
    {
        var files = new Dictionary<string, byte[]>();
        for (int file = 0; file < 5; file++)
        {
            files[$"data_batch_{file + 1}.bin"] = Records(file, trainRecords);
        }

        files["test_batch.bin"] = Records(5, testRecords);
        files["batches.meta.txt"] = Encoding.UTF8.GetBytes(string.Join('\n', ClassNames) + "\n\n");
        return files;
    }

    public static string WriteDirectory(string directory, Dictionary<string, byte[]>? files = null)
    {
        Directory.CreateDirectory(directory);
        foreach ((string name, byte[] content) in files ?? Files())
        {
            File.WriteAllBytes(Path.Combine(directory, name), content);
        }

        return directory;
    }

    /// <summary>A set of black pictures of the first class, of any size: where the file system can, it takes no room.</summary>
    public static string WriteBlank(string directory, int trainRecords = 10_000, int testRecords = 10_000)
    {
        WriteDirectory(directory);
        foreach (string file in Directory.EnumerateFiles(directory, "*.bin"))
        {
            using FileStream stream = File.Create(file);
            stream.SetLength((long)RecordBytes * (Path.GetFileName(file) == "test_batch.bin" ? testRecords : trainRecords));
        }

        return directory;
    }

    /// <summary>The archive as the official one is: all entries below one directory, and not in the order of their numbers.</summary>
    public static byte[] Archive(Dictionary<string, byte[]>? files = null, string prefix = DirectoryName + "/") =>
        Compress(Tar([.. (files ?? Files()).Reverse().Select(file => (prefix + file.Key, file.Value))]));

    public static byte[] Tar(params (string Name, byte[] Content)[] entries)
    {
        var bytes = new MemoryStream();
        using (var writer = new TarWriter(bytes, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in entries)
            {
                writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
            }
        }

        return bytes.ToArray();
    }

    public static byte[] Compress(byte[] content)
    {
        var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return bytes.ToArray();
    }

    private static byte[] Records(int file, int count)
    {
        byte[] bytes = new byte[count * RecordBytes];
        for (int record = 0; record < count; record++)
        {
            bytes[record * RecordBytes] = Label(file, record);
            for (int position = 0; position < RecordBytes - 1; position++)
            {
                bytes[(record * RecordBytes) + 1 + position] = Pixel(file, record, position);
            }
        }

        return bytes;
    }
}
