using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using CifarFast.Engine.Checkpoints;

namespace CifarFast.Engine.Tests.Checkpoints;

/// <summary>
/// How much memory the reader takes, whatever a file claims: for a safetensors file its size and a constant, as header and tensors
/// are kept and of tensors and texts there may be so many only; for the state of a run, which is text that becomes objects, several
/// times the text.
/// </summary>
public sealed class ReaderMemoryTests
{
    private const string Name = "large.safetensors";

    /// <summary>16,384 entries with names of 256 bytes, and all that is made and let go on the way to them.</summary>
    private const long FileConstant = 24L << 20;

    private const long StateFactor = 8;

    private static readonly Dictionary<string, Func<byte[]>> _files = new()
    {
        ["2^40 bytes of header in 200"] = () => Claim(new byte[200], 1L << 40),
        ["2^63 - 1 bytes of header in 200"] = () => Claim(new byte[200], long.MaxValue),
        ["100 million bytes of header in 200"] = () => Claim(new byte[200], 100_000_000),
        ["2^40 bytes of tensors in 200"] = () => Join(Tensor("a", "1048576,262144", 0, 1L << 40), 100),
        ["2^31 sizes of 2^31 in 200"] = () => Join(Tensor("a", "2147483647,2147483647,2147483647,2147483647", 0, 1L << 62), 100),
        ["a megabyte of garbage"] = () => Garbage(1 << 20),
        ["a megabyte of garbage with a header's length"] = () => Claim(Garbage(1 << 20), (1 << 20) - 8),
        ["a header of a five megabyte text"] = () => Join($"\"__metadata__\":{{\"a\":\"{new string('x', 5 << 20)}\"}}", 0),
        ["a header of five megabytes of texts"] = () => Join($"\"__metadata__\":{{{string.Join(',', Enumerable.Range(0, 16_384).Select(i => $"\"{i}\":\"{new string('x', 300)}\""))}}}", 0),
        ["a header of five megabytes of names"] = () => Join($"\"__metadata__\":{{{string.Join(',', Enumerable.Range(0, 16_384).Select(i => $"\"{i:D256}\":\"{new string('x', 40)}\""))}}}", 0),
        ["a header of more texts than there may be"] = () => Join($"\"__metadata__\":{{{string.Join(',', Enumerable.Range(0, 500_000).Select(i => $"\"{i}\":\"\""))}}}", 0),
        ["a header of a five megabyte name"] = () => Join(Tensor(new string('a', 5 << 20), "2", 0, 8), 8),
        ["a header of five megabytes of sizes"] = () => Join(Tensor("a", "2" + string.Concat(Enumerable.Repeat(",1", 5 << 19)), 0, 8), 8),
        ["a header of five megabytes of brackets"] = () => Join($"\"a\":{{\"dtype\":{new string('[', 5 << 20)}", 8),
        ["a header of five megabytes of digits"] = () => Join(Tensor("a", new string('1', 5 << 20), 0, 8), 8),
        ["a header of five megabytes of spaces"] = () => Join(new string(' ', 5 << 20), 0),
        ["16,384 tiny tensors"] = () => Join(string.Join(',', Enumerable.Range(0, 16_384).Select(i => Tensor($"{i}", "1", i * 4, (i + 1) * 4))), 4 * 16_384),
        ["16,384 tiny tensors with long names"] = () => Join(string.Join(',', Enumerable.Range(0, 16_384).Select(i => Tensor($"{i:D256}", "1,1,1,1,1,1,1,1", i * 4, (i + 1) * 4))), 4 * 16_384),
        ["more tensors than there may be"] = () => Join(string.Join(',', Enumerable.Range(0, 100_000).Select(i => Tensor($"{i}", "1", i * 4, (i + 1) * 4))), 400_000),
        ["32 megabytes of weights"] = () => Join(Tensor("a", "8388608", 0, 32 << 20), 32 << 20),
    };

    private static readonly Dictionary<string, Func<string>> _states = new()
    {
        ["one text"] = () => $"{{\"a\":\"{new string('x', 5 << 20)}\"}}",
        ["one name"] = () => $"{{\"{new string('x', 5 << 20)}\":1}}",
        ["one number"] = () => $"{{\"seconds\":{new string('1', 5 << 20)}}}",
        ["brackets"] = () => $"{{\"a\":{new string('[', 5 << 20)}",
        ["empty rows"] = () => $"{{\"batches\":[{string.Join(',', Enumerable.Repeat("null", 1 << 20))}]",
        ["unknown members"] = () => $"{{{string.Join(',', Enumerable.Range(0, 1 << 19).Select(i => $"\"{i}\":1"))}}}",
        ["rows"] = () => $"{{\"batches\":[{string.Join(',', Enumerable.Repeat("{\"epoch\":1,\"batch\":1,\"step\":1,\"loss\":1,\"accuracy\":1,\"images_per_second\":1,\"learning_rate\":1}", 50_000))}]",
    };

    public static TheoryData<string> Files => [.. _files.Keys];

    public static TheoryData<string> States => [.. _states.Keys];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_takes_no_more_than_its_size_and_a_constant(string name)
    {
        byte[] file = _files[name]();
        long bytes = Allocated(() => SafetensorsFile.Read(new MemoryStream(file), file.Length, Name));
        TestContext.Current.TestOutputHelper?.WriteLine($"{bytes:N0} bytes for a file of {file.Length:N0}");
        Assert.InRange(bytes, 0, file.Length + FileConstant);
    }

    [Theory]
    [MemberData(nameof(States))]
    public void A_state_takes_no_more_than_several_times_its_text(string name)
    {
        byte[] file = RawSafetensors.Join(
            Encoding.UTF8.GetBytes($$$"""{"__metadata__":{"checksum":"sha256:{{{new string('0', 64)}}}","checkpoint_version":"1","network":"tiny","state":"{{{JsonEncodedText.Encode(_states[name]())}}}"}}"""), []);
        long bytes = Allocated(() => Checkpoint.Of(Name, SafetensorsFile.Read(new MemoryStream(file), file.Length, Name)));
        TestContext.Current.TestOutputHelper?.WriteLine($"{bytes:N0} bytes for a file of {file.Length:N0}");
        Assert.InRange(bytes, 0, (StateFactor * file.Length) + (1 << 20));
    }

    /// <summary>What any ordinary checkpoint is: much more weights than header.</summary>
    [Fact]
    public void A_sound_file_takes_its_size_and_little_else()
    {
        byte[] file = RawSafetensors.Join(Encoding.UTF8.GetBytes($"{{{Tensor("a", "1048576", 0, 4 << 20)}}}"), new byte[4 << 20]);
        Assert.InRange(Allocated(() => SafetensorsFile.Read(new MemoryStream(file), file.Length, Name)), file.Length, file.Length + 16_384);
    }

    private static long Allocated(Action read)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            read();
        }
        catch (CheckpointException)
        {
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static byte[] Claim(byte[] file, long headerLength)
    {
        BinaryPrimitives.WriteInt64LittleEndian(file, headerLength);
        file[8] = (byte)'{';
        return file;
    }

    private static byte[] Garbage(int length)
    {
        byte[] bytes = new byte[length];
        new Random(3).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Join(string header, int dataBytes) => RawSafetensors.Join(Encoding.UTF8.GetBytes($"{{{header}}}"), new byte[dataBytes]);

    private static string Tensor(string name, string shape, long start, long end) =>
        $$"""
        "{{name}}":{"dtype":"F32","shape":[{{shape}}],"data_offsets":[{{start}},{{end}}]}
        """;
}
