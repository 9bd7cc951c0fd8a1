using System.CommandLine;
using System.Formats.Tar;
using CifarFast.Engine.Files;
using CifarFast.Trainer.Runs;

namespace CifarFast.Trainer.Commands;

/// <summary>
/// A file that a command is to write, named with an option, or standard output. It is looked at before the work, which would else be
/// lost.
/// </summary>
internal sealed class OutputFile
{
    /// <summary>What stands for standard output, as with other programs.</summary>
    public const string StandardOutput = "-";

    private readonly string _option;
    private readonly string _name;

    // Where the file is, behind all links: a link stays one. Null for standard output.
    private readonly string? _path;
    private readonly Stream _output;

    private OutputFile(string option, string name, string? path, Stream output)
    {
        _option = option;
        _name = name;
        _path = path;
        _output = output;
    }

    /// <summary>The file called <paramref name="name"/>, which need not be there yet.</summary>
    /// <param name="option">The option it is named with.</param>
    /// <param name="name">Its name, or <see cref="StandardOutput"/>.</param>
    /// <param name="session">Where standard output is.</param>
    /// <param name="isText">Whether a terminal can show it.</param>
    /// <exception cref="UsageException">
    /// It cannot be written: there is no directory for it, something else than a file has the name, or a run is made of it.
    /// </exception>
    public static OutputFile Find(string option, string name, Session session, bool isText = false)
    {
        if (name == StandardOutput)
        {
            return isText || !session.Console.Profile.Out.IsTerminal
                ? new OutputFile(option, name, path: null, session.Bytes)
                : throw new UsageException($"{option} {name} is standard output, which is the terminal; pipe it into something, or name a file");
        }

        string path = RealPath.Of(name);
        if (Exists(path) ? !IsOrdinary(path) : IsLink(name))
        {
            // Links to nothing are /dev/stdout and its like. To replace them or a device, as root may, would harm the whole system.
            throw new UsageException($"{option}: '{name}' is no ordinary file; name another one");
        }

        if (RunPaths.OwnerOf(path) is string run)
        {
            throw new UsageException($"{option}: '{name}' is a file of the run in '{run}'; name another one");
        }

        return Directory.Exists(System.IO.Path.GetDirectoryName(path))
            ? new OutputFile(option, name, path, session.Bytes)
            : throw new UsageException($"{option}: the directory '{System.IO.Path.GetDirectoryName(name)}' does not exist; make it, or name another file");
    }

    /// <summary>The text file that an option names which may be left out, or null.</summary>
    /// <exception cref="UsageException">It cannot be written.</exception>
    public static OutputFile? Find(Option<string?> option, ParseResult parsed, Session session) =>
        parsed.GetValue(option) is string name ? Find(option.Name, name, session, isText: true) : null;

    /// <summary>The session of a command that writes a file: where that is standard output, nothing else is written there.</summary>
    /// <param name="session">The session.</param>
    /// <param name="file">The file, or null for none.</param>
    /// <param name="text">Where to write what else would be said on standard output.</param>
    public static Session KeepApart(Session session, OutputFile? file, TextWriter text) =>
        file is { _path: null } ? session with { Output = text } : session;

    /// <summary>Makes sure that the command does not write over what it reads.</summary>
    /// <param name="input">What it reads; it may be this file by way of links.</param>
    /// <param name="what">What to call that, and what to do, in the message.</param>
    /// <exception cref="UsageException">They are the same file.</exception>
    public void MustNotBe(string input, string what)
    {
        if (_path is not null && _path.Equals(RealPath.Of(input), OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase))
        {
            throw new UsageException($"{_option} '{_name}' is {what}");
        }
    }

    /// <summary>Makes sure that the command does not write over what it did not make; what is empty is no loss.</summary>
    /// <param name="isOwn">Whether a file is one that the command made.</param>
    /// <param name="command">The command.</param>
    /// <exception cref="UsageException">There is a file that others made.</exception>
    /// <exception cref="IOException">What is there cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">What is there may not be read.</exception>
    public void MustBeOwn(Func<Stream, bool> isOwn, string command)
    {
        if (File.Exists(_path))
        {
            using FileStream file = File.OpenRead(_path);
            if (file.Length > 0 && !isOwn(file))
            {
                throw new UsageException($"{_option}: '{_name}' is there, and was not made by {command}; name another file");
            }
        }
    }

    /// <summary>Has <paramref name="write"/> write the file, which is there in whole or not at all, and returns its length in bytes.</summary>
    /// <exception cref="RunException">It cannot be written.</exception>
    public long Write(Action<Stream> write)
    {
        try
        {
            long length = 0;
            if (_path is null)
            {
                using var buffer = new MemoryStream();
                write(buffer);
                length = buffer.Length;
                buffer.WriteTo(_output);
                _output.Flush();
            }
            else
            {
                DurableFile.Write(_path, file =>
                {
                    write(file);
                    length = file.Length;
                });
            }

            return length;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException && !OutputPipe.HasNoReader(error))
        {
            throw new RunException($"{_option}: {(_path is null ? OutputPipe.Describe(error) : $"cannot write '{_name}': {error.Message}")}", error);
        }
    }

    /// <summary>What to call it.</summary>
    public override string ToString() => _path is null ? "standard output" : _name;

    private static bool Exists(string path) => File.Exists(path) || Directory.Exists(path);

    private static bool IsLink(string path) => new FileInfo(path).LinkTarget is not null;

    /// <summary>Whether what is there is a file and no directory, pipe or device. Nothing is opened that would wait.</summary>
    private static bool IsOrdinary(string path)
    {
        if (Directory.Exists(path) || IsLink(path))
        {
            return false;
        }

        // Pipes and devices have no length. Of the types that files have on Unix, .NET tells only in entries of archives.
        if (OperatingSystem.IsWindows() || new FileInfo(path).Length > 0)
        {
            return true;
        }

        try
        {
            using var archive = new MemoryStream();
            using (var writer = new TarWriter(archive, leaveOpen: true))
            {
                writer.WriteEntry(path, entryName: "file");
            }

            archive.Position = 0;
            using var reader = new TarReader(archive);
            return reader.GetNextEntry()?.EntryType == TarEntryType.RegularFile;
        }
        catch (UnauthorizedAccessException)
        {
            // Only an ordinary file is opened for its content.
            return true;
        }
        catch (IOException)
        {
            // A socket, which no archive can hold.
            return false;
        }
    }
}
