using ScottPlot;
using SkiaSharp;

namespace CifarFast.Trainer.Reports;

/// <summary>The fonts that come with the program: pictures look the same on every machine, and have text where there are no fonts at all.</summary>
internal sealed class EmbeddedFonts : IFontResolver
{
    /// <summary>What the family is called.</summary>
    public const string Family = "Roboto";

    private static readonly Lazy<EmbeddedFonts> _instance = new(() =>
    {
        var fonts = new EmbeddedFonts();
        Fonts.FontResolvers.Insert(0, fonts);
        Fonts.Default = Family;
        return fonts;
    });

    private EmbeddedFonts()
    {
    }

    /// <summary>For text.</summary>
    public SKTypeface Regular { get; } = Load("Roboto-Regular.ttf");

    /// <summary>For titles.</summary>
    public SKTypeface Medium { get; } = Load("Roboto-Medium.ttf");

    /// <summary>The fonts, known to ScottPlot from the first call on.</summary>
    public static EmbeddedFonts Use() => _instance.Value;

    /// <summary>The typeface of the family, or null for another one's name.</summary>
    public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) =>
        fontName != Family ? null : bold ? Medium : Regular;

    /// <summary>The typeface of the family, or null for another one's name.</summary>
    public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
        CreateTypeface(fontName, weight > FontWeight.Normal, slant != FontSlant.Upright);

    private static SKTypeface Load(string name)
    {
        using Stream font = typeof(EmbeddedFonts).Assembly.GetManifestResourceStream(name)!;
        return SKTypeface.FromStream(font);
    }
}
