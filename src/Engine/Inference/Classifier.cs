using System.Text.Json;
using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Data;
using CifarFast.Engine.Evaluation;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Formats;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Nn;

namespace CifarFast.Engine.Inference;

/// <summary>A trained network that classifies images: one out of a file, or one in training as it is at the time. Not safe for use by several threads at once; it brings its own.</summary>
public sealed class Classifier : IDisposable
{
    /// <summary>The key under which files of weights have the names of the classes, as a JSON array.</summary>
    internal const string ClassNamesKey = "class_names";

    /// <summary>Classifies with a network that is being trained, or was, always with the parameters that it has by then.</summary>
    /// <param name="network">The network, which stays the caller's to dispose of, after the classifier.</param>
    /// <param name="classNames">What the classes mean; null for <c>class 0</c>, <c>class 1</c>, ….</param>
    /// <param name="batchSize">Images computed at a time; memory grows with it.</param>
    /// <exception cref="ArgumentException">There are not as many names as the network has outputs.</exception>
    public Classifier(Network network, IReadOnlyList<string>? classNames = null, int batchSize = Evaluator.BatchSize)
        : this(network.WithoutGradients(batchSize), classNames ?? Numbered(network.Architecture.OutputShape.Count), Own(network))
    {
        int classes = network.Architecture.OutputShape.Count;
        if (ClassNames.Count != classes)
        {
            Dispose();
            throw new ArgumentException($"the network has {Quantity.Of(classes, "class", "classes")}, but there are {Quantity.Of(ClassNames.Count, "name")}", nameof(classNames));
        }
    }

    private Classifier(Network network, IReadOnlyList<string> classNames, TensorAssignment weights)
    {
        Network = network;
        ClassNames = classNames;
        Weights = weights;
    }

    /// <summary>The network.</summary>
    public Network Network { get; }

    /// <summary>What the classes mean.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Which tensors of the file the weights are; those of a network that is of no file have their own names.</summary>
    public TensorAssignment Weights { get; }

