using CifarFast.Engine.Diagnostics;
using CifarFast.Engine.Kernels;
using CifarFast.Engine.Kernels.Elementwise;
using CifarFast.Engine.Kernels.Reduction;
using CifarFast.Engine.Operators;
using CifarFast.Engine.Tensors;
using Microsoft.Extensions.ObjectPool;

namespace CifarFast.Engine.Execution;

/// <summary>
/// A run of layers that each sample goes through alone, one sample after another, so that what it touches stays in cache.
/// Backward, the batch is cut into at most <see cref="MaxChunks"/> chunks whose number depends on nothing but its size: each sums its own
/// parameter gradients sample by sample, and the chunks' sums are added in order. So the gradients are bitwise the same for
/// every number of threads.
/// </summary>
internal sealed class SampleStage : Stage
{
    /// <summary>Enough chunks for threads to share evenly, few enough that adding them up is a small part of a step.</summary>
    public const int MaxChunks = 16;

    private const int SumBlock = 4096;

    private readonly Node[] _nodes;
    private readonly ParallelLoop _loop;
    private readonly ObjectPool<Workspace> _workspaces;
    private readonly ElementwiseKernels _elementwise;
    private readonly Memory<float> _gradient;
    private readonly AlignedBuffer _chunkGradients;
    private readonly Action<int> _forwardSample;
    private readonly Action<int> _backwardChunk;
    private readonly Action<int> _sumBlock;
    private int _samples;

    /// <summary>Makes the stage.</summary>
    /// <param name="nodes">Its layers; their parameters lie one after another.</param>
    /// <param name="gradient">The gradients of all parameters of the stage.</param>
    /// <param name="workspaces">Where threads get their memory.</param>
    /// <param name="elementwise">Adds the chunks up.</param>
    /// <param name="loop">Runs samples and chunks.</param>
    public SampleStage(Node[] nodes, Memory<float> gradient, ObjectPool<Workspace> workspaces, ElementwiseKernels elementwise, ParallelLoop loop)
    {
        _nodes = nodes;
        _gradient = gradient;
        _workspaces = workspaces;
        _elementwise = elementwise;
        _loop = loop;
        _chunkGradients = new AlignedBuffer(MaxChunks * gradient.Length);
        _forwardSample = ForwardSample;
        _backwardChunk = BackwardChunk;
        _sumBlock = SumBlockOfChunks;
    }

    private int Chunks => Math.Min(MaxChunks, _samples);

    public override void Forward(int samples)
    {
        foreach (Node node in _nodes)
        {
            ((SampleOperator)node.Operator).PrepareForward();
        }

        _loop.Run(samples, _forwardSample);
    }

    public override void Backward(int samples)
    {
        _samples = samples;
        foreach (Node node in _nodes)
        {
            ((SampleOperator)node.Operator).PrepareBackward();
        }

        _loop.Run(Chunks, _backwardChunk);
        _loop.Run((_gradient.Length + SumBlock - 1) / SumBlock, _sumBlock);
        foreach (Node node in _nodes)
        {
            ((SampleOperator)node.Operator).FinishBackward();
        }
    }

    private void ForwardSample(int sample)
    {
        Workspace workspace = _workspaces.Get();
        foreach (Node node in _nodes)
        {
            using EventSpan span = EngineEvents.Layer(node.Name, "forward");
            var operation = (SampleOperator)node.Operator;
            Span<float> output = node.Output.Sample(sample, workspace);
            for (int i = 0; i < node.Inputs.Length; i++)
            {
                operation.Forward(new SampleValues
                {
                    Index = i,
                    Input = node.Inputs[i].Value.Sample(sample, workspace),
                    Output = output,
                    Saved = node.Saved(sample),
                    Scratch = workspace.Span.Slice(node.ForwardScratchOffset, operation.ForwardScratchLength),
                });
            }
        }

        _workspaces.Return(workspace);
    }

    private void BackwardChunk(int chunk)
    {
        Workspace workspace = _workspaces.Get();
        Span<float> chunkGradient = _chunkGradients.Span.Slice(chunk * _gradient.Length, _gradient.Length);
        int first = Start(chunk);
        int end = Start(chunk + 1);
        for (int sample = first; sample < end; sample++)
        {
            for (int i = _nodes.Length - 1; i >= 0; i--)
            {
                Node node = _nodes[i];
                if (!node.HasBackward)
                {
                    continue;
                }

                using EventSpan span = EngineEvents.Layer(node.Name, "backward");
                Span<float> parameters = chunkGradient.Slice(node.ParameterOffset - _nodes[0].ParameterOffset, node.ParameterLength);
                Backward(node, sample, workspace, parameters, accumulate: sample > first);
            }
        }

        _workspaces.Return(workspace);
    }

    private void Backward(Node node, int sample, Workspace workspace, Span<float> parameters, bool accumulate)
    {
        var operation = (SampleOperator)node.Operator;
        for (int i = 0; i < node.Inputs.Length; i++)
        {
            NodeInput input = node.Inputs[i];
            Span<float> gradient = input.Gradient is null ? default : input.Gradient.Sample(sample, workspace);
            operation.Backward(new SampleGradients
            {
                Index = i,
                InputValues = input.Value.Sample(sample),
                OutputValues = node.Output.Sample(sample),
                Saved = node.Saved(sample),
                Output = node.Output.Gradient.Sample(sample, workspace),
                Input = gradient,
                Parameters = parameters,
                Accumulate = accumulate,
                Scratch = workspace.Span.Slice(node.BackwardScratchOffset, operation.BackwardScratchLength),
            });
            if (input.IsPart)
            {
                Span<float> sum = input.Value.Gradient.Sample(sample, workspace);
                _elementwise.Binary(new Add(), sum, gradient, sum);
            }
        }
    }

    private void SumBlockOfChunks(int block)
    {
        Span<float> sum = _gradient.Span[(block * SumBlock)..];
        OrderedSum.Run(_elementwise, _chunkGradients.Span[(block * SumBlock)..], _gradient.Length, Chunks, sum[..Math.Min(SumBlock, sum.Length)]);
    }

    private int Start(int chunk) => (int)((long)_samples * chunk / Chunks);
}
