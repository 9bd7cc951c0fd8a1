namespace CifarFast.Engine.Tests.Kernels;

/// <summary>On which side of its spans a <see cref="GuardedMemory"/> has the inaccessible page right beside them.</summary>
internal enum GuardSide
{
    /// <summary>The first float of a span is the first of a page, and the page before it cannot be touched.</summary>
    Before,

    /// <summary>The last float of a span is the last of a page, and the page behind it cannot be touched.</summary>
    Behind,
}
