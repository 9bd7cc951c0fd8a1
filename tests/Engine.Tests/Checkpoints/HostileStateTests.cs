using System.Text.Json;
using CifarFast.Engine.Checkpoints;
using CifarFast.Engine.Training;

namespace CifarFast.Engine.Tests.Checkpoints;

/// <summary>Checkpoints that are sound files, but of no run: states that contradict themselves or the run that is to go on.</summary>
public sealed class HostileStateTests
{
    private const string NotTheState = "not what it should be";

    private static readonly RawSafetensors _sound = RawSafetensors.Of(TinyRun.File());

    /// <summary>What is replaced in the state where it comes first, and why that is refused.</summary>
    private static readonly Dictionary<string, (string Old, string New, string Expected)> _states = new()
    {
        ["another epoch"] = ("""{"epoch":3""", """{"epoch":4""", "contradicts itself: epoch 4 and step 155"),
        ["another step"] = ("\"step\":155", "\"step\":154", "contradicts itself: epoch 3 and step 154"),
        ["a negative batch"] = ("\"batch\":51,\"step\":155", "\"batch\":-1,\"step\":103", "batch -1 of 52"),
        ["a batch past the last"] = ("\"batch\":51,\"step\":155", "\"batch\":53,\"step\":157", "batch 53 of 52"),
        ["a batch its sums do not fit"] = ("\"batch\":51,\"step\":155", "\"batch\":50,\"step\":154", "its sums"),
        ["a batch that is no number"] = ("\"batch\":51", "\"batch\":\"51\"", NotTheState),
        ["a batch that is a fraction"] = ("\"batch\":51", "\"batch\":51.5", NotTheState),
        ["a batch beyond 2^31"] = ("\"batch\":51", "\"batch\":4294967347", NotTheState),
        ["a step beyond 2^63"] = ("\"step\":155", "\"step\":9223372036854775808", NotTheState),
        ["a step of an epoch that overflows"] = ("\"step\":104", "\"step\":9223372036854775807", "contradicts itself"),
        ["a loss that is not a number"] = ("\"loss_sum\":98.5", "\"loss_sum\":\"NaN\"", "its sums"),
        ["a loss beyond all numbers"] = ("\"loss_sum\":98.5", "\"loss_sum\":1e999", "its sums"),
        ["a loss that is infinite"] = ("\"loss_sum\":2.25", "\"loss_sum\":\"-Infinity\"", "its sums"),
        ["fewer than no image correct"] = ("\"correct\":40", "\"correct\":-1", "its sums"),
        ["more images correct than there were"] = ("\"correct\":40", "\"correct\":103", "its sums"),
        ["fewer images than batches"] = ("\"images\":102", "\"images\":100", "its sums"),
        ["a window longer than it is"] = ("\"images\":2", "\"images\":102", "its sums"),
        ["sums that took negative time"] = ("\"seconds\":0.03125", "\"seconds\":-0.03125", "its sums"),
        ["sums that took no number of time"] = ("\"seconds\":1.5", "\"seconds\":\"NaN\"", "its sums"),
        ["negative time"] = ("\"seconds\":1.75", "\"seconds\":-1.75", "its time"),
        ["endless time"] = ("\"seconds\":1.75", "\"seconds\":\"Infinity\"", "its time"),
        ["no sums"] = ("\"window_so_far\":{", "\"window_so_far\":null,\"more\":{", NotTheState),
        ["an epoch missing"] = ("\"epochs\":[{\"epoch\":1,", "\"epochs\":[{\"epoch\":2,", "its epochs"),
        ["an epoch of another length"] = ("\"step\":52", "\"step\":51", "its epochs"),
        ["an epoch that lost count of its loss"] = ("\"train_loss\":1.09", "\"train_loss\":\"NaN\"", "its epochs"),
        ["an accuracy above 1"] = ("\"train_accuracy\":0.25", "\"train_accuracy\":25", "its epochs"),
        ["an accuracy below 0"] = ("\"validation_accuracy\":0.5", "\"validation_accuracy\":-0.5", "its epochs"),
        ["an accuracy that is infinite"] = ("\"test_accuracy\":\"NaN\"", "\"test_accuracy\":\"Infinity\"", "its epochs"),
        ["an epoch of endless time"] = ("\"seconds\":2.5", "\"seconds\":1e999", "its epochs"),
        ["an epoch of negative training"] = ("\"train_seconds\":2.25", "\"train_seconds\":-2.25", "its epochs"),
        ["an epoch of negative speed"] = ("\"images_per_second\":45.75", "\"images_per_second\":-45.75", "its epochs"),
        ["a learning rate that is no number"] = ("\"learning_rate\":0.01", "\"learning_rate\":\"NaN\"", "its epochs"),
        ["epochs that are null"] = ("\"epochs\":[", "\"epochs\":null,\"more\":[", NotTheState),
        ["epochs that are an object"] = ("\"epochs\":[", "\"epochs\":{},\"more\":[", NotTheState),
        ["an epoch that is null"] = ("\"epochs\":[", "\"epochs\":[null,", "empty rows"),
        ["an epoch that is empty"] = ("\"epochs\":[", "\"epochs\":[{},", NotTheState),
        ["a row that is null"] = ("\"batches\":[", "\"batches\":[null,", "empty rows"),
        ["a row of another epoch"] = ("\"batches\":[{\"epoch\":1", "\"batches\":[{\"epoch\":2", "its rows"),
        ["a row of another batch"] = ("\"batch\":50", "\"batch\":51", "its rows"),
        ["a row that lost count of its loss"] = ("\"loss\":1.1", "\"loss\":\"NaN\"", "its rows"),
        ["a row with an accuracy above 1"] = ("\"accuracy\":0.39", "\"accuracy\":39", "its rows"),
        ["a member in capitals"] = ("\"seconds\":1.75", "\"Seconds\":1.75", NotTheState),
        ["half a character in a name"] = ("\"seconds\":1.75", "\"\\ud800\":0,\"seconds\":1.75", NotTheState),
        ["a name that is no text"] = ("\"seconds\":1.75", "\"\u0001\":0,\"seconds\":1.75", NotTheState),
        ["a hundred levels"] = ("\"seconds\":1.75", $"\"more\":{new string('[', 100)}{new string(']', 100)},\"seconds\":1.75", NotTheState),
        ["something behind"] = ("\"row_interval\":50}", "\"row_interval\":50}{}", NotTheState),
    };

