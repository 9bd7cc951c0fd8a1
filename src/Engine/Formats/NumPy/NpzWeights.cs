using CifarFast.Engine.Checkpoints;

namespace CifarFast.Engine.Formats.NumPy;

/// <summary>An archive of NumPy arrays as a file of weights. Of what is not asked for, no more than headers is unpacked.</summary>
/// <param name="file">The archive, which is this one's to dispose of.</param>
internal sealed class NpzWeights(NpzFile file) : IWeightsSource
{
    /// <inheritdoc/>
    public string Path => file.Name;

    /// <inheritdoc/>
    public IReadOnlyList<TensorEntry> Tensors => [.. file.Keys.Except(NumPyCheckpoint.Keys).Select(key => Describe(key, file.FindHeader(key)))];

    /// <summary>The weights in an archive, or null where a file is none, or one without any arrays.</summary>
    /// <exception cref="CheckpointException">It is damaged.</exception>
    public static NpzWeights? Find(string path)
    {
        if (!NpzFile.IsArchive(path))
        {
            return null;
        }

        var file = NpzFile.Open(path);
        if (file.Keys.Any())
        {
            return new NpzWeights(file);
        }

        file.Dispose();
        return null;
    }

    /// <inheritdoc/>
    public void Read(string name, Span<float> values)
    {
        int count = values.Length;
        file.Read(name, array => ReadAll(array, count)).CopyTo(values);
    }

    /// <summary>The format has no place for texts.</summary>
    public byte[]? Metadata(string key) => null;

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private static TensorEntry Describe(string key, NpyHeader? header) => header is null
        ? new TensorEntry(key, Sizes: null, "unreadable", IsFloat: false)
        : new TensorEntry(key, header.Shape, header.Type.ToString(), header.Type.IsFloat, header.Type.IsInteger);

    private static float[] ReadAll(NpyReader array, int count)
    {
        NpyHeader header = array.Header;
        if (!(header.Type.IsFloat || header.Type.IsInteger) || header.Count != count)
        {
            throw new FormatException($"is {header}, expected {count:N0} numbers");
        }

        float[] values = new float[count];
        int place = 0;
        foreach (double value in array.Elements())
        {
            values[place++] = FiniteWeight.Of(value);
        }

        return header.FortranOrder ? Axes.Reverse(values, [.. header.Shape.Reverse().Select(size => (int)size)]) : values;
    }
}
