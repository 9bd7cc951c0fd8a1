using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace CifarFast.Engine.Tests.Formats.Onnx;

/// <summary>A model in ONNX Runtime, on one thread, and what the runtime had to say about it.</summary>
internal sealed class OnnxSession : IDisposable
{
    private static readonly Lazy<string?> _whyThereIsNoRuntime = new(Start);

    // The runtime has one log for the whole process; what concerns a session comes on the thread that makes it.
    private static readonly ConcurrentDictionary<int, List<string>> _logs = new();

    // Held here, as native code calls it for as long as the process lives.
    private static readonly DOrtLoggingFunction _log = Log;

    private readonly SessionOptions _options;
    private readonly InferenceSession _session;

    /// <summary>Loads a model, or skips the test where the runtime's native library is not to be had.</summary>
    public OnnxSession(byte[] model)
    {
        Assert.SkipWhen(_whyThereIsNoRuntime.Value is not null, _whyThereIsNoRuntime.Value ?? "");
        _options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        var log = new List<string>();
        _logs[Environment.CurrentManagedThreadId] = log;
        try
        {
            _session = new InferenceSession(model, _options);
        }
        catch
        {
            _options.Dispose();
            throw;
        }
        finally
        {
            _logs.TryRemove(Environment.CurrentManagedThreadId, out _);
        }

        Complaints = log;
    }

    /// <summary>Warnings and errors while the model was checked and made ready.</summary>
    public IReadOnlyList<string> Complaints { get; }

    public ModelMetadata Metadata => _session.ModelMetadata;

    public IReadOnlyDictionary<string, NodeMetadata> Inputs => _session.InputMetadata;

    public IReadOnlyDictionary<string, NodeMetadata> Outputs => _session.OutputMetadata;

    /// <summary>Computes all outputs of some samples, which lie one after another in PyTorch's order.</summary>
    public IReadOnlyDictionary<string, float[]> Run(float[] samples)
    {
        (string name, NodeMetadata input) = Assert.Single(Inputs);
        int count = samples.Length / input.Dimensions[1..].Aggregate((product, size) => product * size);
        using var value = OrtValue.CreateTensorValueFromMemory(samples, Shape(count, input));
        using var options = new RunOptions();
        string[] names = [.. Outputs.Keys];
        using IDisposableReadOnlyCollection<OrtValue> values = _session.Run(options, [name], [value], names);
        var outputs = new Dictionary<string, float[]>();
        for (int i = 0; i < names.Length; i++)
        {
            Assert.Equal(Shape(count, Outputs[names[i]]), values[i].GetTensorTypeAndShape().Shape);
            outputs[names[i]] = values[i].GetTensorDataAsSpan<float>().ToArray();
        }

        return outputs;
    }

    public void Dispose()
    {
        _session.Dispose();
        _options.Dispose();
    }

    private static long[] Shape(int count, NodeMetadata value) => [count, .. value.Dimensions[1..].Select(size => (long)size)];

    private static string? Start()
    {
        var options = new EnvironmentCreationOptions { logId = "tests", logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING, loggingFunction = _log };
        try
        {
            OrtEnv.CreateInstanceWithOptions(ref options);
            return null;
        }
        catch (Exception error) when (error is DllNotFoundException or TypeInitializationException { InnerException: DllNotFoundException })
        {
            return $"ONNX Runtime has no native library for {RuntimeInformation.RuntimeIdentifier}: {error.Message}";
        }
    }

    private static void Log(nint param, OrtLoggingLevel severity, string category, string logId, string codeLocation, string message)
    {
        if (_logs.TryGetValue(Environment.CurrentManagedThreadId, out List<string>? log))
        {
            log.Add($"{severity} {codeLocation}: {message}");
        }
    }
}
