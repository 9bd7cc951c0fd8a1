using CifarFast.Engine.Checkpoints;

namespace CifarFast.Engine.Tests.Checkpoints;

/// <summary>Which tensor of a file is which of a network: found where there is no doubt, refused where there is.</summary>
public sealed class TensorMatchingTests
{
    /// <summary>The reference network.</summary>
    private static readonly TensorEntry[] _reference = Sequential(
        (0, [16, 3, 3, 3]), (2, [32, 16, 3, 3]), (5, [64, 32, 3, 3]), (7, [128, 64, 3, 3]), (11, [128, 8192]), (13, [10, 128]));

    /// <summary>The same as a PyTorch module with layers as attributes has it.</summary>
    private static readonly TensorEntry[] _attributes = Rename(_reference, "conv1", "conv2", "conv3", "conv4", "fc1", "fc2");

    /// <summary>Two layers that are alike.</summary>
    private static readonly TensorEntry[] _twins = Sequential((0, [8, 8]), (2, [8, 8]));

    [Fact]
    public void The_same_names_are_the_same_tensors_whatever_else_there_is() =>
        AssertFound(_reference, _reference, [Tensor("before", 16), .. _reference.Reverse(), .. Behind("module.", _reference), Tensor("behind", 3, 3)]);

    [Theory]
    [InlineData("module.")]
    [InlineData("_orig_mod.")]
    [InlineData("module._orig_mod.")]
    [InlineData("model.")]
    [InlineData("net.")]
    [InlineData("network.")]
    [InlineData("state_dict.backbone.layers.")]
    [InlineData("0.")]
    public void A_prefix_of_all_names_does_not_count(string prefix)
    {
        TensorEntry[] file = Behind(prefix, _reference);
        AssertFound(_reference, file, [Tensor("step"), .. file.Reverse(), Integer($"{prefix}1.num_batches_tracked")]);
    }

    /// <summary>What is found all the same is found by shapes, for which nothing may be left over.</summary>
    [Theory]
    [InlineData("module")]
    [InlineData("module_")]
    [InlineData("1")]
    public void A_prefix_ends_with_a_dot(string prefix)
    {
        TensorEntry[] file = Behind(prefix, _reference);
        AssertFound(_reference, file, file);
        AssertRefused(_reference, [.. file, Tensor($"{prefix}14.weight", 10, 10)], $"{prefix}14.weight would be left over");
    }

    [Fact]
    public void What_an_optimizer_keeps_is_not_taken_for_the_weights()
    {
        TensorEntry[] file = Behind("module.", _reference);
        TensorEntry[] buffers = [.. Behind("optimizer.momentum_buffer.", file), .. Behind("optimizer_state.exp_avg.", _reference), .. Behind("exp_avg_sq.", _reference)];
        AssertFound(_reference, file, [.. buffers, .. file]);
        AssertRefused(_reference, buffers, "0.weight is missing");
    }

    [Fact]
    public void Two_sets_of_the_same_names_are_told_apart_by_a_person_only()
    {
        TensorEntry[] averages = Behind("ema.", _reference);
        TensorEntry[] file = [.. Behind("model.", _reference), .. averages];
        AssertRefused(_reference, file, "it has the network's tensors more than once, behind ema. and model.");
        AssertFound(_reference, averages, file, "ema.=");
    }

    [Fact]
    public void Shapes_tell_layers_and_a_bias_goes_with_its_weight()
    {
        // The biases of conv4 and fc1 have the same shape.
        AssertFound(_reference, _attributes, _attributes);
        AssertFound(_reference, _attributes, [.. _attributes.Reverse()]);
        AssertFound(_reference, _attributes, [.. _attributes.OrderBy(tensor => tensor.Name, StringComparer.Ordinal)]);
        TensorEntry[] prefixed = Behind("module.", _attributes);
        AssertFound(_reference, prefixed, prefixed);
        TensorEntry[] parts = Rename(_reference, "features.0", "features.3", "features.6", "features.8", "classifier.1", "classifier.4");
        AssertFound(_reference, parts, parts);
    }

    [Theory]
    [InlineData('_')]
    [InlineData('/')]
    public void Layers_may_be_separated_by_other_signs_than_dots(char sign)
    {
        TensorEntry[] file = [.. _attributes.Select(tensor => tensor with { Name = tensor.Name.Replace('.', sign) })];
        AssertFound(_reference, file, file);
    }

