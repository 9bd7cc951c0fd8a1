using CifarFast.Engine.Kernels.Elementwise;
using CifarFast.Engine.Tests.Execution;

namespace CifarFast.Engine.Tests.Kernels.Elementwise;

/// <summary>Every operation on every tier against its definition. What is added must be added to <see cref="Operations"/>.</summary>
public class ElementwiseTests
{
    /// <summary>Two of the widest vectors and a few floats more.</summary>
    private const int LongestLength = (2 * 16) + 3;

    private static readonly float[] Special =
    [
        0, -0f, 1, -1, 0.1f, float.Epsilon, -1e-40f, float.MaxValue, float.MinValue, float.PositiveInfinity, float.NegativeInfinity, float.NaN,
    ];

    public static TheoryData<string, string> OperationsAndPaths => ExecutionPaths.Combine(Operations.Keys, ExecutionPaths.All);

    private static Dictionary<string, OperationCase> Operations { get; } = new()
    {
        ["ReLU"] = OperationCase.Unary(new Relu(), (x) => x <= 0 ? 0 : x),
        ["ReLU backward"] = OperationCase.Binary(new Relu(), (output, gradient) => output > 0 ? gradient : 0),
        ["LeakyReLU"] = OperationCase.Unary(new LeakyRelu(0.3f), x => x > 0 ? x : 0.3f * x),
        ["LeakyReLU backward"] = OperationCase.Binary(new LeakyRelu(0.3f), (output, gradient) => output > 0 ? gradient : 0.3f * gradient),
        ["GELU"] = OperationCase.UnaryOfOne(new Gelu()),
        ["GELU backward"] = OperationCase.BinaryOfOne(new Gelu()),
        ["GELU, tanh"] = OperationCase.UnaryOfOne(new GeluTanh()),
        ["GELU, tanh, backward"] = OperationCase.BinaryOfOne(new GeluTanh()),
        ["SiLU"] = OperationCase.UnaryOfOne(new Silu()),
        ["SiLU backward"] = OperationCase.BinaryOfOne(new Silu()),
        ["MultiplyBy"] = OperationCase.Unary(new MultiplyBy(0.3f), x => 0.3f * x),
        ["Axpby"] = OperationCase.Binary(new Axpby(0.3f, -0.7f), (x, y) => MathF.FusedMultiplyAdd(0.3f, x, -0.7f * y)),
        ["MultiplyBy backward"] = OperationCase.Binary(new MultiplyBy(0.3f), (_, gradient) => 0.3f * gradient),
        ["Divide"] = OperationCase.Binary(new Divide(), (x, y) => x / y),
        ["Add"] = OperationCase.Binary(new Add(), (x, y) => x + y),
        ["Lerp"] = OperationCase.Binary(new Lerp(0.3f), (x, y) => MathF.FusedMultiplyAdd(0.3f, y - x, x)),
        ["Multiply"] = OperationCase.Binary(new Multiply(), (x, y) => x * y),
        ["MultiplyAdd"] = OperationCase.Ternary(new MultiplyAdd(), MathF.FusedMultiplyAdd),
        ["SGD"] = Sgd(new SgdStep(0.1f, Momentum: 0, Nesterov: false, WeightDecay: 0)),
        ["SGD with decay"] = Sgd(new SgdStep(0.1f, Momentum: 0, Nesterov: false, WeightDecay: 0.01f)),
        ["SGD with momentum"] = SgdMomentum(new SgdStep(0.1f, Momentum: 0.9f, Nesterov: false, WeightDecay: 0)),
        ["SGD with momentum and decay"] = SgdMomentum(new SgdStep(0.1f, Momentum: 0.9f, Nesterov: false, WeightDecay: 0.01f)),
        ["SGD with Nesterov's momentum"] = SgdMomentum(new SgdStep(0.1f, Momentum: 0.9f, Nesterov: true, WeightDecay: 0)),
        ["SGD with Nesterov's momentum and decay"] = SgdMomentum(new SgdStep(0.1f, Momentum: 0.9f, Nesterov: true, WeightDecay: 0.01f)),
        ["SGD with decoupled decay"] = Sgd(new SgdStep(0.1f, Momentum: 0, Nesterov: false, WeightDecay: 0.01f, Decoupled: true)),
        ["SGD with momentum and decoupled decay"] = SgdMomentum(new SgdStep(0.1f, Momentum: 0.9f, Nesterov: true, WeightDecay: 0.01f, Decoupled: true)),
        ["AdamW"] = AdamW(new AdamWStep(0.01f, 0.9f, 0.8f, 0.95f, 0.2f, 0.05f, 1.25f, 1e-8f)),
        ["two states"] = OperationCase.TwoStateUpdate(new TwoStateProbe(Factor: 0.3f), (gradient, first, second, weight) =>
        {
            first = MathF.FusedMultiplyAdd(0.3f, first, gradient);
            second = gradient - second;
            return [first, second, weight + MathF.Max(first, second)];
        }),
    };

