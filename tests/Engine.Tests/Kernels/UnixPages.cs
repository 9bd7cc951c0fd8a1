using System.Runtime.InteropServices;

namespace CifarFast.Engine.Tests.Kernels;

/// <summary>Pages of memory on Linux and macOS.</summary>
internal static unsafe partial class UnixPages
{
    private const int ProtectNone = 0;
    private const int ProtectReadWrite = 1 | 2;
    private const int MapPrivate = 2;

    private static int MapAnonymous => OperatingSystem.IsMacOS() ? 0x1000 : 0x20;

    /// <summary>Reserves pages that cannot be touched; null where it fails.</summary>
    public static void* Reserve(nuint bytes)
    {
        void* address = Map(null, bytes, ProtectNone, MapPrivate | MapAnonymous, descriptor: -1, offset: 0);
        return (nint)address == -1 ? null : address;
    }

    /// <summary>Makes pages readable and writable.</summary>
    public static bool Open(void* address, nuint bytes) => Protect(address, bytes, ProtectReadWrite) == 0;

    /// <summary>Gives reserved pages back.</summary>
    public static bool Release(void* address, nuint bytes) => Unmap(address, bytes) == 0;

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial void* Map(void* address, nuint bytes, int protection, int flags, int descriptor, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int Protect(void* address, nuint bytes, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(void* address, nuint bytes);
}