    [Fact]
    public void Layers_that_are_alike_are_matched_by_order_and_numbers()
    {
        TensorEntry[] network = Sequential((0, [8, 4]), (2, [8, 8]), (4, [8, 8]), (6, [8, 8]), (8, [3, 8]));
        TensorEntry[] file = Rename(network, "first", "hidden.2", "hidden.9", "hidden.10", "last");
        AssertFound(network, file, file);
        AssertFound(network, file, [.. file[8..], .. file[2..8], .. file[..2]]);
    }

    /// <summary>As a library writes them that sorts by name, which no longer tells what came first.</summary>
    [Fact]
    public void Order_and_numbers_must_agree()
    {
        TensorEntry[] file = Rename(_twins, "conv2", "conv10");
        AssertFound(_twins, file, file);
        TensorEntry[] sorted = [.. file.OrderBy(tensor => tensor.Name, StringComparer.Ordinal)];
        AssertRefused(_twins, sorted, "neither shapes nor order tell which of conv10 and conv2 is which of 0 and 2");
        AssertFound(_twins, file, sorted, "conv2.=0.", "conv10.=2.");
    }

    /// <summary>The order of the alphabet is that of many files, and says nothing.</summary>
    [Theory]
    [InlineData("decoder", "encoder")]
    [InlineData("a", "b")]
    [InlineData("layer1", "layer1_1")]
    [InlineData("layer1", "layer01")]
    [InlineData("layer", "layer1")]
    public void Names_that_differ_in_more_than_their_numbers_have_no_order(string first, string second) =>
        AssertRefused(_twins, Rename(_twins, first, second), $"neither shapes nor order tell which of {first} and {second} is which of 0 and 2");

    [Fact]
    public void A_layer_more_or_less_is_another_network()
    {
        AssertRefused(_reference, _attributes[2..], "0.bias and 0.weight are missing, and no layer in it has 16 and 16×3×3×3: it was made for another network, or has other names");
        AssertRefused(_reference, _attributes[1..], "0.bias and 0.weight are missing");
        AssertRefused(_reference, _reference[..^1], "13.bias is missing, and no layer in it has 10 and 10×128");
        AssertRefused(_reference, [], "0.weight is missing");
        AssertRefused(
            _reference, [.. _attributes, Tensor("fc3.weight", 10, 10), Tensor("fc3.bias", 10)], "fc3.bias and fc3.weight would be left over: it was made for another network");
        AssertRefused(
            _reference,
            [.. _attributes, Tensor("conv5.weight", 128, 64, 3, 3), Tensor("conv5.bias", 128)],
            "it has 2 of the shape of 7, and shapes do not tell which to take: conv4 and conv5");
        AssertRefused(
            _reference, [.. _attributes, Tensor("bn.running_mean", 16), Tensor("bn.running_var", 16)], "bn.running_mean and bn.running_var would be left over");
        AssertRefused(_reference, [.. _attributes, Tensor("conv1.scale", 16)], "0.bias and 0.weight are missing");
        AssertRefused(_twins, [.. _twins[..2], Tensor("x", 3)], "2.bias and 2.weight are missing, and only 0 in it has 8 and 8×8");
    }

    [Fact]
    public void What_can_be_no_weight_is_left_over_without_harm() => AssertFound(
        _reference,
        _attributes,
        [
            Integer("bn.num_batches_tracked"), Integer("conv1.steps", 16), Tensor("temperature"), Tensor("epoch", 1), .. _attributes,
            .. Behind("optimizer.exp_avg.", _attributes), .. Behind("optim/", _attributes), .. Behind("state.momentum_buffer.", _attributes),
            Unreadable("pickled"), Tensor("total_ops", 1),
        ]);

    [Fact]
    public void A_weight_of_one_element_is_not_taken_for_a_counter()
    {
        TensorEntry[] network = Sequential((0, [1, 4]));
        TensorEntry[] file = Rename(network, "fc");
        AssertFound(network, file, [.. file, Tensor("epoch")]);
        AssertRefused(network, [.. file, Tensor("epoch", 1)], "epoch would be left over");
    }