    /// <summary>Loads a checkpoint or other weights; <see cref="WeightsFile"/> tells which.</summary>
    /// <param name="path">The file. Where it neither describes nor names a network, it is taken for one of the reference network.</param>
    /// <param name="execution">How to compute; null for the fastest this machine has.</param>
    /// <param name="batchSize">Images computed at a time; memory grows with it.</param>
    /// <param name="mappings">What a person says of the names of tensors; null for nothing.</param>
    /// <param name="architecture">The network; null for what the file says.</param>
    /// <exception cref="CheckpointException">The file is missing or damaged, or of a network that is not known, or it is in doubt which tensor is which.</exception>
    public static Classifier Load(
        string path, ExecutionOptions? execution = null, int batchSize = Evaluator.BatchSize, IReadOnlyList<TensorMapping>? mappings = null, Architecture? architecture = null)
    {
        using var file = WeightsFile.Open(path);
        architecture ??= ArchitectureOf(file, path);
        IReadOnlyList<string> classNames = ClassNamesOf(file, path, architecture.OutputShape.Count);
        Network network = Build(path, architecture, execution ?? new ExecutionOptions(), batchSize);
        try
        {
            return new Classifier(network, classNames, file.CopyTo(network, mappings ?? []));
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Classifies images.</summary>
    /// <param name="images">The images.</param>
    /// <param name="augmentation">What the network is shown of each: the logits of several views are averaged.</param>
    /// <param name="progress">Is told after each batch how many are done, or null.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="ShapeException">The network does not take images of this size, or they are too small for <paramref name="augmentation"/>.</exception>
    /// <exception cref="OperationCanceledException">Cancellation was asked for.</exception>
    public Predictions Predict(
        ImageSet images, TestTimeAugmentation augmentation = TestTimeAugmentation.None, Action<int>? progress = null, CancellationToken cancellation = default) =>
        new Evaluator(Network, images, augmentation).Run(progress, cancellation);

    /// <summary>Classifies one image.</summary>
    /// <param name="pixels">Its bytes: channels × height × width, plane by plane and row by row, as CIFAR-10 has them.</param>
    /// <returns>The probability of each class.</returns>
    /// <exception cref="ArgumentException">There are not as many bytes as the network takes.</exception>
    public double[] Predict(byte[] pixels)
    {
        Tensors.Shape shape = Network.Architecture.InputShape;
        return Predict(new ImageSet(shape[0], shape[1], shape[2], pixels, new int[1])).Probabilities(0);
    }

    /// <summary>Classifies images whose classes are known, and judges how well.</summary>
    /// <param name="images">The images.</param>
    /// <param name="augmentation">What the network is shown of each: the logits of several views are averaged.</param>
    /// <param name="progress">Is told after each batch how many are done, or null.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="ShapeException">The network does not take images of this size, or they are too small for <paramref name="augmentation"/>.</exception>
    /// <exception cref="ArgumentException">There are no images, or one has a label that is none of the network's classes.</exception>
    /// <exception cref="OperationCanceledException">Cancellation was asked for.</exception>
    public ClassificationReport Evaluate(
        ImageSet images, TestTimeAugmentation augmentation = TestTimeAugmentation.None, Action<int>? progress = null, CancellationToken cancellation = default) =>
        ClassificationReport.Of(Predict(images, augmentation, progress, cancellation), images, ClassNames);

    /// <summary>Writes network, weights and the names of the classes into one safetensors file, which <see cref="Load"/> reads.</summary>
    /// <param name="path">The file, which is there in whole or not at all.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Save(string path) => Safetensors.Save(path, Network, new Dictionary<string, string>
    {
        ["format"] = "pt",
        [ClassNamesKey] = JsonSerializer.Serialize([.. ClassNames], InferenceJson.Default.StringArray),
    });

    /// <summary>Gives the network's memory back.</summary>
    public void Dispose() => Network.Dispose();

    /// <summary>Makes a network that weights of a file can be read into.</summary>
    /// <exception cref="CheckpointException">It takes more memory than there can be.</exception>
    internal static Network Build(string path, Architecture architecture, ExecutionOptions execution, int batchSize)
    {
        try
        {
            return new Network(architecture, execution, batchSize, seed: 0, RequiredGradients.None);
        }
        catch (OverflowException error)
        {
            throw new CheckpointException($"{path} is of a network that takes more memory for {Quantity.Of(batchSize, "image")} than there can be", error);
        }
    }

    /// <summary>The network that a file describes, or null.</summary>
    /// <exception cref="CheckpointException">The description is damaged.</exception>
    internal static Architecture? DescribedIn(WeightsFile file, string path)
    {
        if (file.Metadata(Checkpoint.ArchitectureKey) is byte[] json)
        {
            try
            {
                var architecture = Architecture.FromJson(json);
                long parameters = architecture.Layers.Sum(layer => layer.ParameterCount);
                return parameters <= file.ElementCount
                    ? architecture
                    : throw new CheckpointException($"{path} is damaged: it describes a network of {parameters} parameters, more numbers than it has");
            }
            catch (Exception error) when (error is FormatException or OverflowException)
            {
                throw new CheckpointException($"{path} is damaged: the network in it is not what it should be: {SafetensorsHeader.Printable(error.Message)}", error);
            }
        }

        return null;
    }

    /// <summary>The names of the classes that are in a file, or null.</summary>
    /// <param name="file">The file.</param>
    /// <param name="path">What it is called.</param>
    /// <param name="classes">How many there must be.</param>
    /// <exception cref="CheckpointException">They are damaged, or not as many.</exception>
    internal static IReadOnlyList<string>? ClassNamesIn(WeightsFile file, string path, int classes)
    {
        if (file.Metadata(ClassNamesKey) is not byte[] json)
        {
            return null;
        }

        try
        {
            string[]? names = JsonSerializer.Deserialize(json, InferenceJson.Default.StringArray);
            return names?.Length == classes && names.All(name => name is { Length: > 0 } && name == SafetensorsHeader.Printable(name))
                ? names
                : throw new CheckpointException($"{path} is damaged: it does not name {Quantity.Of(classes, "class", "classes")}");
        }
        catch (JsonException error)
        {
            throw new CheckpointException($"{path} is damaged: the names of its classes cannot be read", error);
        }
    }

    /// <summary>The network that a file describes, or else names; without either, the reference network.</summary>
    private static Architecture ArchitectureOf(WeightsFile file, string path)
    {
        if (DescribedIn(file, path) is Architecture described)
        {
            return described;
        }

        string? name = file.Text(Checkpoint.NetworkKey);
        return name is null ? NetworkCatalog.Reference() : NetworkCatalog.Find(name)
            ?? throw new CheckpointException($"{path} is of a network '{SafetensorsHeader.Printable(name)}', which this program does not know, and does not describe it");
    }

    private static TensorAssignment Own(Network network) =>
        new([.. network.StateTensors.Select(tensor => new AssignedTensor(tensor.Name, tensor.Name, $"{tensor.Shape}"))], Prefix: "");

    private static string[] Numbered(int classes) => [.. Enumerable.Range(0, classes).Select(c => $"class {c}")];

    private static IReadOnlyList<string> ClassNamesOf(WeightsFile file, string path, int classes) =>
        ClassNamesIn(file, path, classes) ?? (classes == Cifar10Files.Classes ? Cifar10Files.DefaultClassNames : Numbered(classes));
}
