using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using CifarFast.Engine.Tests.Data;

namespace CifarFast.Engine.Tests.Checkpoints;

/// <summary>What an independent reader (read_safetensors.py) finds in a checkpoint, where there is a Python to run it.</summary>
public sealed class PythonReaderTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(0.9f)]
    public void It_finds_every_tensor_as_the_engine_has_it(float momentum)
    {
        using var run = new ReferenceRun(momentum);
        var shapes = run.Session.Network.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Shape);

        (int exitCode, string output, string errors) = Read(run.Save(_temporary.Path));

        Assert.Equal((0, ""), (exitCode, errors));
        string[] expected =
        [
            .. run.Tensors().Select(tensor =>
                $"{tensor.Name} {shapes[tensor.Name.Replace("optimizer.momentum_buffer.", "")]} {Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<float>(tensor.Values)))}"),
        ];
        Assert.Equal(expected, output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        Assert.Equal(momentum == 0 ? 12 : 24, expected.Length);
    }

    /// <summary>In the length, in the header's first byte and its middle, in the checksum, in the first tensor and in the last byte.</summary>
    [Fact]
    public void It_refuses_a_file_with_a_changed_byte()
    {
        byte[] sound = TinyRun.File();
        string path = _temporary.Below("damaged.safetensors");
        int header = RawSafetensors.Of(sound).Header.Length;
        int checksum = RawSafetensors.Of(sound).Header.IndexOf("sha256:", StringComparison.Ordinal) + 8 + 10;
        File.WriteAllBytes(path, sound);
        Assert.Equal(0, Read(path).ExitCode);
        foreach (int place in new[] { 0, 5, 8, 8 + (header / 2), checksum, 8 + header, sound.Length - 1 })
        {
            byte[] damaged = [.. sound];
            damaged[place] ^= 1;
            File.WriteAllBytes(path, damaged);

            (int exitCode, string output, string errors) = Read(path);

            Assert.Equal((1, ""), (exitCode, output));
            Assert.Contains("damaged.safetensors: ", errors);
        }
    }

    private static (int ExitCode, string Output, string Errors) Read(string path)
    {
        var start = new ProcessStartInfo("python3", ["-I", "-X", "utf8", Path.Combine(AppContext.BaseDirectory, "Checkpoints", "read_safetensors.py"), path])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        Process? process = null;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception error)
        {
            Assert.Skip($"there is no python3 on this machine: {error.Message}");
        }

        using (process)
        {
            Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, errors.GetAwaiter().GetResult());
        }
    }
}
