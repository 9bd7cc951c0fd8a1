using System.Diagnostics;
using CifarFast.Engine.Files;

namespace CifarFast.Engine.Data;

/// <summary>
/// The user's own copy of CIFAR-10 or CIFAR-100, unpacked so that the next start is instant. It appears by the renaming of a directory
/// that is complete and on disk: it is there as a whole or not at all. The archive is deleted, it would double the space.
/// </summary>
/// <param name="format">Which of the two.</param>
/// <param name="directory">The directory of the cache; made where it is missing.</param>
internal sealed class CifarCache(CifarFormat format, string directory)
{
    private static readonly TimeSpan _lockPoll = TimeSpan.FromMilliseconds(100);

    /// <summary>Where the images are, if they are.</summary>
    public string Images { get; } = Path.Combine(directory, format.DirectoryName);

    private string Partial { get; } = Path.Combine(directory, format.ArchiveName + ".partial");

    private string Unpacked { get; } = Path.Combine(directory, format.DirectoryName + ".unpacking");

    private string Lock { get; } = Path.Combine(directory, format.DirectoryName + ".lock");

    /// <summary>Whether there is a copy, whole or damaged.</summary>
    public bool Exists => Directory.Exists(Images);

    /// <summary>Reads the copy, or one split of it.</summary>
    /// <exception cref="DataException">It is not there, or damaged.</exception>
    public ImageDataset Read(DataSplit? only, CancellationToken cancellation) => CifarReader.Read(format, Images, only, cancellation);

    /// <summary>
    /// Downloads and unpacks the archive, in place of a damaged copy where there is one, and reads it. Where another process
    /// is at it already, waits for that one and reads what it got.
    /// </summary>
    /// <param name="archive">What to download.</param>
    /// <param name="only">The split that is wanted, or null for both; the other one may be read, too.</param>
    /// <param name="progress">Told of each piece of the download; or null.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="DataException">It is not to be had, or there is no place for it.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<ImageDataset> DownloadAsync(
        RemoteArchive archive, DataSplit? only, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        try
        {
            Directory.CreateDirectory(directory);
            using IDisposable mine = await AcquireLockAsync(archive, progress, cancellation).ConfigureAwait(false);
            if (TryRead(only, cancellation) is { } present)
            {
                return present;
            }

            using (var download = new ArchiveDownload(archive, Partial, progress))
            {
                await download.RunAsync(cancellation).ConfigureAwait(false);
            }

            return Unpack(cancellation);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{directory} cannot be written to: {exception.Message}", exception);
        }
    }

    private ImageDataset? TryRead(DataSplit? only, CancellationToken cancellation)
    {
        try
        {
            return Exists ? Read(only, cancellation) : null;
        }
        catch (DataException)
        {
            // About to be replaced; who called has said so already.
            return null;
        }
    }

    private ImageDataset Unpack(CancellationToken cancellation)
    {
        DeleteDirectory(Unpacked);
        Directory.CreateDirectory(Unpacked);
        CifarArchive.Visit(format, Partial, WriteFile, cancellation);

        // All of it, whatever was asked for: only what is whole becomes the copy.
        ImageDataset dataset = CifarReader.Read(format, Unpacked, only: null, cancellation);
        DeleteDirectory(Images);
        Directory.Move(Unpacked, Images);
        File.Delete(Partial);
        return dataset;
    }

    private void WriteFile(string name, Stream content, long length)
    {
        int most = format.ImageFiles.Max(format.MaxBytesOf);
        if (length > most)
        {
            throw new DataException($"{name} in {Partial}: is {length:N0} bytes long, expected at most {most:N0}");
        }

        using var file = new FileStream(Path.Combine(Unpacked, name), FileMode.CreateNew, FileAccess.Write);
        content.CopyTo(file);

        // Without this a machine that loses power may find the new name with zeros behind it, which are valid images.
        file.Flush(flushToDisk: true);
    }

    /// <summary>Takes the lock of the cache, for which it waits as long as the download of another process gets on.</summary>
    private async Task<IDisposable> AcquireLockAsync(RemoteArchive archive, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        long seen = -1;
        var standstill = Stopwatch.StartNew();
        while (true)
        {
            if (FileLock.TryTake(Lock) is IDisposable mine)
            {
                return mine;
            }

            long received = File.Exists(Partial) ? new FileInfo(Partial).Length : 0;
            if (received != seen)
            {
                progress?.Report(new DownloadProgress(received, archive.Bytes));
                seen = received;
                standstill.Restart();
            }
            else if (standstill.Elapsed > 3 * archive.StallTimeout)
            {
                throw new DataException($"another process holds {Lock} and gets nowhere: end it, or wait for it");
            }

            await Task.Delay(_lockPoll, cancellation).ConfigureAwait(false);
        }
    }

    private static void DeleteDirectory(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }
}
