using System.Globalization;
using CifarFast.Engine.Data;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Images;

/// <summary>
/// A data set made of a folder of pictures: <c>train/CLASS</c> beside <c>test/CLASS</c>, <c>val/CLASS</c> or both, or <c>CLASS</c> alone. Images are
/// numbered by the names of their files, then of their classes, in ordinal order, so that the set does not depend on the file system. Nothing is
/// written into the folder.
/// </summary>
internal sealed class PictureDataset
{
    /// <summary>What reports call the set.</summary>
    public const string DatasetName = "folder";

    private const int MaxClasses = 1000;

    private readonly PictureRequest _request;
    private readonly string _folder;
    private readonly FileTree _tree;
    private readonly PictureLayout _layout;
    private readonly Dictionary<string, List<(FileTreeEntry File, string Class)>> _files;
    private readonly List<string> _outside = [];
    private readonly List<string> _notes = [];

    private PictureDataset(PictureRequest request, CancellationToken cancellation)
    {
        _request = request;
        _folder = Path.GetFullPath(request.Folder);
        if (!Directory.Exists(_folder))
        {
            throw new DataException(File.Exists(_folder)
                ? $"{_folder} is a file: give the folder that has a folder of pictures for each class"
                : $"{_folder} does not exist: give the folder that has a folder of pictures for each class");
        }

        _tree = new FileTree(_folder, cancellation);
        _layout = PictureLayout.Of(_folder, _tree.Folders);
        string[] splits = [.. new[] { _layout.Train, _layout.Validation, _layout.Test }.OfType<string>()];
        _files = splits.ToDictionary(split => split, _ => new List<(FileTreeEntry File, string Class)>());
        string last = "";
        foreach (FileTreeEntry file in _tree.Files)
        {
            string? split = splits.FirstOrDefault(split => file.Path.StartsWith(split, StringComparison.Ordinal));
            int end = split is null ? -1 : file.Path.IndexOf('/', split.Length);
            if (end < 0)
            {
                _outside.Add(file.Path);
            }
            else
            {
                // Files of a folder come together, and need but one name for their class.
                ReadOnlySpan<char> name = file.Path.AsSpan(split!.Length, end - split.Length);
                last = name.SequenceEqual(last) ? last : name.ToString();
                _files[split].Add((file, last));
            }
        }
    }

    /// <summary>The images.</summary>
    public LoadedDataset Loaded { get; private set; } = null!;

    /// <summary>Pictures of the split that was wanted that are of none of the classes that were asked for; null where there are none.</summary>
    public ImageSet? Apart { get; private set; }

    /// <summary>What the labels of <see cref="Apart"/> mean.</summary>
    public IReadOnlyList<string> ApartClasses { get; private set; } = [];

    /// <summary>Whether the folder itself does not say what is there to test with.</summary>
    public bool IsSplitBySeed => !_layout.HasSplits || (_layout.Test ?? _layout.Validation) is null;

    /// <summary>What a person should know of the pictures, a line each.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Reads the pictures of a folder.</summary>
    /// <param name="request">Which, and in what form.</param>
    /// <param name="progress">Is told how far the decoding is, from several threads; or null.</param>
    /// <param name="cancellation">Ends the work; what is decoded by then is kept in the cache.</param>
    /// <exception cref="DataException">It is no folder of classes, or a picture cannot be read and that is to be an error, or there is no memory.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static PictureDataset Load(PictureRequest request, Action<PictureProgress>? progress, CancellationToken cancellation)
    {
        var dataset = new PictureDataset(request, cancellation);
        dataset.Read(progress, cancellation);
        return dataset;
    }

    private void Read(Action<PictureProgress>? progress, CancellationToken cancellation)
    {
        if (_layout.Train is null && _request.Only != DataSplit.Test)
        {
            throw new DataException($"{_folder} has '{(_layout.Test ?? _layout.Validation)!.TrimEnd('/')}' and no folder to train on: name one 'train'");
        }

        string? testFolder = _layout.Test ?? _layout.Validation;
        string? validationFolder = _layout.Test is null ? null : _layout.Validation;
        bool wantsTrain = _request.Only != DataSplit.Test || IsSplitBySeed;
        bool wantsTest = _request.Only != DataSplit.Train;
        string?[] wanted = [wantsTrain ? _layout.Train : null, _request.Only is null ? validationFolder : null, wantsTest ? testFolder : null];
        CheckMemory(wanted.OfType<string>());
        PicturePart?[] all = Array.ConvertAll(wanted, folder => folder is null ? null : Part(folder));
        (PicturePart? train, PicturePart? validation, PicturePart? test) = (all[0], all[1], all[2]);
        PicturePart[] parts = [.. all.OfType<PicturePart>()];
        Decode(parts, progress, cancellation);
        NoteFiles(parts);
        string[] classes = _request.Classes is null ? ClassesOf(train ?? test!) : [.. _request.Classes];
        Side none = Side.Empty(_request.Settings.ImageSize);
        Side trainSide = train is null ? none : SideOf(train, classes, DataSplit.Train);
        Side testSide = test is null ? none : SideOf(test, classes, DataSplit.Test);
        Side? validationSide = validation is null ? null : SideOf(validation, classes, only: null);
        if (IsSplitBySeed)
        {
            (trainSide, testSide) = Split(trainSide);
        }
        else if (validationFolder is null && _request.Only is null)
        {
            NoteRole(testFolder!);
        }

        NoteClasses(classes, trainSide, testSide);
        NoteDoubles(trainSide, testSide, "test");
        NoteDoubles(trainSide, validationSide, "validation");
        Loaded = new LoadedDataset(
            new ImageDataset(DatasetName, classes, trainSide.Images, testSide.Images) { Validation = validationSide?.Images }, _folder, Warning: null)
        {
            Path = _folder,
        };
    }

