using System.Text.Json.Serialization;
using CifarFast.Engine.Losses;
using CifarFast.Engine.Optim;

namespace CifarFast.Engine.Training;

/// <summary>What a training run is asked to do. The defaults are the reference recipe.</summary>
public sealed record TrainingOptions
{
    /// <summary>How many times the training set is gone through.</summary>
    public int Epochs { get; init; } = 20;

    /// <summary>Images a step.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>The step size of SGD.</summary>
    public float LearningRate { get; init; } = 0.01f;

    /// <summary>The momentum factor of SGD; 0 for none.</summary>
    public float Momentum { get; init; }

    /// <summary>Whether momentum is Nesterov's.</summary>
    public bool Nesterov { get; init; }

    /// <summary>The L2 penalty added to every gradient; 0 for none.</summary>
    public float WeightDecay { get; init; }

    /// <summary>Decides the initial weights and the order of the images.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Ends the run after this many steps, in the middle of an epoch if need be.</summary>
    public long? MaxSteps { get; init; }

    /// <summary>What the best epoch is selected by.</summary>
    public Metric Monitor { get; init; } = Metric.TrainLoss;

    /// <summary>What updates the weights: SGD with the numbers above, unless another one is given.</summary>
    [JsonIgnore]
    public Optimizer Optimizer
    {
        get => field ?? new SGD(LearningRate, Momentum, Nesterov, WeightDecay);
        init;
    }

    /// <summary>What training makes small; evaluations have plain cross-entropy, whatever it is.</summary>
    [JsonIgnore]
    public Loss Loss { get; init; } = new CrossEntropyLoss();

    /// <summary>How the learning rate changes during the run; over <see cref="Epochs"/>, whatever ends it earlier.</summary>
    [JsonIgnore]
    public LearningRateSchedule Schedule { get; init; } = new ConstantSchedule();

    /// <summary>What is evaluated and saved in place of the weights that training goes on from; null for those themselves.</summary>
    [JsonIgnore]
    public WeightAverage? Average { get; init; }

    /// <summary>Ends the run when <see cref="Monitor"/> has not improved for this many epochs; null for never.</summary>
    public int? Patience { get; init; }
}
