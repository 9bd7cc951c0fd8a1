using System.Runtime.InteropServices;
using System.Text;

namespace CifarFast.Engine.Distributed;

/// <summary>
/// The few functions of an MPI library that are needed, whichever implementation is there: the standard ABI of MPI 5.0, Open MPI, or MPICH and those derived from it.
/// They take the same arguments; what differs are the values that stand for communicators, types and the like.
/// </summary>
internal sealed unsafe partial class MpiLibrary
{
    /// <summary>The longest text that a library says of itself, by the standard ABI, which has the longest.</summary>
    private const int VersionLength = 8192;

    private const int LoadNow = 2;

    private static readonly string[] _standard = ["libmpi_abi.so.1", "libmpi_abi.so.0", "libmpi_abi.so", "libmpi_abi.dylib"];
    private static readonly string[] _openMpi = ["libmpi.so.40", "libmpi.so.80", "libmpi.so.20", "libmpi.so", "libmpi.40.dylib", "libmpi.dylib"];
    private static readonly string[] _mpich = ["libmpich.so.12", "libmpi.so.12", "libmpich.so", "libmpi.so", "libmpi.12.dylib", "libmpi.dylib"];

    private readonly nint _library;

    private MpiLibrary(nint library, string version, bool isStandard)
    {
        _library = library;
        Version = version;
        bool isOpenMpi = !isStandard && IsOpenMpi(version);
        World = isStandard ? 0x101 : isOpenMpi ? NativeLibrary.GetExport(library, "ompi_mpi_comm_world") : 0x44000000;
        Float = isStandard ? 0x210 : isOpenMpi ? NativeLibrary.GetExport(library, "ompi_mpi_float") : 0x4c00040a;
        InPlace = isStandard || isOpenMpi ? 1 : -1;
        int serialized = isStandard ? 2048 : 2;
        Init = () =>
        {
            int provided;
            ((delegate* unmanaged<int*, byte***, int, int*, int>)Function("MPI_Init_thread"))(null, null, serialized, &provided);
            return provided >= serialized;
        };
        CommDup = (delegate* unmanaged<nint, nint*, int>)Function("MPI_Comm_dup");
        Iallgatherv = (delegate* unmanaged<nint, int, nint, void*, int*, int*, nint, nint, nint*, int>)Function("MPI_Iallgatherv");
        Ialltoallv = (delegate* unmanaged<void*, int*, int*, nint, void*, int*, int*, nint, nint, nint*, int>)Function("MPI_Ialltoallv");
        Test = (delegate* unmanaged<nint*, int*, void*, int>)Function("MPI_Test");
        Isend = (delegate* unmanaged<void*, int, nint, int, int, nint, nint*, int>)Function("MPI_Isend");
        Iprobe = (delegate* unmanaged<int, int, nint, int*, void*, int>)Function("MPI_Iprobe");
        Abort = (delegate* unmanaged<nint, int, int>)Function("MPI_Abort");
        Finalize = (delegate* unmanaged<int>)Function("MPI_Finalize");
    }

    /// <summary>What the library says it is, in one line.</summary>
    public string Version { get; }

    /// <summary>MPI_COMM_WORLD.</summary>
    public nint World { get; }

    /// <summary>MPI_FLOAT.</summary>
    public nint Float { get; }

    /// <summary>MPI_IN_PLACE.</summary>
    public nint InPlace { get; }

    /// <summary>MPI_Init_thread with MPI_THREAD_SERIALIZED: threads call one at a time. Returns whether they may, else it has to be this one always.</summary>
    public Func<bool> Init { get; }

    /// <summary>Is held by the thread that makes a call.</summary>
    public Lock Calls { get; } = new();

    /// <summary>MPI_Comm_dup.</summary>
    public delegate* unmanaged<nint, nint*, int> CommDup { get; }

    /// <summary>MPI_Iallgatherv.</summary>
    public delegate* unmanaged<nint, int, nint, void*, int*, int*, nint, nint, nint*, int> Iallgatherv { get; }

