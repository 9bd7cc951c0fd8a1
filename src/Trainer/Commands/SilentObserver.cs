using CifarFast.Engine.Training;

namespace CifarFast.Trainer.Commands;

/// <summary>Takes no notice of how a run goes: another process tells.</summary>
internal sealed class SilentObserver : ITrainingObserver;
