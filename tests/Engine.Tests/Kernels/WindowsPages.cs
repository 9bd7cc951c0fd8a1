using System.Runtime.InteropServices;

namespace CifarFast.Engine.Tests.Kernels;

/// <summary>Pages of memory on Windows.</summary>
internal static unsafe partial class WindowsPages
{
    private const uint Commit = 0x1000;
    private const uint ReserveAddresses = 0x2000;
    private const uint ReleaseAddresses = 0x8000;
    private const uint NoAccess = 0x01;
    private const uint ReadWrite = 0x04;

    /// <summary>Reserves pages that cannot be touched; null where it fails.</summary>
    public static void* Reserve(nuint bytes) => VirtualAlloc(null, bytes, Commit | ReserveAddresses, NoAccess);

    /// <summary>Makes pages readable and writable.</summary>
    public static bool Open(void* address, nuint bytes) => VirtualProtect(address, bytes, ReadWrite, out _);

    /// <summary>Gives reserved pages back.</summary>
    public static bool Release(void* address) => VirtualFree(address, 0, ReleaseAddresses);

    [LibraryImport("kernel32", EntryPoint = "VirtualAlloc", SetLastError = true)]
    private static partial void* VirtualAlloc(void* address, nuint bytes, uint type, uint protection);

    [LibraryImport("kernel32", EntryPoint = "VirtualProtect", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool VirtualProtect(void* address, nuint bytes, uint protection, out uint before);

    [LibraryImport("kernel32", EntryPoint = "VirtualFree", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool VirtualFree(void* address, nuint bytes, uint type);
}
