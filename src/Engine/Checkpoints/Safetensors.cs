using CifarFast.Engine.Networks;

namespace CifarFast.Engine.Checkpoints;

/// <summary>Writes the safetensors format.</summary>
public static class Safetensors
{
    /// <summary>Writes the parameters of a network.</summary>
    public static void Save(string path, Network network, IReadOnlyDictionary<string, string> metadata) => throw new NotImplementedException();
}
