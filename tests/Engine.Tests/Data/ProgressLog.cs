using CifarFast.Engine.Data;

namespace CifarFast.Engine.Tests.Data;

/// <summary>Keeps what was reported, in order; unlike <see cref="Progress{T}"/> it is told at once and not later on some thread.</summary>
public sealed class ProgressLog(Action<DownloadProgress>? report = null) : IProgress<DownloadProgress>
{
    public List<DownloadProgress> Reports { get; } = [];

    public void Report(DownloadProgress value)
    {
        Reports.Add(value);
        report?.Invoke(value);
    }
}
