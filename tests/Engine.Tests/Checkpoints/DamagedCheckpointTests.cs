using System.Buffers.Binary;
using System.Text.Json;
using System.Text.RegularExpressions;
using CsCheck;

namespace CifarFast.Engine.Tests.Checkpoints;

/// <summary>
/// Damaged checkpoints by the hundred thousand. With the checksum as it was, every one is refused; with a checksum that fits the
/// damage, all that stands behind it has to hold.
/// </summary>
public sealed partial class DamagedCheckpointTests
{
    private static readonly byte[] _sound = TinyRun.File();

    /// <summary>What a token of a header or a state is replaced by, and nothing at all.</summary>
    private static readonly string[] _hostileTokens =
    [
        "", "null", "true", "{}", "[]", "[null]", "[{}]", "[[[[[[[[]]]]]]]]", "0", "1", "-1", "-0", "1.5", "4e0", "1e400", "-1e400",
        "2147483648", "9223372036854775807", "9223372036854775808", "18446744073709551616", "\"\"", "\"x\"", "\"NaN\"",
        "\"-Infinity\"", "\"F64\"", "\"\\ud800\"", "\"\\u0000\"", "\"\\u001b[2J\"", ",", ":", "}", "]", "\"",
    ];

    /// <summary>A way to damage bytes: what is done, where (as a share of the file), to how many bytes, and with which.</summary>
    private static readonly Gen<(int Kind, double Place, int Length, byte[] Bytes)[]> _damages =
        Gen.Select(Gen.Int[0, 5], Gen.Double.Unit, Gen.Int[1, 32], Gen.Byte.Array[1, 16]).Array[1, 4];

    [Fact]
    public void The_sound_file_is_read_back_to_what_it_was_made_of()
    {
        using var trial = new ReaderTrial();
        Assert.Null(trial.MustBeRefusedOrSound(_sound, "sound"));
        Assert.Null(trial.MustBeRefusedOrSound(RawSafetensors.Of(_sound).ToBytes(), "taken apart and put together"));
        Assert.Equal(2, trial.Loads);
        using var run = new TinyRun();
        TinyRun.Read(_sound).CopyTo(run.Session);
        Assert.Equal(TinyRun.State.Epochs, run.Session.State.Epochs);
        Assert.Equal(TinyRun.State.Batches, run.Session.State.Batches);
        Assert.Equal(TinyRun.State.EpochSoFar, run.Session.State.EpochSoFar);
        Assert.Equal(TinyRun.State.WindowSoFar, run.Session.State.WindowSoFar);
        Assert.Equal((3, 51, 155L, 1.75), (run.Session.State.Epoch, run.Session.State.Batch, run.Session.State.Step, run.Session.State.Seconds));
    }

    [Fact(Timeout = Hang.Milliseconds)]
    public Task Without_a_new_checksum_every_changed_byte_is_refused() => Task.Run(
        () =>
        {
            using var trial = new ReaderTrial();
            foreach ((byte[] file, string damage) in ChangedBytes().Concat(CutOrLonger()))
            {
                trial.MustBeRefused(file, damage);
            }

            trial.Report();
            Assert.InRange(trial.Files, 80_000, int.MaxValue);
        },
        TestContext.Current.CancellationToken);

    [Fact(Timeout = Hang.Milliseconds)]
    public Task With_a_new_checksum_every_changed_byte_is_refused_or_harmless() => Task.Run(
        () =>
        {
            using var trial = new ReaderTrial();
            foreach ((byte[] file, string damage) in ChangedBytes())
            {
                RawSafetensors.Seal(file);
                trial.MustBeRefusedOrSound(file, damage);
            }

            foreach ((byte[] file, string damage) in CutOrLonger())
            {
                RawSafetensors.Seal(file);
                trial.MustBeRefused(file, damage);
            }

            trial.Report();
            Assert.InRange(trial.Files, 80_000, int.MaxValue);

            // Many a bit of a weight or a figure may be another one.
            Assert.InRange(trial.Loads, 1_000, trial.Files / 2);
            Assert.InRange(trial.Runs, 60, int.MaxValue);
        },
        TestContext.Current.CancellationToken);

    [Fact(Timeout = Hang.Milliseconds)]
    public Task Every_token_of_header_and_state_can_be_anything() => Task.Run(
        () =>
        {
            using var trial = new ReaderTrial();
            RawSafetensors sound = RawSafetensors.Of(_sound);
            foreach ((string header, string damage) in Replaced(sound.Header))
            {
                trial.MustBeRefusedOrSound((sound with { Header = header }).ToBytes(), $"header: {damage}");
            }

            foreach ((string state, string damage) in Replaced(State))
            {
                trial.MustBeRefusedOrSound(WithState(state), $"state: {damage}");
            }

            trial.Report();
            Assert.InRange(trial.Files, 10_000, int.MaxValue);
        },
        TestContext.Current.CancellationToken);

    [Fact]
    public void No_member_of_the_state_may_be_missing_or_there_twice()
    {
        using var trial = new ReaderTrial();
        foreach (Match member in Member.Matches(State))
        {
            trial.MustBeRefused(WithState(State.Remove(member.Index, member.Length)), $"without {member.Value} at {member.Index}");
            trial.MustBeRefused(WithState(State.Insert(member.Index, member.Value)), $"{member.Value} at {member.Index} twice");
        }

        trial.Report();
        Assert.InRange(trial.Files, 80, int.MaxValue);
    }

