using CifarFast.Trainer.Console;

namespace CifarFast.Trainer.Commands;

/// <summary>What the extension of a file's name says of the format in it.</summary>
internal static class ModelFileExtension
{
    /// <summary>The format that a name's extension stands for, or null.</summary>
    public static ModelFormat? Find(string file)
    {
        string extension = Path.GetExtension(file);
        return Enum.GetValues<ModelFormat>().Cast<ModelFormat?>().FirstOrDefault(format => extension.Equals(Of(format!.Value), StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Makes sure that a file is not named as one of another format, for which it would be taken later.</summary>
    /// <param name="option">What names the file.</param>
    /// <param name="file">The name.</param>
    /// <param name="format">What is to be written.</param>
    /// <exception cref="UsageException">The name has another format's extension.</exception>
    public static void Check(string option, string file, ModelFormat format)
    {
        if (Find(file) is ModelFormat other && other != format)
        {
            throw new UsageException($"{option} '{file}' ends in {Of(other)}, but what is written is {ChoiceName.Of(format)}; end its name in {Of(format)}");
        }
    }

    private static string Of(ModelFormat format) => $".{ChoiceName.Of(format)}";
}
