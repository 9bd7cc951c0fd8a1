using CifarFast.Engine.Optim;

namespace CifarFast.Engine.Tests.Optim;

/// <summary>Learning-rate schedules at the steps where their values are known, of runs of epochs of ten steps.</summary>
public class ScheduleTests
{
    private const int StepsOfEpoch = 10;

    private static readonly LinearSchedule _fall = new(Start: 1, Peak: 0, End: 0);

    public static TheoryData<LearningRateSchedule, long, long, double> Known => new()
    {
        { new ConstantSchedule(), 0, 10, 1 },
        { new ConstantSchedule(), 9, 10, 1 },
        { new LinearSchedule(Start: 0.2, Peak: 0.25, End: 0), 0, 100, 0.2 },
        { new LinearSchedule(Start: 0.2, Peak: 0.25, End: 0), 10, 100, 0.52 },
        { new LinearSchedule(Start: 0.2, Peak: 0.25, End: 0), 25, 100, 1 },
        { new LinearSchedule(Start: 0.2, Peak: 0.25, End: 0.1), 100, 100, 0.1 },
        { new LinearSchedule(Start: 0.2, Peak: 0.25, End: 0), 70, 100, 0.4 },
        { new LinearSchedule(Start: 0.2, Peak: 0, End: 0), 0, 100, 1 },
        { new CosineSchedule(), 0, 100, 1 },
        { new CosineSchedule(), 50, 100, 0.5 },
        { new CosineSchedule(End: 0.1), 100, 100, 0.1 },
        { new CosineSchedule(End: 0.2), 50, 100, 0.6 },
        { new CosineSchedule(WarmUp: 0.1), 10, 100, 1 },
        { new CosineSchedule(WarmUp: 0.1), 0, 100, 1 / 11.0 },
        { new CosineSchedule(WarmUp: 0.1), 55, 100, 0.5 },

        // ResNet's on CIFAR-10, and one that falls where a decimal share is no exact number of binary digits.
        { new StepSchedule([0.5, 0.75]), 31_999, 64_000, 1 },
        { new StepSchedule([0.5, 0.75]), 32_000, 64_000, 0.1 },
        { new StepSchedule([0.5, 0.75]), 47_999, 64_000, 0.1 },
        { new StepSchedule([0.5, 0.75]), 48_000, 64_000, 0.01 },
        { new StepSchedule([0.5, 0.75]), 63_999, 64_000, 0.01 },
        { new StepSchedule([0.3], Gamma: 0.25), 2, 10, 1 },
        { new StepSchedule([0.3], Gamma: 0.25), 3, 10, 0.25 },
        { new StepSchedule([]), 9, 10, 1 },

        // The last step before, and the first one after, the epochs are over; before it the inner schedule's own value.
        { new FirstEpochsSchedule(3, new ConstantSchedule()), 29, 100, 1 },
        { new FirstEpochsSchedule(3, new ConstantSchedule()), 30, 100, 0 },
        { new FirstEpochsSchedule(3, new ConstantSchedule()), 99, 100, 0 },
        { new FirstEpochsSchedule(3, _fall), 0, 100, 1 },
        { new FirstEpochsSchedule(3, _fall), 29, 100, 0.71 },
        { new FirstEpochsSchedule(3, _fall), 30, 100, 0 },
        { new FirstEpochsSchedule(3, _fall, Compressed: true), 0, 100, 1 },
        { new FirstEpochsSchedule(3, _fall, Compressed: true), 15, 100, 0.5 },
        { new FirstEpochsSchedule(3, _fall, Compressed: true), 29, 100, 1 / 30.0 },
        { new FirstEpochsSchedule(3, _fall, Compressed: true), 30, 100, 0 },
        { new FirstEpochsSchedule(3, _fall, Compressed: true), 4, 5, 1 - (4 / 30.0) },

        { new WarmUpSchedule(0.1, new ConstantSchedule()), 0, 100, 1 / 11.0 },
        { new WarmUpSchedule(0.1, new ConstantSchedule()), 9, 100, 10 / 11.0 },
        { new WarmUpSchedule(0.1, new ConstantSchedule()), 10, 100, 1 },
        { new WarmUpSchedule(0.1, _fall), 5, 100, 0.95 * 6 / 11 },
        { new WarmUpSchedule(0.1, _fall), 60, 100, 0.4 },
        { new WarmUpSchedule(0, _fall), 0, 100, 1 },
    };

