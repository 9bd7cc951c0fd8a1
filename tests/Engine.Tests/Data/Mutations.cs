using CifarFast.Engine.Data;
using CifarFast.Engine.Randomness;

namespace CifarFast.Engine.Tests.Data;

/// <summary>Damages files at random, and sees what becomes of reading them.</summary>
public static class Mutations
{
    /// <summary>How often, unless <c>CIFARFAST_MUTATIONS</c> has another number.</summary>
    private const int Usual = 1000;

    private static int Count => int.TryParse(Environment.GetEnvironmentVariable("CIFARFAST_MUTATIONS"), out int count) ? count : Usual;

    /// <summary>Reads files again and again, each time damaged otherwise: a bit, a byte, a run of bytes, the end, or a whole file. Both must happen: that they are read, and refused.</summary>
    /// <param name="directory">Where the files are written to.</param>
    /// <param name="files">The files.</param>
    /// <param name="read">Reads them, and fails the test where what it gets is no valid set.</param>
    public static void Check(string directory, Dictionary<string, byte[]> files, Action read)
    {
        TinyCifar.WriteDirectory(directory, files);
        var random = new Xoshiro256(17);
        string[] names = [.. files.Keys.Order(StringComparer.Ordinal)];
        int refused = 0;
        for (int i = 0; i < Count; i++)
        {
            string name = names[random.NextInt32(names.Length)];
            File.WriteAllBytes(Path.Combine(directory, name), Damage(ref random, files[name]));
            try
            {
                read();
            }
            catch (DataException error)
            {
                refused++;
                Assert.DoesNotContain('\n', error.Message);
                Assert.InRange(error.Message.Length, 20, 2000);
            }

            File.WriteAllBytes(Path.Combine(directory, name), files[name]);
        }

        Assert.InRange(refused, 1, Count - 1);
    }

    private static byte[] Damage(ref Xoshiro256 random, byte[] content)
    {
        byte[] bytes = [.. content];

        // Heads are short and say much: half of all damage is there.
        int place = random.NextInt32(random.NextInt32(2) == 0 ? Math.Min(32, bytes.Length) : bytes.Length);
        switch (random.NextInt32(6))
        {
            case 0:
                bytes[place] ^= (byte)(1 << random.NextInt32(8));
                return bytes;
            case 1:
                bytes[place] = (byte)random.NextInt32(256);
                return bytes;
            case 2:
                foreach (ref byte value in bytes.AsSpan(place, Math.Min(bytes.Length - place, 1 + random.NextInt32(8))))
                {
                    value = (byte)random.NextInt32(256);
                }

                return bytes;
            case 3:
                return bytes[..place];
            case 4:
                return [.. bytes, .. bytes[..random.NextInt32(bytes.Length)]];
            default:
                return [.. bytes[..place], .. bytes[Math.Min(bytes.Length, place + 1 + random.NextInt32(4))..]];
        }
    }
}
