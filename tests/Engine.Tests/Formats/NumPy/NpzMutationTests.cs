using System.Buffers.Binary;
using System.Text;
using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Execution;
using CsCheck;

namespace CifarFast.Engine.Tests.Formats.NumPy;

/// <summary>
/// Checkpoints damaged at random. Whatever comes of it, it is a checkpoint or a <see cref="CheckpointException"/> of one line,
/// soon and in little memory, and a network that is refused its values keeps the ones it has.
/// </summary>
public sealed class NpzMutationTests : IDisposable
{
    private const int Mutations = 30_000;
    private const long AllowedBytes = 1 << 20;

    /// <summary>What steers readers, in zip archives and in headers.</summary>
    private static readonly byte[][] _tokens =
    [
        .. new[]
        {
            "PK\u0001\u0002", "PK\u0003\u0004", "PK\u0005\u0006", "PK\u0006\u0006", "PK\u0006\u0007", "\0\0\0\0", "\0\0\0\0\0\0\0\0", "W1.npy",
            "'descr'", "'shape'", "'fortran_order'", ": ", ", ", "(", ")", "{", "}", "[", "]", "'", "\"", "\\", "-", "0", "9", "99999999999999999999",
            "True", "False", "'<f8'", "'>f4'", "'|O'", "'<U8'", "()", "(3,)", "(1, 3)", "(0,)", "L", "\n", " ", "\t",
        }.Select(Encoding.ASCII.GetBytes),
        [0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0x7F], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
        [0x93], [1], [9, 0], [12, 0], [0xC3, 0xA9],
    ];

    private readonly Network _network = SmallNetwork.Create();

    public void Dispose() => _network.Dispose();

    [Theory]
    [InlineData(ZipBytes.Stored)]
    [InlineData(ZipBytes.Deflated)]
    public void An_archive_that_was_damaged_anywhere_does_no_harm(ushort method)
    {
        byte[] whole = SmallNetwork.Archive(SmallNetwork.Arrays(), method);
        Gen.Select(Gen.Int[1, 3], Gen.ULong).Sample(
            (count, seed) => AssertHarmless(Mutate(whole, whole.Length, count, seed)), iter: Mutations, threads: 1);
    }

    /// <summary>Of what the archive says about itself, most is at its end.</summary>
    [Fact]
    public void A_damaged_directory_does_no_harm()
    {
        byte[] whole = SmallNetwork.Archive(SmallNetwork.Arrays());
        int directory = whole.AsSpan().IndexOf("PK\u0001\u0002"u8);
        Gen.Select(Gen.Int[1, 2], Gen.ULong).Sample(
            (count, seed) => AssertHarmless([.. whole[..directory], .. Mutate(whole[directory..], whole.Length - directory, count, seed)]),
            iter: Mutations,
            threads: 1);
    }

    /// <summary>The archive around is sound, checksums included, so that nothing but the reader of arrays can notice.</summary>
    [Fact]
    public void A_damaged_array_in_a_sound_archive_does_no_harm()
    {
        Dictionary<string, byte[]> arrays = SmallNetwork.Arrays();
        string[] keys = [.. arrays.Keys];
        Gen.Select(Gen.Int[0, keys.Length - 1], Gen.Int[1, 3], Gen.ULong).Sample(
            (index, count, seed) => AssertHarmless(SmallNetwork.Archive(new Dictionary<string, byte[]>(arrays)
            {
                [keys[index]] = Mutate(arrays[keys[index]], headerBytes: 80, count, seed),
            })),
            iter: Mutations,
            threads: 1);
    }

    private void AssertHarmless(byte[] archive)
    {
        float[] before = _network.Values.ToArray();
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        string? message = null;
        try
        {
            SmallNetwork.Load("mutated.npz", archive, _network);
        }
        catch (CheckpointException error)
        {
            message = error.Message;
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        if (allocated > AllowedBytes)
        {
            throw new InvalidOperationException($"{allocated:N0} bytes were allocated");
        }

        if (message is not null && (!message.StartsWith("mutated.npz", StringComparison.Ordinal) || message.Any(char.IsControl) || !_network.Values.Span.SequenceEqual(before)))
        {
            throw new InvalidOperationException(message);
        }
    }

    /// <summary>Damages a file as often as asked: bytes changed, replaced by such that steer, cut out, moved or cut off.</summary>
    private static byte[] Mutate(byte[] file, int headerBytes, int count, ulong seed)
    {
        var random = new Random((int)(seed ^ (seed >> 32)));
        List<byte> bytes = [.. file];
        for (int i = 0; i < count && bytes.Count > 0; i++)
        {
            int at = random.Next(Math.Min(bytes.Count, random.Next(4) == 0 ? bytes.Count : headerBytes));
            int length = Math.Min(bytes.Count - at, 1 + random.Next(random.Next(3) == 0 ? 64 : 8));
            byte[] token = _tokens[random.Next(_tokens.Length)];
            switch (random.Next(8))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count - length + 1), length));
                    break;
                case 4:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 5:
                    bytes.InsertRange(at, token);
                    break;
                case 6:
                    byte[] number = new byte[sizeof(int)];
                    BinaryPrimitives.WriteInt32LittleEndian(number, random.Next(file.Length));
                    Overwrite(bytes, at, number);
                    break;
                default:
                    Overwrite(bytes, at, token);
                    break;
            }
        }

        return [.. bytes];
    }

    private static void Overwrite(List<byte> bytes, int at, byte[] by)
    {
        bytes.RemoveRange(at, Math.Min(by.Length, bytes.Count - at));
        bytes.InsertRange(at, by);
    }
}