    [Theory]
    [MemberData(nameof(OperationsAndPaths))]
    public void An_operation_is_its_definition_for_every_length(string name, string path)
    {
        OperationCase operation = Operations[name];
        ElementwiseKernels kernels = ElementwiseKernels.For(ExecutionPaths.Options(path));
        for (int length = 0; length <= LongestLength; length++)
        {
            var random = new RandomValues((ulong)length);
            float[][] inputs = [.. Enumerable.Range(0, operation.Inputs).Select(_ => random.NextOf([.. Special, .. random.Next(Special.Length)], length))];
            foreach (GuardSide side in Enum.GetValues<GuardSide>())
            {
                AssertIsItsDefinition(kernels, operation, inputs, side, operation.FirstOutput);
                for (int overwritten = 0; overwritten < operation.FirstOutput && operation.Inputs < operation.Spans; overwritten++)
                {
                    AssertIsItsDefinition(kernels, operation, inputs, side, overwritten);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(OperationsAndPaths))]
    public void Spans_of_different_lengths_are_refused(string name, string path)
    {
        OperationCase operation = Operations[name];
        ElementwiseKernels kernels = ElementwiseKernels.For(ExecutionPaths.Options(path));
        Memory<float>[] spans = [.. Enumerable.Range(0, operation.Spans).Select(_ => new float[33].AsMemory())];

        ShortSpans.AssertRefused(spans, shorter => Run(kernels, operation, shorter));
    }

    [Theory]
    [MemberData(nameof(OperationsAndPaths))]
    public void Spans_that_overlap_where_one_is_written_are_refused(string name, string path)
    {
        OperationCase operation = Operations[name];
        ElementwiseKernels kernels = ElementwiseKernels.For(ExecutionPaths.Options(path));
        for (int output = operation.FirstOutput; output < operation.Spans; output++)
        {
            for (int other = 0; other < output; other++)
            {
                Memory<float>[] spans = [.. Enumerable.Range(0, operation.Spans).Select(_ => new float[33].AsMemory())];
                float[] shared = new float[34];
                spans[other] = shared.AsMemory(0, 33);
                spans[output] = shared.AsMemory(1, 33);
                Assert.Throws<ArgumentException>(() => Run(kernels, operation, spans));
                (spans[other], spans[output]) = (spans[output], spans[other]);
                Assert.Throws<ArgumentException>(() => Run(kernels, operation, spans));
            }
        }
    }

    /// <summary>torch.optim.SGD without momentum.</summary>
    private static OperationCase Sgd(SgdStep step) => OperationCase.Binary(step, (gradient, weight) =>
    {
        (gradient, weight) = Decayed(step, gradient, weight);
        return MathF.FusedMultiplyAdd(-step.LearningRate, gradient, weight);
    });

    /// <summary>torch.optim.SGD with momentum.</summary>
    private static OperationCase SgdMomentum(SgdStep step) => OperationCase.Update(step, (gradient, velocity, weight) =>
    {
        (gradient, weight) = Decayed(step, gradient, weight);
        velocity = MathF.FusedMultiplyAdd(step.Momentum, velocity, gradient);
        float direction = step.Nesterov ? MathF.FusedMultiplyAdd(step.Momentum, velocity, gradient) : velocity;
        return [velocity, MathF.FusedMultiplyAdd(-step.LearningRate, direction, weight)];
    });

    private static (float Gradient, float Weight) Decayed(SgdStep step, float gradient, float weight) => step.Decoupled
        ? (gradient, MathF.FusedMultiplyAdd(-step.LearningRate * step.WeightDecay, weight, weight))
        : (MathF.FusedMultiplyAdd(step.WeightDecay, weight, gradient), weight);

    /// <summary>torch.optim.AdamW.</summary>
    private static OperationCase AdamW(AdamWStep step) => OperationCase.TwoStateUpdate(step, (gradient, first, second, weight) =>
    {
        first = MathF.FusedMultiplyAdd(step.OneMinusBeta1, gradient, step.Beta1 * first);
        second = MathF.FusedMultiplyAdd(step.OneMinusBeta2 * gradient, gradient, step.Beta2 * second);
        float root = MathF.FusedMultiplyAdd(MathF.Sqrt(second), step.RootScale, step.Epsilon);
        return [first, second, MathF.FusedMultiplyAdd(-step.StepSize, first / root, step.Keep * weight)];
    });

    private static void Run(ElementwiseKernels kernels, OperationCase operation, Memory<float>[] spans) => operation.Run(
        kernels, spans[0].Span, spans[1].Span, spans.ElementAtOrDefault(2).Span, spans.ElementAtOrDefault(3).Span);

    /// <summary>Runs a case whose first output takes the place of the span <paramref name="place"/>.</summary>
    private static void AssertIsItsDefinition(ElementwiseKernels kernels, OperationCase operation, float[][] inputs, GuardSide side, int place)
    {
        using var memory = new GuardedMemory(side);
        int length = inputs[0].Length;
        Span<float> a = memory.Allocate(inputs[0]);
        Span<float> b = Operand(1, a);
        Span<float> c = Operand(2, place == 0 ? a : b);
        Span<float> d = Operand(3, place == 0 ? a : place == 1 ? b : c);
        operation.Run(kernels, a, b, c, d);
        memory.AssertIntact();
        float[][] after = [a.ToArray(), b.ToArray(), c.ToArray(), d.ToArray()];
        for (int i = 0; i < length; i++)
        {
            float[] element = [.. inputs.Select(input => input[i])];
            float[] outputs = operation.Define(element);
            float[] expected = [.. element.Take(operation.FirstOutput), .. outputs];
            expected[place] = outputs[0];
            float[] computed = [.. after.Take(operation.Spans).Select(values => values[i])];
            Assert.True(AreSame(computed, expected), $"{length} elements, [{i}]: {Text(element)} became {Text(computed)}, not {Text(expected)}");
        }

        // The one that is overwritten, where that is not an output's own.
        Span<float> Operand(int index, Span<float> overwritten) =>
            index >= operation.Spans ? default
            : index < operation.Inputs ? memory.Allocate(inputs[index])
            : place < operation.FirstOutput ? overwritten
            : memory.Allocate(length);
    }

    /// <summary>Equal in every bit, or NaN both.</summary>
    private static bool AreSame(float[] computed, float[] expected) => computed.Zip(expected).All(pair =>
        BitConverter.SingleToInt32Bits(pair.First) == BitConverter.SingleToInt32Bits(pair.Second)
        || (float.IsNaN(pair.First) && float.IsNaN(pair.Second)));

    private static string Text(float[] values) => $"({string.Join(", ", values.Select(value => $"{value:G9}"))})";
}
