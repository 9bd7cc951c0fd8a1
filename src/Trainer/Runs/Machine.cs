using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace CifarFast.Trainer.Runs;

/// <summary>Where a run computed.</summary>
/// <param name="OperatingSystem">As the system calls itself.</param>
/// <param name="Architecture">As <c>x64</c> or <c>arm64</c>.</param>
/// <param name="Processor">As the processor calls itself; empty where it has no way to.</param>
/// <param name="LogicalProcessors">How many threads it runs at once.</param>
/// <param name="MemoryBytes">The memory this process may use.</param>
/// <param name="Runtime">The version of .NET.</param>
internal sealed record Machine(
    string OperatingSystem, string Architecture, string Processor, int LogicalProcessors, long MemoryBytes, string Runtime)
{
    private const int FirstBrandLeaf = unchecked((int)0x80000002);
    private const int BrandLeaves = 3;

    /// <summary>This machine.</summary>
    public static Machine Current() => new(
        RuntimeInformation.OSDescription,
        RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
        ProcessorName(),
        Environment.ProcessorCount,
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        RuntimeInformation.FrameworkDescription);

    /// <summary>The brand string of CPUID, 48 bytes in three leaves (Intel's manual, volume 2, CPUID); only x86 has it.</summary>
    private static string ProcessorName()
    {
        if (!X86Base.IsSupported || X86Base.CpuId(unchecked((int)0x80000000), 0).Eax < FirstBrandLeaf + BrandLeaves - 1)
        {
            return "";
        }

        int[] registers = [.. Enumerable.Range(FirstBrandLeaf, BrandLeaves).SelectMany(leaf =>
        {
            (int eax, int ebx, int ecx, int edx) = X86Base.CpuId(leaf, 0);
            return new[] { eax, ebx, ecx, edx };
        })];
        return Encoding.ASCII.GetString(MemoryMarshal.AsBytes<int>(registers)).TrimEnd('\0').Trim();
    }
}
