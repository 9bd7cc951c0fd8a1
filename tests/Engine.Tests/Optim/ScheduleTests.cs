using CifarFast.Engine.Optim;

namespace CifarFast.Engine.Tests.Optim;

/// <summary>Learning-rate schedules at the steps where their values are known.</summary>
public class ScheduleTests
{
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
    };

    [Theory]
    [MemberData(nameof(Known))]
    public void A_factor_is_what_the_definition_says(LearningRateSchedule schedule, long step, long steps, double factor) =>
        Assert.Equal(factor, schedule.Factor(step, steps), 12);

    [Fact]
    public void A_share_of_the_run_is_from_0_to_below_1()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new LinearSchedule(Peak: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LinearSchedule(Peak: -0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CosineSchedule(WarmUp: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CosineSchedule(WarmUp: double.NaN));
    }
}
