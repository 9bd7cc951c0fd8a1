using CifarFast.Engine.Files;

namespace CifarFast.Engine.Checkpoints;

/// <summary>Says of a file that was given for weights what it is instead, and how weights may come out of it.</summary>
internal static class ForeignWeights
{
    /// <summary>Passes a file that may be what its reader reads: also a damaged one, of which only the reader can say what is wrong.</summary>
    /// <param name="file">The file, at its start.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="read">What its reader reads.</param>
    /// <exception cref="CheckpointException">The file is of another kind.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static void Refuse(Stream file, string name, FileKind read)
    {
        var signature = FileSignature.Of(file);
        if (signature.Kind != read && signature.Kind != FileKind.Unknown)
        {
            string expected = signature.Kind == FileKind.Npz ? "a checkpoint of a run" : "a checkpoint, or weights in the safetensors or .npz format";
            string remedy = RemedyFor(signature) is string toDo ? $"; {toDo}" : "";
            throw new CheckpointException($"{name} is {signature.Description}: expected {expected}{remedy}");
        }
    }

    private static string? RemedyFor(FileSignature signature) => signature.Kind switch
    {
        FileKind.Npz => "import it first",
        FileKind.Npy or FileKind.Pickle => "save all weights in one .npz with numpy.savez",
        FileKind.PyTorch => "save its state_dict with safetensors.torch.save_file",
        FileKind.Model => "save its weights as safetensors or .npz with the program that made it",
        FileKind.Gzip or FileKind.Tar or FileKind.Zip or FileKind.Archive => "unpack it first",
        _ => signature.Remedy,
    };
}