    private static readonly Dictionary<string, (string Old, string New, string Expected)> _headers = new()
    {
        ["no version"] = ("\"checkpoint_version\"", "\"checkpoint_version_\"", "is no checkpoint of a run"),
        ["another version"] = ("\"checkpoint_version\":\"1\"", "\"checkpoint_version\":\"2\"", "use a newer program"),
        ["an empty version"] = ("\"checkpoint_version\":\"1\"", "\"checkpoint_version\":\"\"", "use a newer program"),
        ["a version that is no text"] = ("\"checkpoint_version\":\"1\"", "\"checkpoint_version\":\"\\ud800\"", "not valid text"),
        ["no state"] = ("\"state\"", "\"state_\"", "lack checksum, network or state"),
        ["no network"] = ("\"network\"", "\"network_\"", "lack checksum, network or state"),
        ["no checksum"] = ("\"checksum\"", "\"checksum_\"", "lack checksum, network or state"),
        ["a checksum of another kind"] = ("\"sha256:", "\"sha512:", "lack checksum, network or state"),
        ["a checksum in other spelling"] = ("\"sha256:", "\"\\u0073ha256:", "lack checksum, network or state"),
        ["a checksum too long"] = ("\"sha256:", "\"sha256:0", "lack checksum, network or state"),
        ["a weight missing"] = ("\"1.bias\"", "\"2.bias\"", "no tensor '1.bias', expected F32 3"),
        ["weights of another shape"] = ("\"shape\":[3,4]", "\"shape\":[4,3]", "'1.weight' as F32 4×3, expected F32 3×4"),
        ["weights of another type"] = ("\"dtype\":\"F32\"", "\"dtype\":\"I32\"", "'1.weight' as I32 3×4, expected F32 3×4"),
        ["a momentum buffer missing"] = ("\"optimizer.momentum_buffer.1.bias\"", "\"optimizer.momentum_buffer.2.bias\"", "no tensor 'optimizer.momentum_buffer.1.bias'"),
    };

