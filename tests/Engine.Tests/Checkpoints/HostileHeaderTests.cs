using System.Buffers.Binary;
using System.Text;
using CifarFast.Engine.Checkpoints;

namespace CifarFast.Engine.Tests.Checkpoints;

/// <summary>Headers made up to mislead the reader, and some that look like it and are valid.</summary>
public sealed class HostileHeaderTests
{
    private const string Name = "hostile.safetensors";
    private const string NotJson = "not valid JSON";
    private const string NotNumbers = "not at most 8 whole numbers";

    /// <summary>Header, bytes of data behind it, and what the message has to say.</summary>
    private static readonly Dictionary<string, (string Header, int DataBytes, string Expected)> _refused = new()
    {
        ["tensors overlap"] = (Header(Floats("a", "2", "0,8"), Floats("b", "2", "4,12")), 12, "'b' begins at byte 4, expected 8"),
        ["tensors share their bytes"] = (Header(Floats("a", "2", "0,8"), Floats("b", "2", "0,8")), 8, "tensors overlap"),
        ["a tensor lies within another"] = (Header(Floats("a", "3", "0,12"), Floats("b", "1", "4,8")), 12, "tensors overlap"),
        ["an empty tensor lies within another"] = (Header(Floats("a", "3", "0,12"), Floats("b", "0", "4,4")), 12, "tensors overlap"),
        ["a gap in front"] = (Header(Floats("a", "2", "4,12")), 12, "begins at byte 4, expected 0"),
        ["a gap between"] = (Header(Floats("a", "2", "0,8"), Floats("b", "1", "12,16")), 16, "begins at byte 12, expected 8"),
        ["bytes left over"] = (Header(Floats("a", "2", "0,8")), 9, "something follows them"),
        ["bytes left over by no tensor"] = ("{}", 1, "something follows them"),
        ["too few bytes"] = (Header(Floats("a", "2", "0,8")), 7, "cut short"),
        ["an empty tensor past the end"] = (Header(Floats("a", "2", "0,8"), Floats("b", "0", "9,9")), 8, "begins at byte 9"),
        ["2^40 bytes"] = (Header(Floats("a", "274877906944", "0,1099511627776")), 8, "other offsets"),
        ["2^40 bytes in sizes that are allowed"] = (Header(Floats("a", "524288,524288", "0,1099511627776")), 8, "cut short"),
        ["offsets reversed"] = (Header(Floats("a", "2", "8,0")), 8, "other offsets"),
        ["offsets negative"] = (Header(Floats("a", "2", "-8,0")), 8, NotNumbers),
        ["offsets at the end of numbers"] = (Header(Floats("a", "2", "9223372036854775799,9223372036854775807")), 8, "begins at byte 9223372036854775799"),
        ["offsets as far apart as can be"] = (Header(Floats("a", "2", "0,9223372036854775807")), 8, "other offsets"),
        ["offsets beyond 2^63"] = (Header(Floats("a", "2", "0,9223372036854775808")), 8, NotNumbers),
        ["offsets beyond 2^64"] = (Header(Floats("a", "2", "18446744073709551616,18446744073709551624")), 8, NotNumbers),
        ["offsets as fractions"] = (Header(Floats("a", "2", "0.0,8.0")), 8, NotNumbers),
        ["offsets with exponents"] = (Header(Floats("a", "2", "0,8e0")), 8, NotNumbers),
        ["offsets as texts"] = (Header(Floats("a", "2", "\"0\",\"8\"")), 8, NotNumbers),
        ["one offset"] = (Header(Floats("a", "2", "8")), 8, "two offsets"),
        ["three offsets"] = (Header(Floats("a", "2", "0,4,8")), 8, "two offsets"),
        ["no offsets"] = ("""{"a":{"dtype":"F32","shape":[2]}}""", 8, "two offsets"),
        ["no shape"] = ("""{"a":{"dtype":"F32","data_offsets":[0,8]}}""", 8, "lacks its type, shape"),
        ["no type"] = ("""{"a":{"shape":[2],"data_offsets":[0,8]}}""", 8, "lacks its type"),
        ["sizes negative"] = (Header(Floats("a", "-2", "0,8")), 8, NotNumbers),
        ["sizes negative by twos"] = (Header(Floats("a", "-1,-2", "0,8")), 8, NotNumbers),
        ["sizes beyond 2^31"] = (Header(Floats("a", "2147483648,0", "0,0")), 0, "other offsets"),
        ["sizes whose product wraps around to 0"] = (Header(Floats("a", "65536,65536,65536,65536", "0,0")), 0, "other offsets"),
        ["sizes whose product wraps around to 2"] = (Header(Floats("a", "2147483647,2147483647,2,1,1,1,1,1", "0,8")), 8, "other offsets"),
        ["the largest sizes"] = (Header(Floats("a", string.Join(',', Enumerable.Repeat(int.MaxValue, 8)), "0,8")), 8, "other offsets"),
        ["nine sizes"] = (Header(Floats("a", "2,1,1,1,1,1,1,1,1", "0,8")), 8, NotNumbers),
        ["a million sizes"] = (Header(Floats("a", "2" + string.Concat(Enumerable.Repeat(",1", 1_000_000)), "0,8")), 8, NotNumbers),
        ["sizes within sizes"] = (Header(Floats("a", "[2]", "0,8")), 8, NotNumbers),
        ["an unknown type"] = ("""{"a":{"dtype":"F99","shape":[2],"data_offsets":[0,8]}}""", 8, "unknown type 'F99'"),
        ["a type in small letters"] = ("""{"a":{"dtype":"f32","shape":[2],"data_offsets":[0,8]}}""", 8, "unknown type 'f32'"),
        ["a type that is null"] = ("""{"a":{"dtype":null,"shape":[2],"data_offsets":[0,8]}}""", 8, "unknown type"),
        ["a type that is a number"] = ("""{"a":{"dtype":32,"shape":[2],"data_offsets":[0,8]}}""", 8, "unknown type"),
        ["a type that is an object"] = ("""{"a":{"dtype":{"shape":[2],"data_offsets":[0,8]}}}""", 8, "unknown type"),
        ["a type that is a list"] = ("""{"a":{"dtype":["F32"],"shape":[2],"data_offsets":[0,8]}}""", 8, "'a'"),
        ["a type of a megabyte"] = ($$$"""{"a":{"dtype":"{{{new string('F', 1 << 20)}}}","shape":[2],"data_offsets":[0,8]}}""", 8, "unknown type"),
        ["a tensor that is null"] = ("""{"a":null}""", 0, "not described by an object"),
        ["a tensor that is a list"] = ("""{"a":[]}""", 0, "not described by an object"),
        ["a strange member"] = ("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"strides":[1]}}""", 8, "strange or second 'strides'"),
        ["a name twice"] = (Header(Floats("a", "2", "0,8"), Floats("a", "2", "8,16")), 16, "'a' twice"),
        ["a name twice in two spellings"] = (Header(Floats("a", "2", "0,8"), Floats(@"\u0061", "2", "8,16")), 16, "'a' twice"),
        ["a type twice"] = ("""{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, "second 'dtype'"),
        ["a shape twice"] = ("""{"a":{"dtype":"F32","shape":[2],"shape":[2],"data_offsets":[0,8]}}""", 8, "second 'shape'"),
        ["offsets twice"] = ("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"data_offsets":[0,8]}}""", 8, "second 'data_offsets'"),
        ["metadata twice"] = ("""{"__metadata__":{"a":"b"},"__metadata__":{"c":"d"}}""", 0, "not one object"),
        ["metadata twice, first empty"] = ("""{"__metadata__":{},"__metadata__":{"c":"d"}}""", 0, "not one object"),
        ["a key of the metadata twice"] = ("""{"__metadata__":{"a":"b","a":"b"}}""", 0, "'a' twice"),
        ["metadata that are null"] = ("""{"__metadata__":null}""", 0, "not one object"),
        ["metadata that are a text"] = ("""{"__metadata__":"a"}""", 0, "not one object"),
        ["metadata that are a tensor"] = ("""{"__metadata__":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}""", 0, "'shape' in its metadata is no text"),
        ["a number in the metadata"] = ("""{"__metadata__":{"a":1}}""", 0, "'a' in its metadata is no text"),
        ["null in the metadata"] = ("""{"__metadata__":{"a":null}}""", 0, "'a' in its metadata is no text"),
        ["an object in the metadata"] = ("""{"__metadata__":{"a":{}}}""", 0, "'a' in its metadata is no text"),
        ["a list in the metadata"] = ("""{"__metadata__":{"a":["b"]}}""", 0, "'a' in its metadata is no text"),
        ["no header"] = ("", 0, "does not begin with '{'"),
        ["spaces only"] = ("        ", 0, "does not begin with '{'"),
        ["a space in front"] = (" {}", 0, "does not begin with '{'"),
        ["a byte order mark"] = ("\uFEFF{}", 0, "does not begin with '{'"),
        ["a list"] = ("[]", 0, "does not begin with '{'"),
        ["a brace alone"] = ("{", 0, NotJson),
        ["half a name"] = ("{\"a", 0, NotJson),
        ["something behind"] = ("{}x", 0, NotJson),
        ["an object behind"] = ("{}{}", 0, NotJson),
        ["zeros behind"] = ("{}\0\0\0\0\0\0", 0, NotJson),
        ["a comma at the end"] = ("{\"__metadata__\":{},}", 0, NotJson),
        ["a comment"] = ("{/**/}", 0, NotJson),
        ["other quotes"] = ("{'a':1}", 0, NotJson),
        ["a line break in a name"] = ("{\"a\n\":{}}", 0, NotJson),
        ["NaN"] = ("{\"a\":NaN}", 0, NotJson),
        ["a hundred levels"] = ($$"""{"a":{{new string('[', 100)}}{{new string(']', 100)}}}""", 0, "not described by an object"),
        ["a hundred levels of type"] = (string.Concat(Enumerable.Repeat("{\"dtype\":", 100)), 0, "second 'dtype'"),
        ["a million levels"] = ($$"""{"a":{"dtype":{{new string('[', 1_000_000)}}""", 0, NotJson),
        ["half a character in a name"] = (Header(Floats(@"a\ud800", "2", "0,8")), 8, NotJson),
        ["half a character in a key"] = ("""{"__metadata__":{"\udc00":"b"}}""", 0, NotJson),
        ["a name of 257 bytes"] = (Header(Floats(new string('a', 257), "2", "0,8")), 8, "longer than 256 bytes"),
        ["a name of a megabyte"] = (Header(Floats(new string('a', 1 << 20), "2", "0,8")), 8, "longer than 256 bytes"),
        ["a key of a megabyte"] = ($$$"""{"__metadata__":{"{{{new string('a', 1 << 20)}}}":"b"}}""", 0, "longer than 256 bytes"),
        ["a member of a megabyte"] = ($$$"""{"a":{"{{{new string('a', 1 << 20)}}}":"b"}}""", 0, "longer than 256 bytes"),
        ["20,000 tensors"] = (Many(20_000), 0, "more than 16,384 entries"),
        ["20,000 texts"] = (Header($$"""
            "__metadata__":{{Header([.. Enumerable.Range(0, 20_000).Select(i => $"\"{i}\":\"\"")])}}
            """), 0, "more than 16,384 entries"),
    };

