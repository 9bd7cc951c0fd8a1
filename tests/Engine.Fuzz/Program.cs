using CifarFast.Engine.Fuzz;
using CifarFast.Engine.Tests.Checkpoints;
using SharpFuzz;

if (args is ["seeds", string directory])
{
    Directory.CreateDirectory(directory);
    File.WriteAllBytes(Path.Combine(directory, "momentum.safetensors"), TinyRun.File());
    File.WriteAllBytes(Path.Combine(directory, "plain.safetensors"), TinyRun.File(momentum: 0));
    return;
}

// Under afl-fuzz without end; otherwise once, with what comes from standard input, as to look into a finding.
var target = new CheckpointTarget();
Fuzzer.Run(target.Run);
