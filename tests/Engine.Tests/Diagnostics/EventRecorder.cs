using System.Diagnostics.Tracing;
using CifarFast.Engine.Diagnostics;

namespace CifarFast.Engine.Tests.Diagnostics;

/// <summary>Writes down what the engine tells on the thread of the test; other tests may compute on others meanwhile.</summary>
internal sealed class EventRecorder : EventListener
{
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly List<string> _events = [];

    public EventRecorder(EventKeywords keywords) => EnableEvents(EngineEvents.Log, EventLevel.Informational, keywords);

    /// <summary>Name and payload of each event.</summary>
    public IReadOnlyList<string> OfThisThread => _events;

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventSource == EngineEvents.Log && Environment.CurrentManagedThreadId == _thread)
        {
            _events.Add(string.Join(' ', eventData.Payload!.Prepend(eventData.EventName)));
        }
    }
}
