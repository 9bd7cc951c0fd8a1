namespace CifarFast.Engine.Checkpoints;

/// <summary>A file of tensors as whoever wants weights sees it, whatever its format. Nothing in it is trusted.</summary>
internal interface IWeightsSource : IDisposable
{
    /// <summary>What the file is called.</summary>
    string Path { get; }

    /// <summary>The tensors in the order of the file.</summary>
    IReadOnlyList<TensorEntry> Tensors { get; }

    /// <summary>Reads a tensor, row-major and rounded to 32 bits.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="values">As many floats as it has elements.</param>
    /// <exception cref="CheckpointException">It is damaged, or has elements that are not finite in 32 bits; the message names it.</exception>
    void Read(string name, Span<float> values);

    /// <summary>The text that the file has about itself under <paramref name="key"/>, in UTF-8, or null.</summary>
    /// <exception cref="CheckpointException">It is not valid text.</exception>
    byte[]? Metadata(string key);
}
