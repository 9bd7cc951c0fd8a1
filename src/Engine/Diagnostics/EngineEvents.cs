using System.Diagnostics.Tracing;

namespace CifarFast.Engine.Diagnostics;

/// <summary>
/// What the engine does, as events for <c>dotnet-trace</c>, PerfView or an <see cref="EventListener"/>: a pair of events around
/// each phase of a training step, and around each layer's forward and backward pass. Layers that take samples one by one have a
/// pair for each sample, on the thread that computes it. Without a listener a span costs one test of a field.
/// </summary>
[EventSource(Name = SourceName)]
internal sealed class EngineEvents : EventSource
{
    /// <summary>The name to listen to.</summary>
    public const string SourceName = "CifarFast-Engine";

    private EngineEvents()
    {
    }

    /// <summary>The source of this process.</summary>
    public static EngineEvents Log { get; } = new();

    /// <summary>Marks a phase of a step until it is disposed.</summary>
    internal static EventSpan Phase(string phase)
    {
        if (!Log.IsEnabled(EventLevel.Informational, Keywords.Phases))
        {
            return default;
        }

        Log.PhaseStart(phase);
        return new EventSpan(phase);
    }

    /// <summary>Marks a pass of a layer until it is disposed.</summary>
    internal static EventSpan Layer(string layer, string pass)
    {
        if (!Log.IsEnabled(EventLevel.Informational, Keywords.Layers))
        {
            return default;
        }

        Log.LayerStart(layer, pass);
        return new EventSpan(layer, pass);
    }

    /// <summary>A phase of a training step begins: <c>load</c>, <c>forward</c>, <c>loss</c>, <c>backward</c> or <c>update</c>.</summary>
    [Event(1, Level = EventLevel.Informational, Keywords = Keywords.Phases, Task = Tasks.Phase, Opcode = EventOpcode.Start, ActivityOptions = EventActivityOptions.Disable)]
    public void PhaseStart(string phase) => WriteEvent(1, phase);

    /// <summary>It ends.</summary>
    [Event(2, Level = EventLevel.Informational, Keywords = Keywords.Phases, Task = Tasks.Phase, Opcode = EventOpcode.Stop, ActivityOptions = EventActivityOptions.Disable)]
    public void PhaseStop(string phase) => WriteEvent(2, phase);

    /// <summary>A layer's pass begins, on this thread: of one sample, or of the whole batch.</summary>
    /// <param name="layer">Its place and kind, such as <c>2 Conv2d</c>.</param>
    /// <param name="pass"><c>forward</c> or <c>backward</c>.</param>
    [Event(3, Level = EventLevel.Informational, Keywords = Keywords.Layers, Task = Tasks.Layer, Opcode = EventOpcode.Start, ActivityOptions = EventActivityOptions.Disable)]
    public void LayerStart(string layer, string pass) => WriteEvent(3, layer, pass);

    /// <summary>It ends.</summary>
    [Event(4, Level = EventLevel.Informational, Keywords = Keywords.Layers, Task = Tasks.Layer, Opcode = EventOpcode.Stop, ActivityOptions = EventActivityOptions.Disable)]
    public void LayerStop(string layer, string pass) => WriteEvent(4, layer, pass);

    /// <summary>What to listen to.</summary>
    public static class Keywords
    {
        /// <summary>The phases of a step: ten events a step.</summary>
        public const EventKeywords Phases = (EventKeywords)1;

        /// <summary>The passes of the layers: thousands of events a step.</summary>
        public const EventKeywords Layers = (EventKeywords)2;
    }

    /// <summary>What a pair of events is about.</summary>
    public static class Tasks
    {
        /// <summary>A phase of a step.</summary>
        public const EventTask Phase = (EventTask)1;

        /// <summary>A pass of a layer.</summary>
        public const EventTask Layer = (EventTask)2;
    }
}
