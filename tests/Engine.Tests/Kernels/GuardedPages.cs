using System.ComponentModel;
using System.Runtime.InteropServices;

namespace CifarFast.Engine.Tests.Kernels;

/// <summary>
/// Pages of floats between two pages that can neither be read nor written: the CPU itself notices an access outside, of whatever
/// width, and the process ends.
/// </summary>
internal sealed unsafe class GuardedPages : IDisposable
{
    private static readonly int Page = Environment.SystemPageSize;

    private readonly nuint _bytes;
    private byte* _start;

    /// <summary>Makes room for at least <paramref name="floats"/> floats.</summary>
    public GuardedPages(int floats)
    {
        int inner = ((floats * sizeof(float)) + Page - 1) / Page * Page;
        Length = inner / sizeof(float);
        _bytes = (nuint)(inner + (2 * Page));
        _start = (byte*)(OperatingSystem.IsWindows() ? WindowsPages.Reserve(_bytes) : UnixPages.Reserve(_bytes));
        bool open = _start != null
            && (OperatingSystem.IsWindows() ? WindowsPages.Open(_start + Page, (nuint)inner) : UnixPages.Open(_start + Page, (nuint)inner));
        if (!open)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Floats between the guards: whole pages.</summary>
    public int Length { get; }

    /// <summary>The first float behind the guard in front.</summary>
    public float* First => (float*)(_start + Page);

    /// <summary>Gives the pages back.</summary>
    public void Dispose()
    {
        if (_start != null)
        {
            _ = OperatingSystem.IsWindows() ? WindowsPages.Release(_start) : UnixPages.Release(_start, _bytes);
            _start = null;
        }
    }
}
