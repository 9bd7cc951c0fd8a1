using CifarFast.Engine.Data;
using CifarFast.Trainer.Console;

namespace CifarFast.Trainer.Commands;

/// <summary>Where commands get their images from.</summary>
internal static class DataSource
{
    /// <summary>Loads a data set or one split of it, shows a download where there is one, and says what is to be known about the set.</summary>
    /// <param name="session">Where to write.</param>
    /// <param name="live">Whether a bar can be drawn.</param>
    /// <param name="request">Which data set.</param>
    /// <param name="only">The split that is wanted; null for both.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="DataException">The data set is missing, damaged or not to be had.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static LoadedDataset Load(Session session, bool live, DatasetRequest request, DataSplit? only, CancellationToken cancellation)
    {
        LoadedDataset loaded = request.Kind == DatasetKind.Folder
            ? throw new DataException("folders of pictures are not read yet: give another --dataset")
            : DownloadView.Show(session, live, progress => DatasetLoader.Load(request, only, progress, cancellation));
        if (loaded.Warning is string warning)
        {
            session.Warn(warning);
        }

        return loaded;
    }
}
