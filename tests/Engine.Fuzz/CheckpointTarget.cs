using System.Buffers.Binary;
using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Tests.Checkpoints;
using CifarFast.Engine.Training;

namespace CifarFast.Engine.Fuzz;

/// <summary>
/// Bytes go to the reader of checkpoints as they are, with a checksum that fits them, and with a header of the length there is
/// room for: what no random change would ever get right is put right, so that what stands behind it is reached. Either the reader
/// says in one line what is wrong, or a run goes on from there; anything else is a finding.
/// </summary>
internal sealed class CheckpointTarget
{
    private const int LengthBytes = 8;

    private Case[]? _cases;

    /// <summary>Tries one input.</summary>
    public void Run(Stream input)
    {
        // Not earlier, as the engine is instrumented and wants to tell afl-fuzz about its very first branch.
        _cases ??= [new Case(momentum: 0.9f), new Case(momentum: 0)];
        var copy = new MemoryStream();
        input.CopyTo(copy);
        byte[] file = copy.ToArray();
        Try(file);
        RawSafetensors.Seal(file);
        Try(file);
        foreach (Case one in _cases)
        {
            int header = file.Length - LengthBytes - one.DataBytes;
            if (header > 0)
            {
                BinaryPrimitives.WriteInt64LittleEndian(file, header);
                RawSafetensors.Seal(file);
                Try(file);
            }
        }
    }

    private void Try(byte[] file)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Checkpoint checkpoint;
        try
        {
            checkpoint = TinyRun.Read(file);
        }
        catch (CheckpointException error)
        {
            Check(error.Message);
            return;
        }
        finally
        {
            if (GC.GetAllocatedBytesForCurrentThread() - before > (10L * file.Length) + (1 << 20))
            {
                throw new InvalidOperationException("the reader took more memory than the file is worth");
            }
        }

        foreach (Case one in _cases!)
        {
            GoOn(checkpoint, one.Run);
        }
    }

    private static void GoOn(Checkpoint checkpoint, TinyRun run)
    {
        try
        {
            checkpoint.CopyTo(run.Session);
        }
        catch (CheckpointException error)
        {
            Check(error.Message);
            return;
        }

        if (!run.Session.IsFinite || run.Session.State.Batch is < 0 or > TinyRun.Batches)
        {
            throw new InvalidOperationException("the run stands where no run can stand");
        }

        StopReason end = run.Advance(1).End;
        if (end is not (StopReason.Stopped or StopReason.Diverged))
        {
            throw new InvalidOperationException($"the run ended as {end}");
        }
    }

    private static void Check(string message)
    {
        if (!message.StartsWith(TinyRun.FileName, StringComparison.Ordinal) || message.Length > 400 || message.Any(char.IsControl))
        {
            throw new InvalidOperationException($"not one line that names the file: {message}");
        }
    }

    /// <summary>A run, and the bytes of the tensors in its checkpoints.</summary>
    private sealed class Case(float momentum)
    {
        public TinyRun Run { get; } = new(momentum);

        public int DataBytes { get; } = RawSafetensors.Of(TinyRun.File(momentum)).Data.Length;
    }
}
