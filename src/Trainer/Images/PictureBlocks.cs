using CifarFast.Engine.Data;

namespace CifarFast.Trainer.Images;

/// <summary>The pixels of many pictures of one size, in as many arrays as it takes.</summary>
internal sealed class PictureBlocks
{
    private readonly byte[][] _blocks;
    private readonly int _size;

    /// <summary>Takes the memory.</summary>
    /// <param name="count">How many pictures.</param>
    /// <param name="size">The rows of a picture, and the pixels of a row.</param>
    /// <param name="perBlock">Pictures an array.</param>
    public PictureBlocks(int count, int size, int perBlock)
    {
        _size = size;
        ImageBytes = Channels * size * size;
        PerBlock = Math.Clamp(count, 1, perBlock);
        _blocks = [.. Enumerable.Range(0, (count + PerBlock - 1) / PerBlock)
            .Select(block => GC.AllocateUninitializedArray<byte>(Math.Min(PerBlock, count - (block * PerBlock)) * ImageBytes))];
    }

    /// <summary>Red, green and blue.</summary>
    public static int Channels => 3;

    /// <summary>Bytes of a picture.</summary>
    public int ImageBytes { get; }

    /// <summary>Pictures in every array but the last.</summary>
    public int PerBlock { get; }

    /// <summary>The pixels of picture <paramref name="index"/>, and of the next <paramref name="count"/> - 1 ones of the same array.</summary>
    public Span<byte> this[int index, int count = 1] => _blocks[index / PerBlock].AsSpan(index % PerBlock * ImageBytes, count * ImageBytes);

    /// <summary>The first pictures as a set.</summary>
    /// <param name="labels">Their classes, as many as pictures are wanted.</param>
    public ImageSet Take(int[] labels)
    {
        int blocks = (labels.Length + PerBlock - 1) / PerBlock;
        ReadOnlyMemory<byte>[] pixels =
            [.. _blocks.Take(blocks).Select((block, i) => block.AsMemory(0, Math.Min(PerBlock, labels.Length - (i * PerBlock)) * ImageBytes))];
        return new ImageSet(Channels, _size, _size, pixels, PerBlock, labels);
    }
}
