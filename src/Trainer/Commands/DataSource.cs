using CifarFast.Engine.Data;
using CifarFast.Engine.Tensors;
using CifarFast.Trainer.Console;
using CifarFast.Trainer.Images;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Commands;

/// <summary>Where commands get their images from.</summary>
internal static class DataSource
{
    /// <summary>The shape of the images of a set (channels × height × width) and the number of its classes, where that is known before it is loaded.</summary>
    /// <param name="kind">Which set.</param>
    /// <param name="labels">Which labels of it.</param>
    public static (Shape Input, int Classes)? Expect(DatasetKind kind, DatasetLabels labels) => kind switch
    {
        DatasetKind.Cifar10 or DatasetKind.Synthetic => (new Shape(3, 32, 32), 10),
        DatasetKind.Cifar100 => (new Shape(3, 32, 32), labels == DatasetLabels.Coarse ? 20 : 100),
        _ => null,
    };

    /// <summary>Loads a data set or one split of it, shows a download where there is one, and says what is to be known about the set.</summary>
    /// <param name="session">Where to write.</param>
    /// <param name="live">Whether a bar can be drawn.</param>
    /// <param name="request">Which data set.</param>
    /// <param name="pictures">What becomes of pictures, where it is a folder of them; null for what is usual.</param>
    /// <param name="only">The split that is wanted; null for both.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <param name="classes">The classes there are to be in a folder of pictures; null for those that they have.</param>
    /// <param name="place">What <see cref="DatasetLoader.Find(DatasetRequest)"/> found, where it has been asked already.</param>
    /// <exception cref="DataException">The data set is missing, damaged or not to be had.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static LoadedDataset Load(
        Session session, bool live, DatasetRequest request, PictureSettings? pictures, DataSplit? only, CancellationToken cancellation, IReadOnlyList<string>? classes = null,
        DatasetPlace? place = null)
    {
        place ??= DatasetLoader.Find(request);
        LoadedDataset loaded = place.Kind == DatasetKind.Folder
            ? LoadPictures(session, live, PicturesOf(session, request, pictures) with { Only = only, Classes = classes }, cancellation).Loaded
            : DownloadView.Show(session, live, place.Kind == DatasetKind.Cifar100 ? "CIFAR-100" : "CIFAR-10", progress => DatasetLoader.Load(request, place, only, progress, cancellation));
        if (loaded.Warning is string warning)
        {
            session.Warn(warning);
        }

        return loaded;
    }

    /// <summary>Loads a folder of pictures, shows how far it is, and says what is to be known about them.</summary>
    /// <param name="session">Where to write.</param>
    /// <param name="live">Whether a bar can be drawn.</param>
    /// <param name="request">Which pictures.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="DataException">It is no folder of pictures.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static PictureDataset LoadPictures(Session session, bool live, PictureRequest request, CancellationToken cancellation)
    {
        PictureDataset dataset = DecodingView.Show(session, live, progress => PictureDataset.Load(request, progress, cancellation));
        foreach (string note in dataset.Notes)
        {
            session.Error.WriteLine($"cifarfast: {PlainText.OneLine(note)}");
        }

        return dataset;
    }

    /// <summary>The pictures that a request for a folder is about.</summary>
    /// <exception cref="DataException">It does not say which folder.</exception>
    public static PictureRequest PicturesOf(Session session, DatasetRequest request, PictureSettings? settings) => new(
        DatasetLoader.Find(request with { Kind = DatasetKind.Folder }).Path!,
        settings ?? PictureSettings.Default,
        request.Seed,
        session.CacheDirectory);

    /// <summary>Whether a request is for a folder of pictures: it says so, or such is what it names. Where it is for nothing that there is, loading says so.</summary>
    public static bool IsFolder(DatasetRequest request)
    {
        try
        {
            return DatasetLoader.Find(request).Kind == DatasetKind.Folder;
        }
        catch (DataException)
        {
            return request.Kind == DatasetKind.Folder;
        }
    }
}