    [Fact]
    public void Without_names_of_layers_shapes_tell_tensor_by_tensor()
    {
        TensorEntry[] file = [.. _reference.Select((tensor, i) => tensor with { Name = $"arr_{i}" })];
        AssertFound(_reference, file, file);
        AssertFound(_reference, file, [.. file[8..], .. file[..7], .. file[7..8]], "arr_7=7.bias");

        // Those of 128.
        AssertRefused(_reference, [.. file[8..], .. file[..8]], "neither shapes nor order tell which of arr_9 and arr_7 is which of 7.bias and 11.bias");
        AssertRefused(_reference, [.. file, Tensor("arr_12", 5)], "arr_12 would be left over");
    }

    /// <summary>Of ten numbers there are many kinds.</summary>
    [Fact]
    public void A_shape_alone_does_not_make_a_bias()
    {
        TensorEntry[] file = [.. _reference.Select((tensor, i) => tensor with { Name = $"{"wb"[i % 2]}{i / 2}" })];
        AssertFound(_reference, file, file);
        AssertRefused(_reference, [.. file[..^1], Tensor("losses", 10)], "losses has the shape of 13.bias, but a name too different from b0 to be matched by that");
        AssertRefused(_reference, [.. file[..^1], Tensor("b5.losses", 10)], "b5.losses has the shape of 13.bias, but");
    }

    /// <summary>What is called weight lies as PyTorch has it; of what is called w that is not known.</summary>
    [Fact]
    public void A_square_matrix_of_another_name_may_be_transposed()
    {
        TensorEntry[] network = Sequential((0, [8, 8]));
        TensorEntry[] named = Rename(network, "fc");
        AssertFound(network, named, named);
        TensorEntry[] file = [Tensor("w", 8, 8), Tensor("b", 8)];
        AssertRefused(network, file, "neither its shape nor its name tells whether w has to be transposed");
        AssertFound(network, file, file, "w=0.weight");
    }

    [Theory]
    [InlineData("", "0.weight is F32 16×5×5×3, expected floats of 16×3×3×3: it was made for another network")]
    [InlineData("module.", "module.0.weight is F32 16×5×5×3, expected floats of 16×3×3×3: it was made for another network")]
    public void The_right_names_with_other_shapes_are_another_network(string prefix, string expected) =>
        AssertRefused(_reference, [.. Behind(prefix, _reference).Skip(1), Tensor($"{prefix}0.weight", 16, 5, 5, 3)], expected);

    [Fact]
    public void Whole_numbers_are_no_weights() =>
        AssertRefused(_reference, [.. _reference[..^1], Integer("13.bias", 10)], "13.bias is I64 10, expected floats of 10");

    [Fact]
    public void Counts_are_whole_numbers_or_single_floats()
    {
        TensorEntry[] network = [Tensor("0.weight", 4, 3, 3, 3), Tensor("1.weight", 4), Tensor("1.bias", 4), Integer("1.num_batches_tracked")];
        TensorEntry[] named = [.. network.Select(tensor => tensor with { Name = tensor.Name.Replace("0.", "conv.").Replace("1.", "bn.") })];
        AssertFound(network, named, named);
        AssertFound(network, Behind("module.", network), Behind("module.", network));
        AssertFound(network, network, [.. network[..3], Tensor("1.num_batches_tracked", 1)]);
        AssertRefused(network, [.. network[..3], Integer("1.num_batches_tracked", 2)], "1.num_batches_tracked is I64 2, expected a whole number");
        AssertRefused(network, named[..3], "1.bias, 1.num_batches_tracked and 1.weight are missing");
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(10, 1)]
    [InlineData(1, 10, 1)]
    public void A_bias_may_lie_along_any_axis(params int[] sizes) =>
        AssertFound(_reference, _reference, [.. _reference[..^1], Tensor("13.bias", [.. sizes.Select(size => (long)size)])]);

    [Fact]
    public void A_tensor_that_cannot_be_looked_at_is_taken_by_its_name_only()
    {
        AssertFound(_reference, _reference, [.. _reference[..^1], Unreadable("13.bias")]);
        AssertRefused(_reference, [.. _attributes[..^1], Unreadable("fc2.bias")], "13.bias and 13.weight are missing");
    }

    [Fact]
    public void A_person_may_say_some_and_leave_the_rest()
    {
        AssertFound(_reference, _attributes, _attributes, "fc2.weight=13.weight");
        AssertFound(_reference, _attributes, _attributes, "conv1.=0.", "fc2.bias=13.bias");
        TensorEntry[] halves = [.. Behind("a.", _reference[..4]), .. Behind("b.", _reference[4..])];
        AssertFound(_reference, halves, halves, "a.=");
    }

