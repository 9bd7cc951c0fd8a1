using System.Diagnostics.Tracing;
using CifarFast.Engine.Data;
using CifarFast.Engine.Diagnostics;
using CifarFast.Engine.Execution;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Recipes;
using CifarFast.Engine.Simd;
using CifarFast.Engine.Tests.Execution;
using CifarFast.Engine.Tests.Training;
using CifarFast.Engine.Training;

namespace CifarFast.Engine.Tests.Diagnostics;

public class EngineEventsTests
{
    private const int BatchSize = 3;

    /// <summary>Names no other test's network has, as they may run meanwhile.</summary>
    private static readonly Architecture _architecture = new(
        "traced", new(3, 32, 32), new Conv2d(3, 3, KernelSize: 1), new MaxPool2d(4), new Flatten(), new Linear(192, 10));

    [Fact]
    public void The_source_is_valid() =>
        Assert.NotEmpty(EventSource.GenerateManifest(typeof(EngineEvents), "", EventManifestOptions.Strict)!);

    [Fact]
    public void A_step_marks_its_phases_in_order()
    {
        using var listener = new EventRecorder(EngineEvents.Keywords.Phases);
        RunStep();

        Assert.Equal(
            from phase in new[] { "load", "forward", "loss", "backward", "update" }
            from end in new[] { "Start", "Stop" }
            select $"Phase{end} {phase}",
            listener.OfThisThread);
    }

    [Fact]
    public void Each_layer_marks_each_pass_of_each_sample_or_of_the_batch()
    {
        using var listener = new EventRecorder(EngineEvents.Keywords.Layers);
        RunStep();

        string[] sample = ["0 Conv2d", "1 MaxPool2d", "2 Flatten"];
        List<string> expected = [];
        void Add(string layer, string pass) => expected.AddRange([$"LayerStart {layer} {pass}", $"LayerStop {layer} {pass}"]);
        for (int i = 0; i < BatchSize; i++)
        {
            Array.ForEach(sample, layer => Add(layer, "forward"));
        }

        // Over the whole batch, the gradient of the input and those of the parameters are a loop each.
        Add("3 Linear", "forward");
        Add("3 Linear", "backward");
        Add("3 Linear", "backward");
        for (int i = 0; i < BatchSize; i++)
        {
            Array.ForEach([.. sample.Reverse()], layer => Add(layer, "backward"));
        }

        Assert.Equal(expected, listener.OfThisThread);
    }

    [Fact]
    public void Events_that_were_not_asked_for_are_not_sent()
    {
        using var listener = new EventRecorder((EventKeywords)(1L << 40));
        RunStep();

        Assert.Empty(listener.OfThisThread);
    }

    private static void RunStep()
    {
        using var network = new Network(_architecture, ExecutionPaths.Options(SimdTiers.Best.Name()), BatchSize, seed: 1);
        new TrainingStep(network, new Recipe()).Run(new Batch(TrainingFixture.Images.Train.Take(3)), position: default);
    }
}
