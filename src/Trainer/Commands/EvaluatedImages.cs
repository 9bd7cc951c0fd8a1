using CifarFast.Engine.Data;
using CifarFast.Engine.Inference;
using CifarFast.Engine.Tensors;
using CifarFast.Trainer.Images;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Commands;

/// <summary>The images that <c>eval</c> measures a network with.</summary>
/// <param name="Dataset">The name of their set.</param>
/// <param name="Origin">Where they came from.</param>
/// <param name="Images">The images.</param>
/// <param name="ClassNames">What their labels mean.</param>
internal sealed record EvaluatedImages(string Dataset, string Origin, ImageSet Images, IReadOnlyList<string> ClassNames)
{
    /// <summary>Images of classes that the network does not have, or null.</summary>
    public ImageSet? Apart { get; private init; }

    /// <summary>What the labels of these mean.</summary>
    public IReadOnlyList<string> ApartClasses { get; private init; } = [];

    /// <summary>Whether the images are all that there are in a folder that is not split.</summary>
    public bool IsWhole { get; private init; }

    /// <summary>Loads them.</summary>
    /// <param name="session">Where to write.</param>
    /// <param name="model">The network.</param>
    /// <param name="weights">The file of its weights.</param>
    /// <param name="config">The run that it is of, where that is known.</param>
    /// <param name="request">Which data set.</param>
    /// <param name="split">Which of its images.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="DataException">The images are missing, damaged or not to be had.</exception>
    /// <exception cref="RunException">They are nothing for the network.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static EvaluatedImages Load(
        Session session, Classifier model, string weights, RunConfig? config, DatasetRequest request, DataSplit split, CancellationToken cancellation)
    {
        if (DataSource.IsFolder(request))
        {
            return LoadPictures(session, model, weights, config, request, split, cancellation);
        }

        LoadedDataset loaded = DataSource.Load(session, session.IsInteractive, request, pictures: null, split, cancellation);
        return new EvaluatedImages(loaded.Dataset.Name, loaded.Origin, loaded.Dataset.Of(split), loaded.Dataset.ClassNames);
    }

    /// <summary>Which classes only one side has, in a line, or null.</summary>
    public string? Mismatch()
    {
        string[] folderOnly = Apart is null ? [] :
            [.. ApartClasses.Select((name, label) => $"'{name}' ({Quantity.Of(Apart.Labels.ToArray().Count(own => own == label), "image")})")];
        HashSet<int> seen = [.. Images.Labels];
        string[] networkOnly = [.. ClassNames.Where((_, label) => !seen.Contains(label)).Select(name => $"'{name}'")];
        return Apart is null && networkOnly.Length == 0 ? null : string.Join(
            "; ",
            new[] { ("only the folder has, and the figures leave out", folderOnly), ("only the network has", networkOnly) }
                .Where(side => side.Item2.Length > 0)
                .Select(side => $"{side.Item1} {NameList.Of(side.Item2)}"));
    }

    private static EvaluatedImages LoadPictures(
        Session session, Classifier model, string weights, RunConfig? config, DatasetRequest request, DataSplit split, CancellationToken cancellation)
    {
        Shape input = model.Network.Architecture.InputShape;
        if (input[0] is not (1 or 3) || input[1] != input[2])
        {
            throw new RunException($"{weights} is of a network that takes images of {input}, and pictures of a folder are squares, grey or in colours");
        }

        var settings = new PictureSettings { ImageSize = input[1], Fit = RunConfig.FitOf(weights) };
        PictureRequest wanted = DataSource.PicturesOf(session, request, settings) with { Only = split, Classes = model.ClassNames };
        bool live = session.IsInteractive;
        PictureDataset pictures = DataSource.LoadPictures(session, live, wanted, cancellation);
        bool isWhole = pictures.IsSplitBySeed && !IsOfRun(pictures, config, split, cancellation);
        if (isWhole)
        {
            // Nothing of it was learnt, so all of it can tell; it lies in the cache by now.
            pictures = PictureDataset.Load(wanted with { TakesWhole = true }, progress: null, cancellation);
        }

        ImageDataset dataset = pictures.Loaded.Dataset;
        ImageSet? Fit(ImageSet? images) => images is not null && input[0] == 1 ? Luma.Of(images) : images;
        return dataset.Of(split).Count > 0
            ? new EvaluatedImages(dataset.Name, pictures.Loaded.Origin, Fit(dataset.Of(split))!, model.ClassNames) { Apart = Fit(pictures.Apart), ApartClasses = pictures.ApartClasses, IsWhole = isWhole }
            : throw new RunException(pictures.Apart is null
                ? $"{pictures.Loaded.Origin} has no pictures to evaluate with: expected a folder for each of the network's classes, {NameList.Of(model.ClassNames)}"
                : $"no folder in {pictures.Loaded.Origin} has the name of one of the network's classes: it has {NameList.Of(pictures.ApartClasses)}, and the network {NameList.Of(model.ClassNames)}");
    }

    /// <summary>Whether a folder is the one that the network was trained on, wherever it is now.</summary>
    private static bool IsOfRun(PictureDataset pictures, RunConfig? config, DataSplit split, CancellationToken cancellation)
    {
        if (config?.Options.Pictures is null)
        {
            return false;
        }

        string hash = pictures.Loaded.Dataset.Of(split).Sha256(cancellation);
        return hash == (split == DataSplit.Test ? config.Data.TestSha256 : config.Data.TrainSha256)
            || (config.Options.Dataset.Path is string path && RealPath.Of(path) == RealPath.Of(pictures.Loaded.Path!));
    }
}
