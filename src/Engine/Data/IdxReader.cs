namespace CifarFast.Engine.Data;

/// <summary>Reads MNIST, Fashion-MNIST, and what has the form of their four files.</summary>
internal static class IdxReader
{
    /// <summary>Larger images are none of a set that is trained on here.</summary>
    private const int MaxSide = 4096;

    /// <summary>Reads the set into memory and checks all of it.</summary>
    /// <param name="format">Which set the files are of.</param>
    /// <param name="path">Their directory.</param>
    /// <param name="only">The split that is wanted, whose files alone are read and have to be there; null for both.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="DataException">Files are missing, damaged, or something else.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ImageDataset Read(IdxFormat format, string path, DataSplit? only, CancellationToken cancellation)
    {
        string directory = Path.GetFullPath(path);
        try
        {
            IReadOnlyDictionary<string, string> files = Locate(format, directory, only);
            ImageSet? train = only == DataSplit.Test ? null : ReadSplit(format, files[IdxFiles.TrainImages], files[IdxFiles.TrainLabels], cancellation);
            ImageSet? test = only == DataSplit.Train ? null : ReadSplit(format, files[IdxFiles.TestImages], files[IdxFiles.TestLabels], cancellation);
            if (train is not null && test is not null && train.Shape != test.Shape)
            {
                throw new DataException(
                    $"{files[IdxFiles.TestImages]} has images of {test.Height}×{test.Width} pixels, expected {train.Height}×{train.Width} as in {files[IdxFiles.TrainImages]}");
            }

            return new ImageDataset(KnownSet.NameOf(format.Kind), format.ClassNames, train ?? None(test!), test ?? None(train!))
            {
                MirrorKeepsClasses = format.MirrorKeepsClasses,
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{directory} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>The files of a split, or of both, by the names they have where they are not compressed. They are not looked into.</summary>
    /// <exception cref="DataException">They are not all there.</exception>
    public static IReadOnlyDictionary<string, string> Locate(IdxFormat format, string directory, DataSplit? only)
    {
        if (!Directory.Exists(directory))
        {
            throw new DataException(
                !File.Exists(directory) ? $"{directory} does not exist: expected the directory with the IDX files of {format.Title}"
                : IdxFiles.IsExpected(Path.GetFileName(directory)) ? $"{directory} is one file of {format.Title}: give the directory that holds it and the others"
                : $"{directory} is a file: expected the directory with the IDX files of {format.Title}");
        }

        string[] names =
        [
            .. only == DataSplit.Test ? [] : new[] { IdxFiles.TrainImages, IdxFiles.TrainLabels },
            .. only == DataSplit.Train ? [] : new[] { IdxFiles.TestImages, IdxFiles.TestLabels },
        ];
        var files = new Dictionary<string, string>();
        var missing = new List<string>();
        foreach (string name in names)
        {
            if (IdxFiles.Find(directory, name) is string file)
            {
                files[name] = file;
            }
            else
            {
                missing.Add(name);
            }
        }

        return missing.Count == 0 ? files
            : !IdxFiles.AreIn(directory) ? throw NotFoundIn(format, directory)
            : throw new DataException($"{directory} lacks {string.Join(", ", missing)}, gzip or plain: get {(missing.Count == 1 ? "it" : "them")} from {format.Address}");
    }

    private static DataException NotFoundIn(IdxFormat format, string directory)
    {
        IReadOnlyList<(string Directory, KnownSet Set)> known = DatasetRecognition.KnownBelow(directory);
        return known.FirstOrDefault(found => found.Set.Kind == DatasetKind.Mnist).Directory is string place
            ? new DataException($"{directory} holds no {format.Title} itself: give {place}, which does")
            : known.Count > 0 ? new DataException($"{directory} looks like {known[0].Set.Description}: expected the IDX files of {format.Title}, get them from {format.Address}{known[0].Set.Otherwise}")
            : new DataException($"{directory} holds no {format.Title}: expected {IdxFiles.TrainImages} and its companions, gzip or plain; get them from {format.Address}");
    }

    private static ImageSet ReadSplit(IdxFormat format, string imageFile, string labelFile, CancellationToken cancellation)
    {
        using var images = IdxFile.Open(imageFile, "images", "rows", "columns");
        using var labels = IdxFile.Open(labelFile, "labels");
        (int count, int height, int width) = (images.Dimensions[0], images.Dimensions[1], images.Dimensions[2]);
        if (height > MaxSide || width > MaxSide)
        {
            throw images.Wrong($"has images of {height}×{width} pixels by its header, expected sides of at most {MaxSide:N0}");
        }

        if (labels.Dimensions[0] != count)
        {
            throw labels.Wrong($"has {Quantity.Of(labels.Dimensions[0], "label")}, expected {count:N0}, as many as {imageFile} has images");
        }

        // Labels first: they take a small part of the memory, and what is wrong with them is seen before the rest is read.
        int[] classes = ReadLabels(format, labels, count);
        int imagesPerBlock = ImageSet.ImagesPerBlock(1, height, width);
        int imageBytes = height * width;
        var blocks = new List<ReadOnlyMemory<byte>>();
        for (int first = 0; first < count; first += imagesPerBlock)
        {
            byte[] block = new byte[Math.Min(imagesPerBlock, count - first) * imageBytes];
            const int piece = 1 << 20;
            int step = Math.Max(1, piece / imageBytes) * imageBytes;
            for (int start = 0; start < block.Length; start += step)
            {
                cancellation.ThrowIfCancellationRequested();
                images.Read(block.AsSpan(start, Math.Min(step, block.Length - start)), first + (start / imageBytes), imageBytes);
            }

            blocks.Add(block);
        }

        images.CheckEnd();
        return new ImageSet(1, height, width, blocks, imagesPerBlock, classes);
    }

    private static int[] ReadLabels(IdxFormat format, IdxFile file, int count)
    {
        byte[] bytes = new byte[count];
        file.Read(bytes, first: 0, recordBytes: 1);
        file.CheckEnd();
        int last = format.ClassNames.Count - 1;
        int wrong = bytes.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)last);
        return wrong < 0 ? Array.ConvertAll(bytes, value => (int)value)
            : throw file.Wrong($"has label {bytes[wrong]} in record {wrong + 1:N0} of {count:N0}, expected 0 to {last}; it is damaged or of another set");
    }

    private static ImageSet None(ImageSet other) => other.Take(0);
}