    [Fact]
    public void A_run_of_an_earlier_version_keeps_the_interval_of_its_rows()
    {
        const string Interval = ",\"row_interval\":50";
        Assert.Contains(Interval, State);
        using var run = new TinyRun();
        TinyRun.Read(WithState(State.Replace(Interval, ""))).CopyTo(run.Session);
        Assert.Equal(50, run.Session.State.RowInterval);
        run.Advance(1 + TinyRun.Batches);
        Assert.Equal((4, 50), (run.Session.State.Batches[^1].Epoch, run.Session.State.Batches[^1].Batch));
    }

    [Fact]
    public void Random_damage_is_refused()
    {
        using var trial = new ReaderTrial();
        _damages.Sample(
            damages =>
            {
                byte[] file = Damaged(damages);
                if (!file.AsSpan().SequenceEqual(_sound))
                {
                    trial.MustBeRefused(file, "random damage");
                }
            },
            iter: 10_000,
            threads: 1);
        trial.Report();
        Assert.InRange(trial.Files, 9_000, int.MaxValue);
    }

    /// <summary>Damage to the header mostly changes its length: the one in front is put right as well, so that more is read of it.</summary>
    [Fact]
    public void Random_damage_with_a_new_checksum_is_refused_or_harmless()
    {
        using var trial = new ReaderTrial();
        int dataBytes = RawSafetensors.Of(_sound).Data.Length;
        _damages.Sample(
            damages =>
            {
                byte[] file = Damaged(damages);
                if (file.Length > 8 + dataBytes)
                {
                    BinaryPrimitives.WriteInt64LittleEndian(file, file.Length - 8 - dataBytes);
                }

                RawSafetensors.Seal(file);
                trial.MustBeRefusedOrSound(file, "random damage");
            },
            iter: 20_000,
            threads: 1);
        trial.Report();
        Assert.InRange(trial.Files, 20_000, int.MaxValue);
    }

    [GeneratedRegex("""
        "(?:\\.|[^"\\])*"|[-+.\w]+|[{}\[\],:]
        """)]
    private static partial Regex Token { get; }

    [GeneratedRegex("""
        "\w+":(?:"[^"]*"|[-+.\w]+),
        """)]
    private static partial Regex Member { get; }

    private static string State => JsonDocument.Parse(RawSafetensors.Of(_sound).Header).RootElement.GetProperty("__metadata__").GetProperty("state").GetString()!;

    private static byte[] WithState(string state)
    {
        RawSafetensors sound = RawSafetensors.Of(_sound);
        string old = JsonEncodedText.Encode(State, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString();
        string changed = JsonEncodedText.Encode(state).ToString();
        Assert.Contains(old, sound.Header);
        return (sound with { Header = sound.Header.Replace(old, changed) }).ToBytes();
    }

    /// <summary>
    /// Every byte of the length in front as everything else it can be; every other one with each bit turned, as what means
    /// something in JSON, and as an eighth of all values, other ones in each place.
    /// </summary>
    private static IEnumerable<(byte[] File, string Damage)> ChangedBytes()
    {
        for (int place = 0; place < _sound.Length; place++)
        {
            byte old = _sound[place];
            IEnumerable<byte> all = Enumerable.Range(0, 256).Select(value => (byte)value);
            IEnumerable<byte> values = place < 8
                ? all
                : [.. Enumerable.Range(0, 8).Select(bit => (byte)(old ^ (1 << bit))), 0, 0xFF, .. "\"\\{}[],:09-. "u8, .. all.Where(value => value % 8 == place % 8)];
            foreach (byte value in values.Distinct().Where(value => value != old))
            {
                byte[] file = [.. _sound];
                file[place] = value;
                yield return (file, $"byte {place} is 0x{value:X2} instead of 0x{old:X2}");
            }
        }
    }

    private static IEnumerable<(byte[] File, string Damage)> CutOrLonger()
    {
        for (int length = 0; length < _sound.Length; length++)
        {
            yield return (_sound[..length], $"cut to {length} bytes");
            yield return (_sound[(_sound.Length - length)..], $"only the last {length} bytes");
        }

        for (int length = 1; length <= 64; length++)
        {
            yield return ([.. _sound, .. new byte[length]], $"{length} zeros longer");
            yield return ([.. _sound, .. _sound[..length]], $"{length} of its own bytes longer");
        }

        yield return ([.. _sound, .. _sound], "twice");
    }

    private static IEnumerable<(string Text, string Damage)> Replaced(string text)
    {
        foreach (Match token in Token.Matches(text))
        {
            foreach (string hostile in _hostileTokens)
            {
                yield return ($"{text[..token.Index]}{hostile}{text[(token.Index + token.Length)..]}", $"{hostile} at {token.Index} instead of {token.Value}");
            }
        }
    }

    private static byte[] Damaged((int Kind, double Place, int Length, byte[] Bytes)[] damages)
    {
        List<byte> file = [.. _sound];
        foreach ((int kind, double share, int length, byte[] bytes) in damages)
        {
            int place = (int)(share * Math.Max(0, file.Count - 32));
            int count = Math.Min(length, file.Count - place);
            switch (kind)
            {
                case 0 when count > 0:
                    file[place] ^= (byte)(1 << (length % 8));
                    break;
                case 1:
                    file.InsertRange(place, bytes);
                    break;
                case 2:
                    file.RemoveRange(place, count);
                    break;
                case 3:
                    file.InsertRange(place, file.GetRange(bytes[0] * 8 % file.Count, 1));
                    break;
                case 4:
                    // A stretch of the sound file in another place.
                    file.InsertRange(place, _sound.AsSpan(bytes[0] * 8 % (_sound.Length - 32), length).ToArray());
                    break;
                default:
                    for (int i = 0; i < Math.Min(count, bytes.Length); i++)
                    {
                        file[place + i] = bytes[i];
                    }

                    break;
            }

            if (file.Count == 0)
            {
                break;
            }
        }

        return [.. file];
    }
}
