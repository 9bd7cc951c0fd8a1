using CifarFast.Engine.Files;
using CifarFast.Engine.Kernels.Reduction;
using CifarFast.Engine.Layers;
using CifarFast.Engine.Networks;

namespace CifarFast.Engine.Checkpoints;

/// <summary>Weights in the safetensors format (https://huggingface.co/docs/safetensors), which PyTorch and others read.</summary>
public static class Safetensors
{
    /// <summary>
    /// Writes the parameters of a network with the names, shapes and order of a PyTorch <c>state_dict</c>, in 32-bit floats.
    /// </summary>
    /// <param name="path">The file, which is there in whole or not at all.</param>
    /// <param name="network">Whose parameters.</param>
    /// <param name="metadata">Strings for the header's <c>__metadata__</c>.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Save(string path, Network network, IReadOnlyDictionary<string, string> metadata) =>
        DurableFile.Write(path, file => Write(file, network, metadata));

    /// <summary>Writes what <see cref="Save"/> writes to a stream, which stays open.</summary>
    /// <exception cref="IOException">The stream cannot be written to.</exception>
    public static void Write(Stream stream, Network network, IReadOnlyDictionary<string, string> metadata)
    {
        var image = new SafetensorsImage([.. network.Parameters.Select(parameter => (parameter.Name, parameter.Shape))]);
        for (int i = 0; i < network.Parameters.Count; i++)
        {
            network.Parameters[i].CopyTo(image.Tensor(i));
        }

        image.WriteTo(stream, metadata);
    }

    /// <summary>Sets the parameters of a network to those of a file, which may be a checkpoint or have tensors beside them.</summary>
    /// <exception cref="CheckpointException">The file is missing or damaged, lacks a parameter, or has it in another shape or type, or not as finite numbers.</exception>
    public static void Load(string path, Network network) => CopyTo(SafetensorsFile.Read(path), path, network);

    /// <summary>Sets the parameters of a network to those of the file <paramref name="path"/>.</summary>
    /// <exception cref="CheckpointException">The file lacks a parameter, or has it in another shape or type, or not as finite numbers.</exception>
    internal static void CopyTo(SafetensorsFile file, string path, Network network)
    {
        file.CopyTo(network);
        if (!Finite.All(network.Values.Span))
        {
            throw new CheckpointException($"{path} is of no use: weights in it are not finite numbers");
        }
    }

    /// <summary>Sets the parameters of a network to those of a file; other tensors in it are nobody's concern.</summary>
    /// <exception cref="CheckpointException">The file lacks a parameter, or has it in another shape or type.</exception>
    internal static void CopyTo(this SafetensorsFile file, Network network)
    {
        foreach (Parameter parameter in network.Parameters)
        {
            parameter.CopyFrom(file.Floats(parameter.Name, parameter.Shape));
        }
    }
}
