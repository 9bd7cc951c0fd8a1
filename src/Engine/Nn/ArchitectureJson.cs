using System.Text;
using System.Text.Json;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Nn;

/// <summary>
/// An <see cref="Architecture"/> as JSON, so that a file of weights says which network they are of, known by name or not: the tree of
/// modules, each with its kind as <c>type</c> and what its constructor takes.
/// </summary>
internal static class ArchitectureJson
{
    /// <summary>Far more than a network has, and too few to be a burden.</summary>
    private const int MaxBytes = 1 << 20;

    /// <summary>Values of a sample that a network can have at most, from its input to its output, borders included: 64 MB of them.</summary>
    private const long MaxValues = 1 << 24;

    private const int MaxDimensions = 3;

    private const int MaxNameLength = 100;

    /// <summary>Writes a network; null where <see cref="Read"/> would not take it: it has a module that is not of the engine, say, or an odd name.</summary>
    public static string? Write(Architecture architecture)
    {
        int[] input = [.. Enumerable.Range(0, architecture.InputShape.Rank).Select(axis => architecture.InputShape[axis])];
        try
        {
            string json = JsonSerializer.Serialize(new ArchitectureRecord(architecture.Name, input, architecture.Module), ModuleJson.Default.ArchitectureRecord);
            return IsName(architecture.Name) && Encoding.UTF8.GetByteCount(json) <= MaxBytes ? json : null;
        }
        catch (Exception error) when (error is NotSupportedException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Reads a network. Nothing in the text is trusted.</summary>
    /// <exception cref="FormatException">It is no network, or one that is larger than any; the message says why.</exception>
    public static Architecture Read(ReadOnlySpan<byte> json)
    {
        if (json.Length > MaxBytes)
        {
            throw new FormatException($"its description has {json.Length} bytes, more than that of any network");
        }

        try
        {
            ArchitectureRecord record = JsonSerializer.Deserialize(json, ModuleJson.Default.ArchitectureRecord)
                ?? throw new FormatException("it is empty");
            if (!IsName(record.Name))
            {
                throw new FormatException("its name is none");
            }

            if (record.Input.Length is 0 or > MaxDimensions)
            {
                throw new FormatException($"an input has 1 to {MaxDimensions} sizes, not {record.Input.Length}");
            }

            var architecture = new Architecture(record.Name, new Shape(record.Input), record.Module is Sequential { Modules: var modules } ? modules : [record.Module]);
            return architecture.Graph.Nodes.Sum(node => Size(architecture.Graph.Shapes[node.Inputs[0]], node.Layer.InputBorder)) + architecture.OutputShape.Count <= MaxValues
                ? architecture
                : throw new FormatException("a sample takes more memory than that of any network");
        }
        catch (JsonException error)
        {
            throw new FormatException($"it cannot be read at {error.Path ?? "its start"}", error);
        }
        catch (Exception error) when (error is ShapeException or ArgumentException or OverflowException or NotSupportedException)
        {
            // What a constructor refuses, a size that is no product of 32 bits, a module without a type.
            throw new FormatException(error.Message.ReplaceLineEndings(" "), error);
        }
    }

    private static bool IsName(string name) => name.Length is > 0 and <= MaxNameLength && !name.Any(char.IsControl);

    /// <summary>Floats of a value with a border around it.</summary>
    private static long Size(Shape shape, int border) =>
        shape.Rank == 3 ? checked(shape[0] * (shape[1] + (2L * border)) * (shape[2] + (2L * border))) : shape.Count;
}
