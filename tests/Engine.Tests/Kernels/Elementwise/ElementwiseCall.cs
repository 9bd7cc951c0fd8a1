using CifarFast.Engine.Kernels.Elementwise;

namespace CifarFast.Engine.Tests.Kernels.Elementwise;

/// <summary>Runs an operation on as many of the spans as it has operands, the ones it reads first.</summary>
internal delegate void ElementwiseCall(ElementwiseKernels kernels, Span<float> a, Span<float> b, Span<float> c, Span<float> d);
