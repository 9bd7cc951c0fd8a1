using CifarFast.Engine.Execution;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Operators;
using CifarFast.Engine.Optim;
using CifarFast.Engine.Tensors;

namespace CifarFast.Benchmarks.Reports;

/// <summary>
/// Floats that a training step of a whole batch moves between memory and cores at least, as its network is planned: what is kept for the batch stays
/// in no cache from one stage to the next, all else is in cache. Borders of zeros do not count.
/// </summary>
/// <param name="Kept">Activations, and what else forward passes leave, that the backward pass reads.</param>
/// <param name="Forward">Moved by the forward pass, the images' way into the network included.</param>
/// <param name="Backward">Moved by the backward pass.</param>
/// <param name="Update">Gradients, weights and what the optimizer keeps, moved by the update.</param>
/// <param name="LeastUpdate">The same without the gradients.</param>
internal sealed record Traffic(long Kept, long Forward, long Backward, long Update, long LeastUpdate)
{
    /// <summary>All of it.</summary>
    public long Floats => Forward + Backward + Update;

    /// <summary>
    /// What no plan could do without as long as the batch is larger than the caches: what is kept is written once and read once, and so are weights and
    /// what the optimizer keeps.
    /// </summary>
    public long LeastFloats => (2 * Kept) + LeastUpdate;

    /// <summary>Counts a step of a network's whole batch.</summary>
    public static Traffic Of(Network network, Optimizer optimizer)
    {
        Node[][] stages = [.. network.Plan.Stages()];
        IEnumerable<Node> backward = network.Plan.Nodes.Where(node => node.HasBackward);
        long kept = backward.SelectMany(ReadBackward).Distinct().Sum(buffer => (long)buffer.Layout.Features) + backward.Sum(SavedLength);
        Parameter[] trained = [.. network.Parameters.Where(parameter => !parameter.IsFrozen)];
        long Buffers(Parameter parameter) => (optimizer.GroupOf(parameter)?.Optimizer ?? optimizer).Buffers.Count;
        long update = trained.Sum(parameter => 2 * (1 + Buffers(parameter)) * parameter.Value.Length);
        return new Traffic(
            kept * network.BatchSize,
            (network.Input.Layout.Features * (long)network.BatchSize) + stages.Sum(stage => ForwardOf(stage, network.BatchSize)),
            stages.Sum(stage => BackwardOf(stage, network.BatchSize)),
            update + trained.Sum(parameter => (long)parameter.Value.Length),
            update);
    }

    private static long ForwardOf(Node[] stage, long samples)
    {
        var moves = new Moves();
        foreach (Node node in stage)
        {
            foreach (SampleBuffer input in node.Inputs.Select(input => input.Value.Activation).Where(input => input.IsBatch))
            {
                moves.Read(input);
            }

            SampleBuffer output = node.Output.Activation;
            bool isLeft = node.Layer.InPlace is InPlaceKind.Keeps or InPlaceKind.View && output == node.Inputs[0].Value.Activation;
            if (output.IsBatch && !isLeft)
            {
                moves.Write(output);
            }
        }

        return (samples * (moves.Floats + stage.Where(node => node.HasBackward).Sum(SavedLength))) + stage.Sum(node => (long)node.ParameterLength);
    }

    private static long BackwardOf(Node[] stage, long samples)
    {
        var moves = new Moves();
        long parameters = 0;
        foreach (Node node in stage.Reverse().Where(node => node.HasBackward))
        {
            Read(node.Output.Gradient);
            foreach (SampleBuffer buffer in ReadBackward(node))
            {
                moves.Read(buffer);
            }

            foreach (NodeInput input in node.Inputs.Where(input => input.Gradient is not null))
            {
                if (node.Layer.InPlace != InPlaceKind.View || node.Output.Gradient != input.Gradient)
                {
                    Write(input.Gradient!);
                }

                if (input.IsPart)
                {
                    Read(input.Value.Gradient);
                    Write(input.Value.Gradient);
                }
            }

            bool readsParameters = node.Inputs.Any(input => input.Gradient is not null);
            parameters += ((readsParameters ? 1 : 0) + (node.IsFrozen ? 0 : 1)) * (long)node.ParameterLength;
        }

        return (samples * (moves.Floats + stage.Where(node => node.HasBackward).Sum(SavedLength))) + parameters;

        void Read(SampleBuffer gradient)
        {
            if (gradient.IsBatch)
            {
                moves.Read(gradient);
            }
        }

        void Write(SampleBuffer gradient)
        {
            if (gradient.IsBatch)
            {
                moves.Write(gradient);
            }
        }
    }

    /// <summary>What a backward pass reads from memory, also to compute the output again.</summary>
    private static IEnumerable<SampleBuffer> ReadBackward(Node node) =>
        (node.Layer.BackwardReadsInput || node.IsRecomputed ? node.Inputs.Select(input => input.Value.Activation) : [])
            .Concat(node.Layer.BackwardReadsOutput ? [node.Output.Activation] : [])
            .Where(buffer => buffer.IsBatch);

    private static long SavedLength(Node node) => (node.Operator as SampleOperator)?.SavedLength ?? 0;

    /// <summary>What a stage moves of a sample: it reads from memory what it has not had in its hands yet, and what it writes goes there once.</summary>
    private sealed class Moves
    {
        private readonly HashSet<SampleBuffer> _inCache = [];
        private readonly HashSet<SampleBuffer> _written = [];

        public long Floats { get; private set; }

        public void Read(SampleBuffer buffer) => Floats += _inCache.Add(buffer) ? buffer.Layout.Features : 0;

        public void Write(SampleBuffer buffer)
        {
            _inCache.Add(buffer);
            Floats += _written.Add(buffer) ? buffer.Layout.Features : 0;
        }
    }
}
