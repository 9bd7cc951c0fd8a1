using System.Text.Json;
using CifarFast.Engine.Data.Transforms;

namespace CifarFast.Engine.Tests.Data.Transforms;

/// <summary>Transforms as files have them.</summary>
public sealed class TransformJsonTests
{
    public static TheoryData<string> Texts =>
    [
        """{"type":"RandomHorizontalFlip","Probability":0.25}""",
        """{"type":"AlternatingFlip"}""",
        """{"type":"RandomTranslate","Padding":1,"Pixels":4}""",
        """{"type":"Cutout","Size":12,"Fill":[0.5,0.25,1]}""",
        """{"type":"RandomBrightness","Amount":0.14,"Deviation":[0.247,0.2435,0.2616]}""",
        """{"type":"RandomContrast","Amount":0.13,"Centre":[]}""",
        """{"type":"Mixup","Alpha":0.2}""",
        """{"type":"CutMix","Alpha":1}""",
    ];

    [Theory]
    [MemberData(nameof(Texts))]
    public void They_are_read_as_they_were_written(string text) =>
        Assert.Equal(text, JsonSerializer.Serialize(JsonSerializer.Deserialize<Transform>(text)));

    [Theory]
    [InlineData("""{"type":"RandomHorizontalFlip","Probability":2}""")]
    [InlineData("""{"type":"RandomTranslate","Pixels":0}""")]
    [InlineData("""{"type":"RandomTranslate","Pixels":0.5}""")]
    [InlineData("""{"type":"Cutout","Size":-1}""")]
    [InlineData("""{"type":"Cutout","Size":2,"Fill":[1e99]}""")]
    [InlineData("""{"type":"RandomBrightness","Amount":0}""")]
    [InlineData("""{"type":"RandomContrast","Amount":2}""")]
    [InlineData("""{"type":"Mixup","Alpha":0}""")]
    [InlineData("""{"type":"CutMix","Alpha":-1}""")]
    [InlineData("""{"type":"MixingTransform","Alpha":1}""")]
    [InlineData("""{"type":"Sepia"}""")]
    public void What_cannot_be_is_refused(string text)
    {
        Exception? error = Record.Exception(() => JsonSerializer.Deserialize<Transform>(text));
        Assert.True(error is ArgumentException or JsonException, $"{error}");
    }
}
