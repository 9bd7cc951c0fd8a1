using CifarFast.Engine.Data;
using CifarFast.Engine.Tensors;
using CifarFast.Trainer.Console;

namespace CifarFast.Trainer.Commands;

/// <summary>Where commands get their images from.</summary>
internal static class DataSource
{
    /// <summary>The shape of the images of a set (channels × height × width) and the number of its classes, where that is known before it is loaded.</summary>
    /// <exception cref="DataException">It is not told where the set is, or there is none.</exception>
    public static (Shape Input, int Classes)? Expect(DatasetRequest request) => DatasetLoader.Find(request).Kind switch
    {
        DatasetKind.Cifar10 or DatasetKind.Synthetic => (new Shape(3, 32, 32), 10),
        DatasetKind.Cifar100 => (new Shape(3, 32, 32), request.Labels == DatasetLabels.Coarse ? 20 : 100),
        _ => null,
    };

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
        DatasetPlace place = DatasetLoader.Find(request);
        LoadedDataset loaded = place.Kind == DatasetKind.Folder
            ? throw new DataException($"{place.Source}: {place.Path} is a folder of pictures, which are not read yet")
            : DownloadView.Show(session, live, place.Kind == DatasetKind.Cifar100 ? "CIFAR-100" : "CIFAR-10", progress => DatasetLoader.Load(request, only, progress, cancellation));
        if (loaded.Warning is string warning)
        {
            session.Warn(warning);
        }

        return loaded;
    }
}