    public static TheoryData<double, double, double, bool, long> Cycles => new()
    {
        { 1 / 25.0, 0.3, 1 / 25e4, false, 100 },
        { 1 / 25.0, 0.3, 1 / 25e4, true, 100 },
        { 0.2, 0.23, 0.07, true, 47 },
        { 0.5, 0.9, 0.1, false, 8 },
    };

    [Theory]
    [MemberData(nameof(Known))]
    public void A_factor_is_what_the_definition_says(LearningRateSchedule schedule, long step, long steps, double factor) =>
        Assert.Equal(factor, schedule.Factor(new RunPosition(step, steps, StepsOfEpoch)), 12);

    /// <summary>torch.optim.lr_scheduler.OneCycleLR, written down as its documentation describes it: two phases, each with its first and its last step.</summary>
    [Theory]
    [MemberData(nameof(Cycles))]
    public void One_cycle_is_that_of_PyTorch(double start, double peak, double end, bool linear, long steps)
    {
        var schedule = new OneCycleSchedule(start, peak, end, linear);
        double[] ends = [(peak * steps) - 1, steps - 1];
        for (long step = 0; step < steps; step++)
        {
            bool rises = step <= ends[0];
            (double from, double to, double share) = rises ? (start, 1.0, step / ends[0]) : (1.0, end, (step - ends[0]) / (ends[1] - ends[0]));
            double expected = linear ? from + ((to - from) * share) : to + ((from - to) / 2 * (1 + Math.Cos(Math.PI * share)));
            Assert.Equal(expected, schedule.Factor(new RunPosition(step, steps, StepsOfEpoch)), 12);
        }

        Assert.Equal(start, schedule.Factor(new RunPosition(0, steps, StepsOfEpoch)), 12);
        Assert.Equal(end, schedule.Factor(new RunPosition(steps - 1, steps, StepsOfEpoch)), 12);
    }

    /// <summary>Where the rise has no room for a step of its own there is the fall alone, and a run of one step is at its end.</summary>
    [Theory]
    [InlineData(1, 0, 0.1)]
    [InlineData(2, 1, 0.1)]
    [InlineData(10, 0, 1)]
    public void One_cycle_of_few_steps_has_a_factor_at_each(long steps, long step, double factor) =>
        Assert.Equal(factor, new OneCycleSchedule(Start: 0.5, Peak: 0.1, End: 0.1).Factor(new RunPosition(step, steps, StepsOfEpoch)), 12);

    [Fact]
    public void What_is_no_schedule_is_refused()
    {
        Action[] impossible =
        [
            () => _ = new LinearSchedule(Peak: 1), () => _ = new LinearSchedule(Peak: -0.1), () => _ = new LinearSchedule(Start: double.NaN),
            () => _ = new CosineSchedule(WarmUp: 1), () => _ = new CosineSchedule(WarmUp: double.NaN), () => _ = new CosineSchedule(End: double.PositiveInfinity),
            () => _ = new StepSchedule([0.5, 1]), () => _ = new StepSchedule([double.NaN]), () => _ = new StepSchedule([], Gamma: double.NaN),
            () => _ = new OneCycleSchedule(Peak: 1), () => _ = new OneCycleSchedule(Start: double.NaN), () => _ = new OneCycleSchedule(End: double.NaN),
            () => _ = new FirstEpochsSchedule(0, _fall), () => _ = new WarmUpSchedule(1, _fall),
        ];
        Assert.All(impossible, make => Assert.Throws<ArgumentOutOfRangeException>(make));
    }
}
