using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Data;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Formats;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Inference;

/// <summary>
/// What a network begins with that another one has learnt, which may tell other classes apart: all parameters and buffers are kept, and mean and deviation
/// of the pixels; of the last linear layer the rows of classes of the same name are, and the others drawn.
/// </summary>
public sealed class PretrainedWeights : IDisposable
{
    private readonly Network _source;
    private readonly string[] _head;

    private PretrainedWeights(Architecture architecture, Network source, TensorAssignment weights)
    {
        Architecture = architecture;
        Weights = weights;
        _source = source;
        _head = architecture.Head is GraphNode head ? [.. head.Layer.ParameterNames.Select(name => $"{head.Path}.{name}")] : [];
    }

    /// <summary>
    /// The network to begin with these weights: that which was asked for, with the source's mean and deviation of the pixels where that describes them.
    /// </summary>
    public Architecture Architecture { get; }

    /// <summary>Which tensors of the file the weights are.</summary>
    public TensorAssignment Weights { get; }

    /// <summary>How many classes the source tells apart.</summary>
    public int Classes => _source.Architecture.OutputShape.Count;

    /// <summary>What the source calls its classes; null where the file does not say.</summary>
    public IReadOnlyList<string>? ClassNames { get; private init; }

    /// <summary>The shape of the source's images; null where the file does not describe its network.</summary>
    public Shape? InputShape { get; private init; }

    /// <summary>Reads weights.</summary>
    /// <param name="path">The file: <see cref="WeightsFile"/> tells which.</param>
    /// <param name="architecture">The network to begin with them, none of it frozen: the source's, but for the number of classes and the size of images.</param>
    /// <param name="mappings">What a person says of the names of tensors; null for nothing.</param>
    /// <exception cref="CheckpointException">The file is missing or damaged, or of another network, or it is in doubt which tensor is which.</exception>
    public static PretrainedWeights Load(string path, Architecture architecture, IReadOnlyList<TensorMapping>? mappings = null)
    {
        using var file = WeightsFile.Open(path);
        Architecture? described = Classifier.DescribedIn(file, path);
        CheckpointException? fault = null;
        foreach (int classes in described is null ? ClassesOf(file, architecture) : [described.OutputShape.Count])
        {
            try
            {
                return Load(file, path, architecture, described, classes, mappings ?? []);
            }
            catch (CheckpointException error)
            {
                fault ??= error;
            }
        }

        throw fault!;
    }

    /// <summary>The classes whose rows of the last linear layer are kept.</summary>
    /// <param name="classNames">What the classes of the new network mean.</param>
    public IReadOnlyList<string> KeptClasses(IReadOnlyList<string> classNames) =>
        [.. classNames.Zip(Rows(classNames)).Where(pair => pair.Second >= 0).Select(pair => pair.First)];

    /// <summary>The parameters that are drawn, all of them or in rows: those of the last linear layer, unless all classes are kept.</summary>
    /// <param name="classNames">What the classes of the new network mean.</param>
    public IReadOnlyList<string> DrawnParameters(IReadOnlyList<string> classNames) => Rows(classNames).Contains(-1) ? _head : [];

