namespace CifarFast.Trainer.Tests.Troubles;

/// <summary>A small disk, which something else fills.</summary>
internal sealed class FullDisk : ITrouble
{
    /// <summary>Room for four checkpoints and a bit.</summary>
    private readonly SmallDisk _disk = new(48 << 20);

    public string Run => Path.Combine(_disk.Path, "run");

    private string Filler => Path.Combine(_disk.Path, "filler");

    public void Begin()
    {
        byte[] chunk = new byte[1 << 16];
        try
        {
            using var filler = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            while (true)
            {
                filler.Write(chunk);
            }
        }
        catch (IOException)
        {
            // It is full.
        }
    }

    public void End() => File.Delete(Filler);

    public void Dispose() => _disk.Dispose();
}
