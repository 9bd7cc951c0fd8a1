using System.Buffers.Binary;
using System.Text;
using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Execution;

namespace CifarFast.Engine.Tests.Formats.NumPy;

public sealed class HostileNpzTests : IDisposable
{
    private const string Name = "hostile.npz";

    /// <summary>More than what opening an archive and unpacking a small network take, and far less than any of the claims here.</summary>
    private const long AllowedBytes = 1 << 20;

    private readonly Network _network = SmallNetwork.Create();

    public void Dispose() => _network.Dispose();

    [Theory]
    [InlineData(ZipBytes.Stored)]
    [InlineData(ZipBytes.Deflated)]
    public void Notices_wherever_it_is_cut(ushort method)
    {
        byte[] archive = SmallNetwork.Archive(SmallNetwork.Arrays(), method);
        for (int length = 0; length < archive.Length; length++)
        {
            AssertRefused(archive[..length], "is damaged, or no .npz file");
        }
    }

    [Theory]
    [InlineData(ZipBytes.Stored, 1L << 40, "1099511627776")]
    [InlineData(ZipBytes.Deflated, 1L << 40, "1099511627776")]
    [InlineData(ZipBytes.Deflated, 1L << 30, "1073741824")]
    public void Refuses_a_size_that_no_network_asks_for_before_anything_is_unpacked(ushort method, long count, string size)
    {
        // Archive and header agree with each other, so that only the network's shape can tell.
        byte[] array = NpyBytes.Of("<f8", $"({count},)", new byte[4096]);
        ZipBytes entry = new("W1.npy", array) { Method = method, Length = array.Length - 4096 + (8 * count), Zip64 = true };
        AssertRefused(Archive(entry), $"W1 is float64 {size}, expected floats of 3×2×3×3");
        AssertRefused(Archive(entry with { Name = "train_loss_history.npy" }), "train_loss_history is float64", "at most 1,048,576");
        AssertRefused(Archive(entry with { Name = "epoch.npy" }), $"epoch is float64 {size}, expected one whole number");
    }

    [Fact]
    public void Refuses_a_bomb_of_zeros_without_unpacking_it()
    {
        // 32 MB of zeros, which take 32 KB, behind the header of an array that is far smaller.
        byte[] header = NpyBytes.Of("<f8", "(3, 2, 3, 3)", []);
        byte[] content = [.. header, .. new byte[1 << 25]];
        ZipBytes entry = new("W1.npy", content) { Method = ZipBytes.Deflated };
        AssertRefused(Archive(entry), "W1 is float64 3×2×3×3: 432 bytes behind its header, but 33,554,432 are there");

        // The archive claims what the header asks for: only that much is unpacked.
        AssertRefused(Archive(entry with { Length = header.Length + 432 }), "W1 is damaged: its checksum");

        byte[] blanks = NpyBytes.Of(Encoding.ASCII.GetBytes(new string(' ', 1 << 24)), [], version: 2);
        AssertRefused(Archive(new ZipBytes("W1.npy", blanks) { Method = ZipBytes.Deflated }), "W1 has a header of 16,777,216 bytes");
    }

    [Fact]
    public void A_history_takes_memory_for_what_is_there_only()
    {
        byte[] array = NpyBytes.Of("<f8", "(1048576,)", new byte[8]);
        AssertRefused(
            Archive(new ZipBytes("train_loss_history.npy", array) { Method = ZipBytes.Deflated, Length = array.Length - 8 + (8L << 20) }),
            "train_loss_history is cut short");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(8)]
    public void Notices_contents_that_are_shorter_or_longer_than_the_archive_claims(int more)
    {
        byte[] array = SmallNetwork.Arrays()["B1"];
        byte[] content = more < 0 ? array[..^1] : [.. array, .. new byte[more]];
        foreach (ushort method in new[] { ZipBytes.Stored, ZipBytes.Deflated })
        {
            AssertRefused(Archive(new ZipBytes("B1.npy", content) { Method = method }), "B1 is float64 3: 24 bytes behind its header, but");
            AssertRefused(Archive(new ZipBytes("B1.npy", content) { Method = method, Length = array.Length }), "B1 is");
        }
    }

    [Theory]
    [InlineData(ZipBytes.Stored)]
    [InlineData(ZipBytes.Deflated)]
    public void Notices_a_checksum_that_does_not_fit(ushort method)
    {
        byte[] array = SmallNetwork.Arrays()["W2"];
        AssertRefused(Archive(new ZipBytes("W2.npy", array) { Method = method, Checksum = 1 }), "W2 is damaged: its checksum does not fit");
    }

