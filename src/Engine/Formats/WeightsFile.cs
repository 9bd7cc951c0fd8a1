using System.Text;
using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Formats.NumPy;

namespace CifarFast.Engine.Formats;

/// <summary>
/// A file that weights can be read from: a checkpoint or other weights in the safetensors format, or a NumPy archive. Names may be
/// those of a PyTorch <c>state_dict</c>, or <c>W1</c>, <c>B1</c>, … as in a <see cref="NumPyCheckpoint"/>, or others, where names and
/// shapes leave no doubt which tensor is which.
/// </summary>
public sealed class WeightsFile : IDisposable
{
    private readonly IWeightsSource _source;

    internal WeightsFile(IWeightsSource source) => _source = source;

    /// <summary>Opens a file.</summary>
    /// <exception cref="CheckpointException">It is missing or damaged, or of a format that is not known.</exception>
    public static WeightsFile Open(string path) => new((IWeightsSource?)NpzWeights.Find(path) ?? SafetensorsFile.Read(path));

    /// <summary>
    /// Sets the parameters and buffers of a network, all of them or, where there is an error, none. Floats of 16 or 64 bits become such of 32.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="mappings">What a person says of the names.</param>
    /// <returns>Which tensors were read.</returns>
    /// <exception cref="CheckpointException">
    /// The file is damaged or of another network, or it is in doubt which tensor is which, or weights are not finite in 32 bits.
    /// </exception>
    public TensorAssignment CopyTo(Network network, params IReadOnlyList<TensorMapping> mappings)
    {
        ParameterMatch match = ParameterMatching.Match(_source, network, mappings);
        float[][] values = [.. match.Parameters.Select(parameter => new float[parameter.Count])];
        for (int i = 0; i < values.Length; i++)
        {
            _source.Read(match.Sources[i].Name, values[i]);
        }

        for (int i = 0; i < values.Length; i++)
        {
            match.Parameters[i].CopyFrom(values[i]);
        }

        return match.Assignment;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _source.Dispose();

    /// <summary>How many numbers the file has in all.</summary>
    internal long ElementCount => _source.Tensors.Sum(tensor => tensor.Sizes?.Aggregate(1L, (product, size) => product * size) ?? 0);

    /// <summary>Rows and columns of the matrices in it, in the order of the file.</summary>
    internal IEnumerable<(int Rows, int Columns)> MatrixSizes =>
        from tensor in _source.Tensors
        let sizes = tensor.IsFloat ? tensor.Sizes : null
        where sizes is [> 0 and <= int.MaxValue, > 0 and <= int.MaxValue]
        select ((int)sizes[0], (int)sizes[1]);

    /// <summary>The text that the file has about itself under <paramref name="key"/>, in UTF-8, or null.</summary>
    /// <exception cref="CheckpointException">It is not valid text.</exception>
    internal byte[]? Metadata(string key) => _source.Metadata(key);

    /// <summary>The text that the file has about itself under <paramref name="key"/>, or null.</summary>
    /// <exception cref="CheckpointException">It is not valid text.</exception>
    internal string? Text(string key) => Metadata(key) is byte[] text ? Encoding.UTF8.GetString(text) : null;
}
