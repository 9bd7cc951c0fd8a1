using System.Buffers.Binary;
using System.Text;
using CifarFast.Engine.Formats.NumPy;

namespace CifarFast.Engine.Tests.Formats.NumPy;

public class NpyReaderTests
{
    [Theory]
    [InlineData("f2", "0000 003c 00c0 007c", "float16 4", new[] { 0, 1, -2, double.PositiveInfinity })]
    [InlineData("f4", "0000803f 000020c1", "float32 2", new[] { 1.0, -10 })]
    [InlineData("f8", "000000000000f03f 9a9999999999b9bf", "float64 2", new[] { 1.0, -0.1 })]
    [InlineData("i1", "7f 80", "int8 2", new[] { 127.0, -128 })]
    [InlineData("i2", "ff7f 0080", "int16 2", new[] { 32767.0, -32768 })]
    [InlineData("i4", "ffffff7f ffffffff", "int32 2", new[] { int.MaxValue, -1.0 })]
    [InlineData("i8", "0000000000000040 feffffffffffffff", "int64 2", new[] { 4611686018427387904.0, -2 })]
    [InlineData("u1", "7f 80", "uint8 2", new[] { 127.0, 128 })]
    [InlineData("u2", "ffff 0080", "uint16 2", new[] { 65535.0, 32768 })]
    [InlineData("u4", "ffffffff 01000000", "uint32 2", new[] { uint.MaxValue, 1.0 })]
    [InlineData("u8", "0000000000000080 0200000000000000", "uint64 2", new[] { 9223372036854775808.0, 2 })]
    [InlineData("b1", "00 01 ff", "bool 3", new[] { 0.0, 1, 1 })]
    public void Reads_every_type_in_every_byte_order(string type, string elements, string description, double[] expected)
    {
        byte[][] littleEndian = [.. elements.Split(' ').Select(Convert.FromHexString)];
        byte[][] bigEndian = [.. littleEndian.Select(element => element.Reverse().ToArray())];
        foreach (char order in "<=|>")
        {
            bool little = order == '<' || (order != '>' && BitConverter.IsLittleEndian);
            byte[] data = [.. (little ? littleEndian : bigEndian).SelectMany(element => element)];
            (string read, double[] values) = NpyBytes.Read(NpyBytes.Of(order + type, $"({expected.Length},)", data));
            Assert.Equal(description, read);
            Assert.Equal(expected, values);
        }
    }