    /// <summary>Sets what a network begins with: what is kept, the rest as the recipe has it.</summary>
    /// <param name="network">A network of <see cref="Architecture"/>, just made with the seed of the recipe.</param>
    /// <param name="recipe">Its rules of initialisation are applied to nothing that is kept.</param>
    /// <param name="images">The images it will be trained on.</param>
    /// <param name="classNames">What their classes mean.</param>
    /// <param name="cancellation">Gives it up; some weights are then set and others are not.</param>
    /// <exception cref="ArgumentException">A rule does not go with a parameter, there are not as many names as classes, or the network is another one.</exception>
    /// <exception cref="ShapeException">The network does not take images of this size.</exception>
    public void Initialize(Network network, Recipe recipe, ImageSet images, IReadOnlyList<string> classNames, CancellationToken cancellation = default)
    {
        if (classNames.Count != network.Architecture.OutputShape.Count)
        {
            string classes = Quantity.Of(network.Architecture.OutputShape.Count, "class", "classes");
            throw new ArgumentException($"the network has {classes}, but there are {Quantity.Of(classNames.Count, "name")}", nameof(classNames));
        }

        IReadOnlyList<string> drawn = DrawnParameters(classNames);
        Recipe ofDrawn = recipe with { Initialization = [.. recipe.Initialization.Where(rule => drawn.Any(rule.Has))] };
        ofDrawn.Initialize(network, images, cancellation);
        int[] rows = Rows(classNames);
        Dictionary<string, StateTensor> tensors = _source.StateTensors.ToDictionary(tensor => tensor.Name);
        foreach (StateTensor tensor in network.StateTensors)
        {
            if (tensors.TryGetValue(tensor.Name, out StateTensor? source))
            {
                if (_head.Contains(tensor.Name))
                {
                    CopyRows(source, tensor, rows);
                }
                else
                {
                    tensor.CopyFrom(source);
                }
            }
            else if (!tensor.IsCount)
            {
                throw new ArgumentException($"the network has {tensor.Name}, which the weights are not of", nameof(network));
            }
        }
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => _source.Dispose();

    private static PretrainedWeights Load(
        WeightsFile file, string path, Architecture architecture, Architecture? described, int classes, IReadOnlyList<TensorMapping> mappings)
    {
        if (architecture.Head is { Layer: Linear linear } && (long)linear.InFeatures * classes > file.ElementCount)
        {
            throw new CheckpointException(
                $"{path} has too few numbers for the network {architecture.Name} with {Quantity.Of(classes, "class", "classes")}: it was made for another network");
        }

        // What was fine-tuned with frozen normalisations has no counts for them.
        Dictionary<string, Layer> layers = described?.Graph.Nodes.ToDictionary(node => node.Path, node => node.Layer) ?? [];
        Architecture source = architecture.WithClasses(classes).Replace((layerPath, layer) =>
            layer is BatchNorm2d norm && layers.GetValueOrDefault(layerPath) is FrozenBatchNorm2d ? new FrozenBatchNorm2d(norm.Features, norm.Epsilon) : layer);
        Network network = Classifier.Build(path, source, new ExecutionOptions(), batchSize: 1);
        try
        {
            TensorAssignment weights = file.CopyTo(network, mappings);
            return new PretrainedWeights(described is null ? architecture : architecture.WithNormalizeOf(described), network, weights)
            {
                ClassNames = Classifier.ClassNamesIn(file, path, classes),
                InputShape = described?.InputShape,
            };
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>
    /// How many classes a file may be of that does not describe its network: as many as the one that is wanted, or as a matrix in it has rows or columns.
    /// </summary>
    private static IEnumerable<int> ClassesOf(WeightsFile file, Architecture architecture)
    {
        int own = architecture.OutputShape.Count;
        return architecture.Head is not { Layer: Linear linear } ? [own]
            : file.MatrixSizes.SelectMany(sizes => ((int, int)[])[sizes, (sizes.Item2, sizes.Item1)])
                .Where(sizes => sizes.Item2 == linear.InFeatures)
                .Select(sizes => sizes.Item1)
                .Prepend(own)
                .Distinct();
    }

    /// <summary>Of each class of the new network its row in the source, or −1.</summary>
    private int[] Rows(IReadOnlyList<string> classNames)
    {
        string[]? names = ClassNames is null ? null : [.. ClassNames];
        return _head.Length == 0 || (names is null && classNames.Count == Classes) ? [.. Enumerable.Range(0, classNames.Count)]
            : names is null ? [.. Enumerable.Repeat(-1, classNames.Count)]
            : [.. classNames.Select(name => Array.IndexOf(names, name))];
    }

    /// <summary>Copies some rows of a tensor: to each of the other one the row of the given number, or none where that is −1.</summary>
    private static void CopyRows(StateTensor from, StateTensor to, int[] rows)
    {
        float[] source = new float[from.Shape.Count];
        from.CopyTo(source);
        float[] values = new float[to.Shape.Count];
        to.CopyTo(values);
        int length = values.Length / rows.Length;
        for (int row = 0; row < rows.Length; row++)
        {
            if (rows[row] >= 0)
            {
                source.AsSpan(rows[row] * length, length).CopyTo(values.AsSpan(row * length));
            }
        }

        to.CopyFrom(values);
    }
}