    private static readonly Dictionary<string, (string Header, int DataBytes)> _accepted = new()
    {
        ["nothing"] = ("{}", 0),
        ["empty metadata"] = ("""{"__metadata__":{}}""", 0),
        ["spaces behind"] = ("{}      ", 0),
        ["a single number"] = (Header(Floats("a", "", "0,4")), 4),
        ["an empty tensor"] = (Header(Floats("a", "3,0,2147483647", "0,0")), 0),
        ["empty tensors between others"] = (Header(Floats("a", "2", "0,8"), Floats("b", "0", "8,8"), Floats("c", "1", "8,12"), Floats("d", "0", "12,12")), 12),
        ["tensors in another order than their bytes"] = (Header(Floats("a", "1", "8,12"), Floats("b", "2", "0,8")), 12),
        ["members in another order"] = ("""{"a":{"data_offsets":[0,8],"shape":[1],"dtype":"I64"}}""", 8),
        ["offsets that are no multiples of four"] = ("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}}""", 5),
        ["a tensor that is called as the format's own words"] = (Header(Floats("dtype", "2", "0,8")), 8),
        ["a name of 256 bytes"] = (Header(Floats(new string('a', 256), "2", "0,8")), 8),
        ["letters of all the world"] = (Header("""
            "__metadata__":{"ключ":"値\ud83d\ude00"}
            """, Floats("größe😀", "2", "0,8")), 8),
        ["16,384 tensors"] = (Many(16_384), 0),
    };