    [Fact]
    public void Reads_the_fields_for_large_archives()
    {
        byte[] archive = ZipBytes.Archive(SmallNetwork.Arrays().Select(array => new ZipBytes(array.Key + ".npy", array.Value) { Zip64 = true }));
        SmallNetwork.Load(Name, archive, _network);
        SmallNetwork.AssertLoaded(_network);
    }

    [Theory]
    [InlineData("W1.npy", "W1.npy")]
    [InlineData("epoch.npy", "epoch.npy")]
    [InlineData("extra\u001b[2J", "extra?[2J")]
    public void Refuses_an_array_that_is_there_twice(string name, string printed)
    {
        IEnumerable<ZipBytes> entries = SmallNetwork.Arrays().Select(array => new ZipBytes(array.Key + ".npy", array.Value));
        var twice = new ZipBytes(name, NpyBytes.OfNumber(1));
        AssertRefused(ZipBytes.Archive([.. entries, twice, twice]), $"it has '{printed}' twice");
    }

    [Fact]
    public void Refuses_an_array_that_is_encrypted() =>
        AssertRefused(Archive(new ZipBytes("W1.npy", SmallNetwork.Arrays()["W1"]) { Flags = 1 }), "W1 is encrypted");

    [Theory]
    [InlineData(12)]
    [InlineData(14)]
    [InlineData(93)]
    [InlineData(0xFFFF)]
    public void Refuses_an_unknown_method_of_compression(ushort method) =>
        AssertRefused(Archive(new ZipBytes("W1.npy", SmallNetwork.Arrays()["W1"]) { Method = method }), "W1 is damaged, or packed in an unknown way");

    [Fact]
    public void Refuses_what_is_not_deflated_though_it_claims_to_be() =>
        AssertRefused(
            Archive(new ZipBytes("W1.npy", SmallNetwork.Arrays()["W1"]) { Method = ZipBytes.Deflated, Packed = [0xFF, 0xFF, 0xFF, 0xFF] }), "W1 is damaged");

    [Fact]
    public void Refuses_more_entries_than_any_checkpoint_has()
    {
        AssertRefused(ZipBytes.Archive(Enumerable.Range(0, 1001).Select(i => new ZipBytes($"{i}", []))), "more than 1,000 entries");

        // Few entries are claimed, but the directory goes on and on.
        byte[] archive = ZipBytes.Archive(Enumerable.Range(0, 60_000).Select(i => new ZipBytes($"some entry number {i}", [])));
        AssertRefused(archive, allowedBytes: 16 << 20, "its directory is too large");
        BinaryPrimitives.WriteInt16LittleEndian(archive.AsSpan(archive.Length - 14), 3);
        BinaryPrimitives.WriteInt16LittleEndian(archive.AsSpan(archive.Length - 12), 3);
        AssertRefused(archive, allowedBytes: 16 << 20, "is damaged, or no .npz file");
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("PK\u0003\u0004")]
    [InlineData("PK\u0005\u0006")]
    public void Refuses_what_is_no_archive(string content) =>
        AssertRefused(Encoding.ASCII.GetBytes(content), "is damaged, or no .npz file");

    [Fact]
    public void Refuses_a_bare_array() => AssertRefused(NpyBytes.OfNumber(1), "is damaged, or no .npz file");

    [Fact]
    public void Knows_nothing_in_an_archive_of_nothing() => AssertRefused(ZipBytes.Archive(), "0.weight is missing");

    /// <summary>A checkpoint with one entry replaced.</summary>
    private static byte[] Archive(ZipBytes entry) =>
        ZipBytes.Archive([.. SmallNetwork.Arrays().Select(array => new ZipBytes(array.Key + ".npy", array.Value)).Where(other => other.Name != entry.Name), entry]);

    private void AssertRefused(byte[] archive, params string[] expected) => AssertRefused(archive, AllowedBytes, expected);

    private void AssertRefused(byte[] archive, long allowedBytes, params string[] expected)
    {
        float[] before = _network.Values.ToArray();
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        string message = Assert.Throws<CheckpointException>(() => SmallNetwork.Load(Name, archive, _network)).Message;
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, allowedBytes);
        Assert.All(expected, part => Assert.Contains(part, message));
        Assert.StartsWith(Name, message);
        Assert.DoesNotContain(message, char.IsControl);
        Assert.Equal(before, _network.Values.ToArray());
    }
}
