using CifarFast.Engine.Kernels.Elementwise;
using CifarFast.Engine.Simd;

namespace CifarFast.Engine.Tests.Kernels.Elementwise;

/// <summary>An operation and, beside it, its definition for one element.</summary>
/// <param name="Spans">How many spans a call takes.</param>
/// <param name="Inputs">How many of them, from the first on, are read.</param>
/// <param name="Outputs">How many of them, up to the last, are written.</param>
/// <param name="Run">Runs the operation.</param>
/// <param name="Define">What becomes of the inputs of one element: its outputs; multiply-adds round once.</param>
internal sealed record OperationCase(int Spans, int Inputs, int Outputs, ElementwiseCall Run, Func<float[], float[]> Define)
{
    public int FirstOutput => Spans - Outputs;

    public static OperationCase Unary<T>(T operation, Func<float, float> define)
        where T : struct, IUnaryOperation =>
        new(2, 1, 1, (kernels, x, y, _, _) => kernels.Unary(operation, x, y), e => [define(e[0])]);

    public static OperationCase Binary<T>(T operation, Func<float, float, float> define)
        where T : struct, IBinaryOperation =>
        new(3, 2, 1, (kernels, x, y, z, _) => kernels.Binary(operation, x, y, z), e => [define(e[0], e[1])]);

    /// <summary>An operation that is defined by what it makes of one float; what that should be is tested elsewhere.</summary>
    public static OperationCase UnaryOfOne<T>(T operation)
        where T : struct, IUnaryOperation => Unary(operation, operation.Invoke<SimdScalar, float>);

    /// <summary>Likewise of two operands.</summary>
    public static OperationCase BinaryOfOne<T>(T operation)
        where T : struct, IBinaryOperation => Binary(operation, operation.Invoke<SimdScalar, float>);

    public static OperationCase Ternary<T>(T operation, Func<float, float, float, float> define)
        where T : struct, ITernaryOperation =>
        new(4, 3, 1, (kernels, x, y, z, w) => kernels.Ternary(operation, x, y, z, w), e => [define(e[0], e[1], e[2])]);

    public static OperationCase Update<T>(T operation, Func<float, float, float, float[]> define)
        where T : struct, IUpdateOperation =>
        new(3, 3, 2, (kernels, g, s, w, _) => kernels.Update(operation, g, s, w), e => define(e[0], e[1], e[2]));

    public static OperationCase TwoStateUpdate<T>(T operation, Func<float, float, float, float, float[]> define)
        where T : struct, ITwoStateUpdateOperation =>
        new(4, 4, 3, (kernels, g, f, s, w) => kernels.Update(operation, g, f, s, w), e => define(e[0], e[1], e[2], e[3]));
}