    public static TheoryData<string> States => [.. _states.Keys];

    public static TheoryData<string> Headers => [.. _headers.Keys];

    [Theory]
    [MemberData(nameof(States))]
    public void Refuses_a_state_with(string name)
    {
        (string old, string changed, string expected) = _states[name];
        AssertRefused(WithState(Replaced(State, old, changed)), expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("1")]
    [InlineData("\"state\"")]
    [InlineData("{")]
    [InlineData("\uFEFF{}")]
    public void Refuses_a_state_that_is_nothing_like_one(string state) => AssertRefused(WithState(state), "the state in it is");

    [Theory]
    [MemberData(nameof(Headers))]
    public void Refuses_a_file_with(string name)
    {
        (string old, string changed, string expected) = _headers[name];
        AssertRefused((_sound with { Header = Replaced(_sound.Header, old, changed) }).ToBytes(), expected);
    }

    [Theory]
    [InlineData(0, float.NaN)]
    [InlineData(11, float.PositiveInfinity)]
    [InlineData(14, float.NegativeInfinity)]
    [InlineData(15, float.NaN)]
    [InlineData(29, float.PositiveInfinity)]
    public void Refuses_weights_and_momentum_buffers_that_are_no_numbers(int index, float value)
    {
        byte[] data = [.. _sound.Data];
        BitConverter.TryWriteBytes(data.AsSpan(index * sizeof(float)), value);
        AssertRefused((_sound with { Data = data }).ToBytes(), "not finite numbers");
    }

    [Fact]
    public void Refuses_the_checkpoint_of_another_run()
    {
        AssertRefused(TinyRun.File(), "'1.weight' as F32 3×4, expected F32 4×4", new TinyRun(classes: 4));
        AssertRefused(TinyRun.File(momentum: 0), "no tensor 'optimizer.momentum_buffer.1.weight'");
        AssertRefused(TinyRun.File(), "cannot be that of a run over 90 images in batches of 2", new TinyRun(images: 90));
    }

    /// <summary>As when a file of bare weights, with a checksum and all, is taken for a checkpoint.</summary>
    [Fact]
    public void Says_of_bare_weights_that_they_are_no_checkpoint() =>
        AssertRefused(RawSafetensors.Join("""{"__metadata__":{"format":"pt"},"1.bias":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"""u8, new byte[4]), "is no checkpoint of a run");

    [Fact]
    public void Shows_of_the_networks_name_only_what_can_be_shown() =>
        Assert.Equal("t?[2J?y", TinyRun.Read((_sound with { Header = Replaced(_sound.Header, "\"tiny\"", "\"t\\u001b[2J\\ny\"") }).ToBytes()).Network);

    private static string State => JsonDocument.Parse(_sound.Header).RootElement.GetProperty("__metadata__").GetProperty("state").GetString()!;

    private static string Replaced(string text, string old, string changed)
    {
        int place = text.IndexOf(old, StringComparison.Ordinal);
        Assert.True(place >= 0, $"there is no {old} in {text}");
        return $"{text[..place]}{changed}{text[(place + old.Length)..]}";
    }

    private static byte[] WithState(string state)
    {
        string header = _sound.Header;
        int start = header.IndexOf("\"state\":\"", StringComparison.Ordinal) + "\"state\":".Length;
        int end = header.IndexOf("}\"", start, StringComparison.Ordinal) + "}\"".Length;
        return (_sound with { Header = $"{header[..start]}\"{JsonEncodedText.Encode(state)}\"{header[end..]}" }).ToBytes();
    }

    private static void AssertRefused(byte[] file, string expected, TinyRun? other = null)
    {
        using TinyRun run = other ?? new TinyRun();
        TrainingSession session = run.Session;
        string message = Assert.Throws<CheckpointException>(() => TinyRun.Read(file).CopyTo(session)).Message;
        Assert.StartsWith(TinyRun.FileName, message);
        Assert.Contains(expected, message);
        Assert.DoesNotContain(message, char.IsControl);
    }
}