    [Fact]
    public void What_a_person_says_goes_before_names_and_shapes()
    {
        AssertFound(_twins, [.. _twins[2..], .. _twins[..2]], _twins, "0.=2.", "2.=0.");
        AssertFound(_twins, [Tensor("x", 8, 8), .. _twins[1..]], [Tensor("x", 8, 8), .. _twins], "x=0.weight");
    }

    [Theory]
    [InlineData("it has no tensor 'nothing', which 'nothing=0.weight' is about", "nothing=0.weight")]
    [InlineData("it has no tensor that begins with 'nothing.', which 'nothing.=0.' is about", "nothing.=0.")]
    [InlineData("the network has no tensor '1.weight', which 'conv1.weight=1.weight' is about", "conv1.weight=1.weight")]
    [InlineData("the network has none of the tensors that 'conv1.=1.' is about", "conv1.=1.")]
    [InlineData("the network has none of the tensors that 'conv1.=' is about", "conv1.=")]
    [InlineData("conv2.weight is F32 32×16×3×3, expected floats of 16×3×3×3", "conv2.weight=0.weight")]
    [InlineData("'conv1.weight=0.weight' says once more what conv1.weight or 0.weight is", "conv1.weight=0.weight", "conv1.weight=0.weight")]
    [InlineData("'conv1.weight=2.weight' says once more what conv1.weight or 2.weight is", "conv1.weight=0.weight", "conv1.weight=2.weight")]
    [InlineData("'conv2.weight=0.weight' says once more what conv2.weight or 0.weight is", "conv1.weight=0.weight", "conv2.weight=0.weight")]
    [InlineData("'conv1.bias=0.bias' says once more what conv1.bias or 0.bias is", "conv1.=0.", "conv1.bias=0.bias")]
    [InlineData("it has no tensor '?[2J'", "\u001b[2J=0.weight")]
    public void What_a_person_says_must_make_sense(string expected, params string[] mappings) =>
        AssertRefused(_reference, _attributes, expected, mappings);

    /// <summary>Layers with weight and bias, as a network of layers in a row has them.</summary>
    internal static TensorEntry[] Sequential(params (int Index, long[] Weight)[] layers) =>
        [.. layers.SelectMany(layer => new[] { Tensor($"{layer.Index}.weight", layer.Weight), Tensor($"{layer.Index}.bias", layer.Weight[0]) })];

    internal static TensorEntry Tensor(string name, params long[] sizes) => new(name, sizes, "F32");

    internal static TensorEntry Integer(string name, params long[] sizes) => new(name, sizes, "I64", IsFloat: false, IsInteger: true);

    internal static TensorEntry[] Behind(string prefix, IEnumerable<TensorEntry> tensors) =>
        [.. tensors.Select(tensor => tensor with { Name = prefix + tensor.Name })];

    /// <summary>The same tensors with other names of the layers.</summary>
    internal static TensorEntry[] Rename(TensorEntry[] network, params string[] layers) =>
        [.. network.Select((tensor, i) => tensor with { Name = $"{layers[i / 2]}.{tensor.Name.Split('.')[1]}" })];

    private static TensorEntry Unreadable(string name) => new(name, Sizes: null, "unreadable", IsFloat: false);

    /// <summary>Makes sure that the tensors of a network are found.</summary>
    /// <param name="network">The network.</param>
    /// <param name="sources">What has to be found, in the order of the network.</param>
    /// <param name="file">The file, in its order.</param>
    /// <param name="mappings">What a person says.</param>
    private static void AssertFound(TensorEntry[] network, TensorEntry[] sources, TensorEntry[] file, params string[] mappings) =>
        Assert.Equal(sources.Select(source => source.Name), TensorMatching.Match(network, file, Parse(mappings)).Select(source => source.Name));

    private static void AssertRefused(TensorEntry[] network, TensorEntry[] file, string expected, params string[] mappings)
    {
        string message = Assert.Throws<FormatException>(() => TensorMatching.Match(network, file, Parse(mappings))).Message;
        Assert.Contains(expected, message);
        Assert.DoesNotContain(message, char.IsControl);
    }

    private static TensorMapping[] Parse(string[] mappings) =>
        [.. mappings.Select(text => TensorMapping.TryParse(text, out TensorMapping? mapping) ? mapping : throw new ArgumentException(text))];
}
