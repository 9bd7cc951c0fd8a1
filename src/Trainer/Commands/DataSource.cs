using CifarFast.Engine.Data;
using CifarFast.Trainer.Console;
using CifarFast.Trainer.Images;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Commands;

/// <summary>Where commands get their images from.</summary>
internal static class DataSource
{
    /// <summary>Loads a data set or one split of it, shows a download where there is one, and says what is to be known about the set.</summary>
    /// <param name="session">Where to write.</param>
    /// <param name="live">Whether a bar can be drawn.</param>
    /// <param name="request">Which data set.</param>
    /// <param name="pictures">What becomes of pictures, where it is a folder of them; null for what is usual.</param>
    /// <param name="only">The split that is wanted; null for both.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <param name="classes">The classes there are to be in a folder of pictures; null for those that they have.</param>
    /// <exception cref="DataException">The data set is missing, damaged or not to be had.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static LoadedDataset Load(
        Session session, bool live, DatasetRequest request, PictureSettings? pictures, DataSplit? only, CancellationToken cancellation, IReadOnlyList<string>? classes = null)
    {
        LoadedDataset loaded = IsFolder(request)
            ? LoadPictures(session, live, PicturesOf(session, request, pictures) with { Only = only, Classes = classes }, cancellation).Loaded
            : DownloadView.Show(session, live, progress => DatasetLoader.Load(request, only, progress, cancellation));
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
        request.Path ?? throw new DataException("--dataset folder needs a --data, the folder of the pictures"),
        settings ?? PictureSettings.Default,
        request.Seed,
        session.CacheDirectory);

    /// <summary>Whether a request is for a folder of pictures: it says so, or such is what it names.</summary>
    public static bool IsFolder(DatasetRequest request) =>
        request.Kind == DatasetKind.Folder
        || (request is { Kind: DatasetKind.Auto, Path: string path } && PictureDataset.IsIn(path) && !DatasetLoader.Locate(path).IsFound);
}
