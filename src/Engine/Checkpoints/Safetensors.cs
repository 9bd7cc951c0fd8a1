using CifarFast.Engine.Execution;
using CifarFast.Engine.Files;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Checkpoints;

/// <summary>Weights in the safetensors format (https://huggingface.co/docs/safetensors), which PyTorch and others read.</summary>
public static class Safetensors
{
    /// <summary>
    /// Writes the parameters and buffers of a network with the names, shapes and order of a PyTorch <c>state_dict</c>, in 32-bit floats
    /// (counts as 64-bit whole numbers), and what network it is, so that it can be built again from the file alone.
    /// </summary>
    /// <param name="path">The file, which is there in whole or not at all.</param>
    /// <param name="network">Whose.</param>
    /// <param name="metadata">Strings for the header's <c>__metadata__</c>, or null.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Save(string path, Network network, IReadOnlyDictionary<string, string>? metadata = null) =>
        DurableFile.Write(path, file => Write(file, network, metadata));

    /// <summary>Writes what <see cref="Save"/> writes to a stream, which stays open.</summary>
    /// <exception cref="IOException">The stream cannot be written to.</exception>
    public static void Write(Stream stream, Network network, IReadOnlyDictionary<string, string>? metadata = null)
    {
        IReadOnlyList<StateTensor> tensors = network.StateTensors;
        var image = new SafetensorsImage(tensors);
        for (int i = 0; i < tensors.Count; i++)
        {
            image.Set(i, tensors[i].Value);
        }

        var all = new Dictionary<string, string>(metadata ?? new Dictionary<string, string>());
        Checkpoint.Describe(network.Architecture, all);
        image.WriteTo(stream, all);
    }
}