    /// <summary>The order of images: by the names of their files, then of their classes.</summary>
    private static int Compare((FileTreeEntry File, string Class) one, (FileTreeEntry File, string Class) other)
    {
        (string path, string otherPath) = (one.File.Path, other.File.Path);
        int byName = string.CompareOrdinal(path, path.LastIndexOf('/'), otherPath, otherPath.LastIndexOf('/'), int.MaxValue);
        int byClass = byName != 0 ? byName : string.CompareOrdinal(one.Class, other.Class);
        return byClass != 0 ? byClass : string.CompareOrdinal(path, otherPath);
    }

    private PicturePart Part(string folder)
    {
        (FileTreeEntry File, string Class)[] files = [.. _files[folder]];
        Array.Sort(files, static (one, other) => Compare(one, other));
        int size = _request.Settings.ImageSize;
        return new PicturePart(_tree, folder, files, _request.Settings, _request.CacheDirectory, _request.PicturesPerBlock ?? ImageSet.ImagesPerBlock(PictureBlocks.Channels, size, size));
    }

    private void CheckMemory(IEnumerable<string> folders)
    {
        int size = _request.Settings.ImageSize;
        int count = folders.Sum(folder => _files[folder].Count);
        long bytes = (long)count * PictureBlocks.Channels * size * size;
        long available = _request.AvailableBytes ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (bytes > available)
        {
            throw new DataException($"{_folder}: {Quantity.Of(count, "picture")} of {size}×{size} take {bytes >> 20:N0} MB of memory, and there are {available >> 20:N0}; a smaller --image-size takes less");
        }
    }

    private void Decode(PicturePart[] parts, Action<PictureProgress>? progress, CancellationToken cancellation)
    {
        Parallel.ForEach(parts, new ParallelOptions { CancellationToken = cancellation }, part => part.ReadCache(cancellation));

        int total = parts.Sum(part => part.Missing);
        int done = 0;
        foreach (PicturePart part in parts)
        {
            part.Decode(() => progress?.Invoke(new PictureProgress(Interlocked.Increment(ref done), total)), cancellation);
            if (part.WriteCache() is Exception error)
            {
                _notes.Add($"the decoded pictures are not kept for another time: {Reason.Of(error)}");
            }

            part.Close();
        }

        PictureFailure[] failures = [.. _tree.Failures, .. parts.SelectMany(part => part.Failures)];
        if (_request.Settings.Strict && failures.Length > 0)
        {
            throw new DataException($"{_folder}: {failures[0].Message}{(failures.Length > 1 ? $", nor can {failures.Length - 1:N0} more" : "")}; with --strict that is an error");
        }

        _notes.AddRange(failures.Take(NameList.Told).Select(failure => $"left out: {failure.Message}"));
        if (failures.Length > NameList.Told)
        {
            _notes.Add($"left out: {failures.Length - NameList.Told:N0} more that cannot be read");
        }
    }

    private void NoteFiles(PicturePart[] parts)
    {
        (string Path, string Description)[] others = [.. parts.SelectMany(part => part.Others)];
        if (others.Length > 0)
        {
            _notes.Add($"{Quantity.Of(others.Length, "file")} passed over, no {(others.Length == 1 ? "picture" : "pictures")}, the first one '{others[0].Path}', {others[0].Description}");
        }

        if (_outside.Count > 0)
        {
            _notes.Add($"{Quantity.Of(_outside.Count, "file")} passed over, in no class folder, the first one '{_outside.Min(StringComparer.Ordinal)}'");
        }

        string[] empty = [.. parts.SelectMany(EmptyFolders).Order(StringComparer.Ordinal)];
        if (empty.Length > 0)
        {
            _notes.Add($"without any picture: {Names(empty)}");
        }
    }

    /// <summary>The class folders of a part that there are no pictures of.</summary>
    private IEnumerable<string> EmptyFolders(PicturePart part)
    {
        HashSet<string> filled = [.. part.Pictures.Select(picture => picture.Class).Distinct().Select(name => part.Folder + name)];
        return _tree.Folders.Where(folder => !filled.Contains(folder)
            && folder.StartsWith(part.Folder, StringComparison.Ordinal) && folder.IndexOf('/', part.Folder.Length) < 0);
    }