    /// <summary>Bytes that are not UTF-8: a single one, one too long for what it says, half a pair, beyond the last character.</summary>
    private static readonly byte[][] _notUtf8 = [[0xFF], [0x80], [0xC3], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]];

    public static TheoryData<string> Refused => [.. _refused.Keys];

    public static TheoryData<string> Accepted => [.. _accepted.Keys];

    public static TheoryData<ulong> Lengths =>
    [
        3, 4, (1UL << 31) - 8, int.MaxValue, 1UL << 31, uint.MaxValue, 1UL << 32, (1UL << 32) + 2, 100_000_000, 100_000_001, 104_857_601,
        long.MaxValue - 8, long.MaxValue, 1UL << 63, (1UL << 63) + 2, ulong.MaxValue - 7, ulong.MaxValue,
    ];

    [Theory]
    [MemberData(nameof(Refused))]
    public void Refuses(string name) =>
        AssertRefused(RawSafetensors.Join(Encoding.UTF8.GetBytes(_refused[name].Header), new byte[_refused[name].DataBytes]), _refused[name].Expected);

    [Theory]
    [MemberData(nameof(Accepted))]
    public void Accepts(string name)
    {
        SafetensorsFile file = Read(RawSafetensors.Join(Encoding.UTF8.GetBytes(_accepted[name].Header), new byte[_accepted[name].DataBytes]));
        Assert.Equal(_accepted[name].DataBytes, file.Tensors.Values.Sum(tensor => tensor.End - tensor.Start));
    }

    /// <summary>A file of two bytes of header, which claims another length.</summary>
    [Theory]
    [MemberData(nameof(Lengths))]
    public void Refuses_a_header_longer_than_the_file(ulong length)
    {
        byte[] file = RawSafetensors.Join("{}"u8, []);
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);
        AssertRefused(file, $"claims to be {length:N0} bytes long, in a file of 10");
    }

    [Theory]
    [InlineData(0, "does not begin with")]
    [InlineData(1, NotJson)]
    public void Refuses_a_header_shorter_than_it_is(ulong length, string expected)
    {
        byte[] file = RawSafetensors.Join("{}"u8, []);
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);
        AssertRefused(file, expected);
    }

    /// <summary>What the format allows ends at a hundred million bytes, even where the file has more.</summary>
    [Fact]
    public void Refuses_a_header_longer_than_the_format_allows()
    {
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, 100_000_001);
        var error = Assert.Throws<CheckpointException>(() => SafetensorsFile.Read(new MemoryStream(length), 1L << 40, Name));
        AssertFit(error.Message, "claims to be 100,000,001 bytes");
    }

    [Fact]
    public void Refuses_a_file_that_becomes_shorter_while_it_is_read()
    {
        byte[] file = TinyRun.File();
        for (int length = 0; length < file.Length; length++)
        {
            var error = Assert.Throws<CheckpointException>(() => SafetensorsFile.Read(new MemoryStream(file, 0, length), file.Length, Name));
            AssertFit(error.Message, "became shorter while it was read");
        }
    }

    [Fact]
    public void Refuses_what_is_not_UTF_8_wherever_it_stands()
    {
        foreach (byte[] bytes in _notUtf8)
        {
            AssertRefused(RawSafetensors.Join([.. "{\"a"u8, .. bytes, .. "\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}"u8], []), "not UTF-8");
            AssertRefused(RawSafetensors.Join([.. "{\"__metadata__\":{\"a"u8, .. bytes, .. "\":\"b\"}}"u8], []), "not UTF-8");
            AssertRefused(RawSafetensors.Join([.. "{\"__metadata__\":{\"a\":\"b"u8, .. bytes, .. "\"}}"u8], []), "not UTF-8");
            AssertRefused(RawSafetensors.Join([.. "{\"a\":{\"dtype\":\"F32"u8, .. bytes, .. "\",\"shape\":[0],\"data_offsets\":[0,0]}}"u8], []), "not UTF-8");
        }
    }

    [Fact]
    public void Says_of_half_a_character_in_a_text_that_it_is_damage_when_asked_for_it()
    {
        SafetensorsFile file = Read(RawSafetensors.Join("""{"__metadata__":{"a":"\ud800","b":"c"}}"""u8, []));
        AssertFit(Assert.Throws<CheckpointException>(() => file.Metadata("a")).Message, "'a' in its metadata is not valid text");
        Assert.Equal("c", Encoding.UTF8.GetString(file.Metadata("b")!));
        Assert.Null(file.Metadata("c"));
    }

    /// <summary>Escape sequences, bells, line breaks of all kinds, and what makes the rest of a line run backwards.</summary>
    [Fact]
    public void Keeps_out_of_its_messages_what_steers_a_terminal()
    {
        AssertKeptOut(@"\u001b[2J\u0007\b\n\r\t\u0000\u009b", "'a?[2J???????");
        AssertKeptOut("\u009b\u202e\u2066\u2028\u2029\u0085", "'a??????");
        AssertKeptOut(@"\ud83d\ude00", "'a??");
    }

    [Fact]
    public void Says_no_more_of_a_long_name_than_fits_a_line()
    {
        string message = AssertRefused(RawSafetensors.Join(Encoding.UTF8.GetBytes(Header(Floats(new string('a', 200), "2", "0,4"))), new byte[4]), "'aaa");
        Assert.InRange(message.Length, 0, 250);
    }

    private static string Floats(string name, string shape, string offsets) =>
        $$"""
        "{{name}}":{"dtype":"F32","shape":[{{shape}}],"data_offsets":[{{offsets}}]}
        """;

    private static string Header(params string[] members) => $"{{{string.Join(',', members)}}}";

    private static string Many(int count) => Header([.. Enumerable.Range(0, count).Select(i => Floats($"{i}", "0", "0,0"))]);

    private static SafetensorsFile Read(byte[] file) => SafetensorsFile.Read(new MemoryStream(file), file.Length, Name);

    private static void AssertKeptOut(string name, string expected)
    {
        AssertRefused(RawSafetensors.Join(Encoding.UTF8.GetBytes(Header(Floats("a" + name, "2", "0,4"))), new byte[4]), expected);
        AssertRefused(RawSafetensors.Join(Encoding.UTF8.GetBytes($$$"""{"__metadata__":{"a{{{name}}}":1}}"""), []), expected);
        AssertRefused(RawSafetensors.Join(Encoding.UTF8.GetBytes($$$"""{"b":{"a{{{name}}}":1}}"""), []), expected);
        AssertRefused(RawSafetensors.Join(Encoding.UTF8.GetBytes($$$"""{"b":{"dtype":"a{{{name}}}","shape":[],"data_offsets":[0,4]}}"""), []), expected);
    }

    private static string AssertRefused(byte[] file, string expected)
    {
        string message = Assert.Throws<CheckpointException>(() => Read(file)).Message;
        AssertFit(message, expected);
        return message;
    }

    private static void AssertFit(string message, string expected)
    {
        Assert.StartsWith(Name, message);
        Assert.Contains(expected, message);
        Assert.DoesNotContain(message, c => char.IsControl(c) || c is '\u2028' or '\u2029' or '\u202e' or '\u2066' || char.IsSurrogate(c));
    }
}