    [Theory]
    [InlineData("()", 1, "uint8")]
    [InlineData("(5,)", 5, "uint8 5")]
    [InlineData("(0,)", 0, "uint8 0")]
    [InlineData("(2, 3)", 6, "uint8 2×3")]
    [InlineData("(2, 1, 1, 3)", 6, "uint8 2×1×1×3")]
    [InlineData("(1, 1, 1, 1, 1, 1, 1, 2, 1, 1)", 2, "uint8 1×1×1×1×1×1×1×2×…")]
    [InlineData("(9000000000000000000, 9000000000000000000, 0)", 0, "uint8 9000000000000000000×9000000000000000000×0")]
    public void Reads_every_rank(string shape, int count, string description)
    {
        byte[] data = [.. Enumerable.Range(1, count).Select(i => (byte)i)];
        (string read, double[] values) = NpyBytes.Read(NpyBytes.Of("|u1", shape, data));
        Assert.Equal(description, read);
        Assert.Equal(data.Select(value => (double)value), values);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Reads_every_version(byte version)
    {
        byte[] array = NpyBytes.Of("{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }".PadRight(117) + "\n", [3, 4], version);
        Assert.Equal([3.0, 4], NpyBytes.Read(array).Values);
    }

    [Theory]
    [InlineData("{'shape': (2,), 'descr': '|u1', 'fortran_order': False}")]
    [InlineData("{'fortran_order': False, 'shape': (2L,), 'descr': '|u1',}\n")]
    [InlineData("  { \"descr\" : \"|u1\" , \"fortran_order\" : False , \"shape\" : ( 2 , ) , }  \n\n")]
    [InlineData("{'descr':'|u1','fortran_order':False,'shape':(2,1)}")]
    [InlineData("{'descr':'|u1','fortran_order':False,'shape':(2,1L,)}")]
    [InlineData("{'descr':\n'|u1','fortran_order':True,'shape':(2,)}")]
    public void Reads_odd_but_legal_headers(string dictionary) =>
        Assert.Equal([3.0, 4], NpyBytes.Read(NpyBytes.Of(dictionary, [3, 4])).Values);

    [Theory]
    [InlineData("|O", "a pickled object, which could run code, and is never loaded")]
    [InlineData("|O8", "a pickled object")]
    [InlineData("|S5", "texts")]
    [InlineData("<U10", "texts")]
    [InlineData("|V16", "records")]
    [InlineData("<M8[ns]", "dates")]
    [InlineData("<m8[s]", "dates or durations")]
    [InlineData("<c16", "complex")]
    [InlineData("<f16", "unknown type '<f16'")]
    [InlineData("<f3", "unknown type")]
    [InlineData("<i16", "unknown type")]
    [InlineData("|b8", "unknown type")]
    [InlineData("<f", "unknown type")]
    [InlineData("<f 8", "unknown type")]
    [InlineData("<f08", "unknown type")]
    [InlineData("f8", "unknown type 'f8'")]
    [InlineData("float64", "unknown type 'float64'")]
    [InlineData("!f8", "unknown type")]
    [InlineData("<", "unknown type")]
    [InlineData("", "unknown type ''")]
    [InlineData("<f8<f8<f8<f8<f8<f8<f8<f8<f8", "unknown type '<f8<f8<f8<f8<f8<f8<f…'")]
    public void Refuses_what_is_no_plain_number_and_says_what_it_is(string type, string expected) =>
        AssertRefused(NpyBytes.Of(type, "(1,)", new byte[8]), expected);

    [Theory]
    [InlineData("[('a', '<f8'), ('b', '<i4')]")]
    [InlineData("('<f8', (3,))")]
    public void Refuses_records(string type) =>
        AssertRefused(NpyBytes.Of($"{{'descr': {type}, 'fortran_order': False, 'shape': (1,), }}", new byte[12]), "is of records");

    [Theory]
    [InlineData("", "without '{'")]
    [InlineData("{", "not a dictionary")]
    [InlineData("{}", "lacks one of")]
    [InlineData("{'descr': '|u1', 'fortran_order': False}", "lacks one of")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (2,)", "without '}'")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (2,),", "not a dictionary")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (2,), } x", "something behind")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }}", "something behind")]
    [InlineData("{,'descr': '|u1', 'fortran_order': False, 'shape': (2,)}", "not a dictionary")]
    [InlineData("{'descr': '|u1',, 'fortran_order': False, 'shape': (2,)}", "not a dictionary")]
    [InlineData("{'descr': '|u1' 'fortran_order': False, 'shape': (2,)}", "without '}'")]
    [InlineData("{'descr' '|u1', 'fortran_order': False, 'shape': (2,)}", "without ':'")]
    [InlineData("{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (2,)}", "second 'descr'")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (2,), 'more': 1}", "strange or second 'more'")]
    [InlineData("{'descr': '|u1', 'fortran_order': 0, 'shape': (2,)}", "neither True nor False")]
    [InlineData("{'descr': '|u1', 'fortran_order': Falsehood, 'shape': (2,)}", "without '}'")]
    [InlineData("{'descr': '|u1', 'fortran_order': not True, 'shape': (2,)}", "neither True nor False")]
    [InlineData("{'descr': u'|u1', 'fortran_order': False, 'shape': (2,)}", "not a dictionary")]
    [InlineData("{'descr': '|u1\", 'fortran_order': False, 'shape': (2,)}", "unknown type")]
    [InlineData("{'descr': '|u1", "does not end")]
    [InlineData("{'descr': '|u\\x31', 'fortran_order': False, 'shape': (2,)}", "escape")]
    [InlineData("{'descr': __import__('os').system('id'), 'fortran_order': False, 'shape': (2,)}", "not a dictionary")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': 2}", "without '('")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (2)}", "no tuple")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (,)}", "no tuple")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (2,,)}", "no tuple")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': [2]}", "without '('")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (2.0,)}", "without ')'")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (02,)}", "no tuple of whole numbers")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (2_0,)}", "without ')'")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (1+1,)}", "without ')'")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (-2,)}", "negative")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (- 2,)}", "negative")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (2,", "no tuple")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (9223372036854775808,)}", "beyond all bounds")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (9223372036854775807,)}", "beyond all bounds")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296)}", "beyond all bounds")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,)}", "8,000,000,000,000 bytes")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (3,)}", "3 bytes behind its header, but 2")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (1,)}", "1 byte behind its header, but 2")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }\0", "ASCII")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (2,), 'é': 1}", "ASCII")]
    [InlineData("{'descr': '|u1',\t'fortran_order': False, 'shape': (2,)}", "ASCII")]
    [InlineData("{'\u001b[2J': 1}", "ASCII")]
    public void Refuses_a_header_that_is_not_exactly_what_it_should_be(string dictionary, string expected) =>
        AssertRefused(NpyBytes.Of(dictionary, [3, 4]), expected);

    [Fact]
    public void Refuses_more_dimensions_than_there_can_be()
    {
        string shape = string.Concat(Enumerable.Repeat("1,", 64));
        Assert.Equal([7.0], NpyBytes.Read(NpyBytes.Of("|u1", $"({shape})", [7])).Values);
        AssertRefused(NpyBytes.Of("|u1", $"({shape}1)", [7]), "more than 64 dimensions");
    }

    [Fact]
    public void Refuses_a_header_of_a_megabyte_without_reading_it()
    {
        byte[] array = NpyBytes.Of(Encoding.ASCII.GetBytes(new string(' ', 1 << 20)), [], version: 2);
        long before = GC.GetAllocatedBytesForCurrentThread();
        AssertRefused(array, "has a header of 1,048,576 bytes, expected at most 10,000");
        BinaryPrimitives.WriteUInt32LittleEndian(array.AsSpan(8), uint.MaxValue);
        AssertRefused(array, "has a header of 4,294,967,295 bytes");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 18);
    }

    [Theory]
    [InlineData("93 4e 55 4d 50 58 01 00", "does not begin as one")]
    [InlineData("80 04 95 00 00 00 00 00", "does not begin as one")]
    [InlineData("93 4e 55 4d 50 59 00 00", "version 0.0")]
    [InlineData("93 4e 55 4d 50 59 04 00", "version 4.0")]
    [InlineData("93 4e 55 4d 50 59 01 01", "version 1.1")]
    public void Refuses_what_begins_otherwise(string start, string expected) =>
        AssertRefused([.. Convert.FromHexString(start.Replace(" ", "")), .. NpyBytes.OfNumber(1)[8..]], expected);

    [Fact]
    public void Notices_wherever_it_is_cut()
    {
        byte[] array = NpyBytes.OfFloats("(3,)", 1, 2, 3);
        for (int length = 0; length < array.Length; length++)
        {
            Exception error = Assert.ThrowsAny<Exception>(() => NpyBytes.Read(array[..length]));
            Assert.True(error is FormatException or EndOfStreamException, error.ToString());
            Assert.Throws<EndOfStreamException>(() =>
            {
                var reader = new NpyReader(new MemoryStream(array, 0, length), array.Length);
                reader.Elements().Sum();
            });
        }
    }

    [Fact]
    public void Reads_elements_across_the_borders_of_its_chunks()
    {
        double[] values = [.. Enumerable.Range(0, 20_000).Select(i => i / 8.0)];
        Assert.Equal(values, NpyBytes.Read(NpyBytes.OfFloats("(20000,)", values)).Values);
    }

    [Theory]
    [InlineData(new int[0], "{'descr': '<f8', 'fortran_order': False, 'shape': (), }")]
    [InlineData(new[] { 0 }, "{'descr': '<f8', 'fortran_order': False, 'shape': (0,), }")]
    [InlineData(new[] { 8192, 128 }, "{'descr': '<f8', 'fortran_order': False, 'shape': (8192, 128), }")]
    public void Writes_the_header_that_NumPy_writes(int[] shape, string dictionary)
    {
        var file = new MemoryStream();
        NpyHeader.Write(file, "<f8", shape);
        Assert.Equal(NpyBytes.Of(dictionary.PadRight(117) + "\n", []), file.ToArray());
    }

    private static void AssertRefused(byte[] array, string expected)
    {
        string message = Assert.Throws<FormatException>(() => NpyBytes.Read(array)).Message;
        Assert.Contains(expected, message);
        Assert.DoesNotContain(message, char.IsControl);
    }
}