    /// <summary>The classes of pictures, in ordinal order.</summary>
    private string[] ClassesOf(PicturePart part)
    {
        string[] classes = [.. part.Pictures.Select(picture => picture.Class).Distinct().Order(StringComparer.Ordinal)];
        string layout = $"expected a folder of pictures for each class in {_folder}, or in 'train' and 'test' there";
        return classes.FirstOrDefault(name => name.Any(char.IsControl)) is string odd
            ? throw new DataException($"{_folder}: the class folder '{odd}' has a control character in its name; rename it")
            : classes.Length switch
            {
                0 => throw new DataException($"{_folder} has no pictures in class folders ({PictureFile.Formats}): {layout}"),
                1 => throw new DataException($"{_folder} has pictures of one class only, '{classes[0]}', and there is nothing to tell it from: {layout}"),
                > MaxClasses => throw new DataException(string.Create(CultureInfo.InvariantCulture, $"{_folder} has {classes.Length:N0} classes, and {MaxClasses:N0} at most can be told apart: {layout}")),
                _ => classes,
            };
    }

    /// <summary>The pictures of a part that are of the classes; others are put apart where the split is the one that was asked for.</summary>
    private Side SideOf(PicturePart part, string[] classes, DataSplit? only)
    {
        string[] own = [.. part.Pictures.Select(picture => picture.Class)];
        string[] unknown = [.. own.Except(classes).Order(StringComparer.Ordinal)];
        Dictionary<string, int> labels = classes.Concat(unknown).Select((name, label) => (name, label)).ToDictionary(pair => pair.name, pair => pair.label, StringComparer.Ordinal);
        var all = new Side(part.Images(i => labels[own[i]]), [.. part.Pictures.Select(picture => picture.Hash)]);
        if (unknown.Length == 0)
        {
            return all;
        }

        int[] apart = [.. Enumerable.Range(0, own.Length).Where(i => labels[own[i]] >= classes.Length)];
        if (_request.Classes is null)
        {
            _notes.Add($"left out, as there is nothing to train on: {Quantity.Of(apart.Length, "picture")} of {Names(unknown.Select(name => part.Folder + name))}");
        }
        else if (only is not null && (only == _request.Only || IsSplitBySeed))
        {
            ImageSet images = all.Select(apart).Images;
            Apart = images.WithLabels(images.Labels.ToArray().Select(label => label - classes.Length).ToArray());
            ApartClasses = unknown;
        }

        return all.Select([.. Enumerable.Range(0, own.Length).Except(apart)]);
    }

    private (Side Train, Side Test) Split(Side whole)
    {
        if (_request.TakesWhole)
        {
            return (whole, whole);
        }

        (int[] kept, int[] heldOut) = PictureSplit.Of(whole.Images, _request.Seed);
        if (_request.Only is null)
        {
            _notes.Add(string.Create(CultureInfo.InvariantCulture, $"{_folder} has no folder to test with: {PictureSplit.Share * 100:F0} % of every class are held out for that, chosen by the seed {_request.Seed}"));
        }

        return (whole.Select(kept), whole.Select(heldOut));
    }

    private void NoteRole(string testFolder)
    {
        string name = testFolder.TrimEnd('/');
        _notes.Add(_layout.Test is null
            ? $"'{name}' serves to test with, as there is no 'test' beside it: it measures and chooses no epoch"
            : $"'{name}' serves to test with: it measures and chooses no epoch");
    }

    private void NoteClasses(string[] classes, Side train, Side test)
    {
        if (_request.Classes is not null || test.Images.Count == 0)
        {
            return;
        }

        HashSet<int> tested = [.. test.Images.Labels];
        string[] untested = [.. classes.Where((_, label) => !tested.Contains(label))];
        if (untested.Length > 0 && train.Images.Count > 0)
        {
            _notes.Add($"without any picture to test with: {Names(untested)}");
        }
    }

    /// <summary>Pictures that are learnt by heart and then asked for say nothing.</summary>
    private void NoteDoubles(Side train, Side? other, string what)
    {
        if (other is null || train.Images.Count == 0 || _request.TakesWhole)
        {
            return;
        }

        var learnt = new Dictionary<UInt128, int>();
        for (int i = 0; i < train.Hashes.Length; i++)
        {
            learnt.TryAdd(train.Hashes[i], i);
        }

        int[] doubles = [.. Enumerable.Range(0, other.Hashes.Length).Where(i => learnt.ContainsKey(other.Hashes[i]))];
        if (doubles.Length > 0)
        {
            _notes.Add($"{Quantity.Of(doubles.Length, $"{what} picture")} with the same pixels as one to train on, the first one '{other.Images.Name(doubles[0])}' as '{train.Images.Name(learnt[other.Hashes[doubles[0]]])}'");
        }
    }

    private static string Names(IEnumerable<string> names) => NameList.Of(names.Select(name => $"'{name}'"));

    /// <summary>Pictures and the hashes of their pixels.</summary>
    private sealed record Side(ImageSet Images, UInt128[] Hashes)
    {
        public static Side Empty(int size) => new(new ImageSet(PictureBlocks.Channels, size, size, ReadOnlyMemory<byte>.Empty, ReadOnlyMemory<int>.Empty), []);

        public Side Select(int[] places) => new(Images.Select(places), Array.ConvertAll(places, place => Hashes[place]));
    }
}