    /// <summary>MPI_Ialltoallv.</summary>
    public delegate* unmanaged<void*, int*, int*, nint, void*, int*, int*, nint, nint, nint*, int> Ialltoallv { get; }

    /// <summary>MPI_Test.</summary>
    public delegate* unmanaged<nint*, int*, void*, int> Test { get; }

    /// <summary>MPI_Isend.</summary>
    public delegate* unmanaged<void*, int, nint, int, int, nint, nint*, int> Isend { get; }

    /// <summary>MPI_Iprobe.</summary>
    public delegate* unmanaged<int, int, nint, int*, void*, int> Iprobe { get; }

    /// <summary>MPI_Abort.</summary>
    public delegate* unmanaged<nint, int, int> Abort { get; }

    /// <summary>MPI_Finalize.</summary>
    public delegate* unmanaged<int> Finalize { get; }

    /// <summary>MPI_Comm_rank.</summary>
    public int Rank => Number("MPI_Comm_rank");

    /// <summary>MPI_Comm_size.</summary>
    public int Size => Number("MPI_Comm_size");

    /// <summary>Loads the library that belongs to a launcher, or any where there is none, the standard ABI before all others.</summary>
    /// <exception cref="CollectiveException">There is none.</exception>
    public static MpiLibrary Load(MpiLauncher? launcher)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new CollectiveException("several processes need Linux or macOS, and Open MPI or MPICH");
        }

        // UCX, below either, takes over SIGSEGV, by which .NET knows null references. It reads the C library's environment, when it is loaded.
        SetEnvironment("UCX_ERROR_SIGNALS", "", overwrite: 1);
        bool? wanted = launcher?.IsOpenMpi;
        foreach (string name in (string[])[.. _standard, .. wanted == false ? [] : _openMpi, .. wanted == true ? [] : _mpich])
        {
            nint library = Open(name, LoadNow);
            if (library == 0)
            {
                continue;
            }

            string version = VersionOf(library);
            if (wanted is null || wanted == IsOpenMpi(version))
            {
                // Plug-ins look for the library's symbols among those of the whole process.
                Open(name, LoadNow | (OperatingSystem.IsMacOS() ? 0x8 : 0x100));
                return new MpiLibrary(library, version, _standard.Contains(name));
            }
        }

        throw new CollectiveException(wanted switch
        {
            true => $"no library of Open MPI was found ({_openMpi[0]}); install it (Debian: libopenmpi3)",
            false => $"no library of MPICH was found ({_mpich[0]}); install it (Debian: mpich)",
            null => $"no MPI library was found ({_openMpi[0]}, {_mpich[0]}); install Open MPI or MPICH",
        });
    }

    /// <summary>Has the thread sleep, for less than the millisecond that <see cref="Thread.Sleep(TimeSpan)"/> takes at least.</summary>
    public static void Sleep(TimeSpan time) => SleepMicroseconds((uint)time.TotalMicroseconds);

    private static bool IsOpenMpi(string version) => version.Contains("Open MPI", StringComparison.Ordinal);

    private static string VersionOf(nint library)
    {
        byte[] text = new byte[VersionLength];
        int length;
        fixed (byte* start = text)
        {
            ((delegate* unmanaged<byte*, int*, int>)NativeLibrary.GetExport(library, "MPI_Get_library_version"))(start, &length);
        }

        return Encoding.UTF8.GetString(text, 0, Math.Clamp(length, 0, text.Length)).TrimEnd('\0').Split('\n')[0].Trim();
    }

    [LibraryImport("libc", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string path, int mode);

    [LibraryImport("libc", EntryPoint = "usleep")]
    private static partial int SleepMicroseconds(uint microseconds);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    private nint Function(string name) => NativeLibrary.GetExport(_library, name);

    private int Number(string function)
    {
        int number;
        ((delegate* unmanaged<nint, int*, int>)Function(function))(World, &number);
        return number;
    }
}
