using CifarFast.Engine.Execution;
using CifarFast.Engine.Kernels.Pixels;
using CifarFast.Engine.Nn;
using CifarFast.Engine.Tensors;

namespace CifarFast.Engine.Data;

/// <summary>Turns images of a set into the next batch of a network: pixels from bytes to floats in 0..1, and labels.</summary>
internal sealed class BatchLoader
{
    private readonly Network _network;
    private readonly ImageSet _images;
    private readonly int[] _labels;
    private readonly Action<int> _loadImage;
    private ReadOnlyMemory<int> _indices;

    /// <summary>Prepares to load images of <paramref name="images"/> into <paramref name="network"/>.</summary>
    /// <exception cref="ShapeException">The network does not take images of this size.</exception>
    public BatchLoader(Network network, ImageSet images)
    {
        var shape = new Shape(images.Channels, images.Height, images.Width);
        if (network.Architecture.InputShape != shape)
        {
            throw new ShapeException($"{network.Architecture.Name} takes {network.Architecture.InputShape}, but the images are {shape}");
        }

        _network = network;
        _images = images;
        _labels = new int[network.BatchSize];
        _loadImage = LoadImage;
    }

    /// <summary>Loads the images at <paramref name="indices"/>, at most a batch, and returns their labels, which the next call overwrites.</summary>
    /// <exception cref="OperationCanceledException">Cancellation was asked for.</exception>
    public ReadOnlySpan<int> Load(ReadOnlyMemory<int> indices, CancellationToken cancellation = default)
    {
        _indices = indices;
        _network.Loop.Run(indices.Length, _loadImage, cancellation);
        return _labels.AsSpan(0, indices.Length);
    }

    private void LoadImage(int sample)
    {
        int index = _indices.Span[sample];
        _labels[sample] = _images.Labels[index];
        PixelConversion.Run(_images.Pixels(index), _network.Input.Layout, _network.Input.Sample(sample));
    }
}
