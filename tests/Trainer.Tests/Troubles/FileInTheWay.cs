using CifarFast.Engine.Tests.Data;

namespace CifarFast.Trainer.Tests.Troubles;

/// <summary>Directories that have the names of the run's files.</summary>
internal sealed class FileInTheWay : ITrouble
{
    private readonly TemporaryDirectory _temporary = new();

    public string Run => _temporary.Below("run");

    private string[] Obstacles => [Path.Combine(Run, "checkpoints", "last.safetensors.tmp"), Path.Combine(Run, "batches.csv")];

    public void Begin()
    {
        foreach (string obstacle in Obstacles)
        {
            File.Delete(obstacle);
            Directory.CreateDirectory(obstacle);
        }
    }

    public void End() => Array.ForEach(Obstacles, Directory.Delete);

    public void Dispose() => _temporary.Dispose();
}
