using CifarFast.Trainer.Tests.Commands;

namespace CifarFast.Trainer.Tests.Reports;

/// <summary>The page of a run, as a browser shows it.</summary>
public sealed class BrowserTests(TrainedRun run, Browser browser) : IClassFixture<TrainedRun>, IClassFixture<Browser>
{
    private const int Classes = 10;

    private string Page => Path.Combine(run.Directory, "report.html");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_picture_is_shown(bool isDark)
    {
        Open(1300, isDark);
        Assert.Equal(isDark, browser.Run<bool>("return matchMedia('(prefers-color-scheme: dark)').matches"));
        long pictures = browser.Run<long>("return document.images.length");

        // What the confusion matrices show is a table here.
        Assert.Equal(Directory.GetFiles(Path.Combine(run.Directory, "pictures")).Count(path => !Path.GetFileName(path).StartsWith("confusion", StringComparison.Ordinal)), pictures);
        Assert.Equal(pictures, browser.Run<long>("return [...document.images].filter(i => i.complete && i.naturalWidth > 0 && i.clientWidth > 100).length"));

        // The one it shows is of the colours of the screen, and it is not distorted.
        string shown = isDark ? "i.parentElement.querySelector('source').srcset" : "i.src";
        Assert.Equal(pictures, browser.Run<long>($"return [...document.images].filter(i => i.currentSrc === {shown}).length"));
        Assert.Equal(
            pictures,
            browser.Run<long>("return [...document.images].filter(i => Math.abs(i.naturalWidth / i.naturalHeight / (i.clientWidth / i.clientHeight) - 1) < 0.02).length"));
        Assert.Empty(browser.TakeComplaints());
    }

    [Fact]
    public void The_page_loads_nothing_else()
    {
        Open(1300);
        Assert.Equal("run · CifarFast", browser.Run<string>("return document.title"));
        Assert.Equal("complete", browser.Run<string>("return document.readyState"));
        Assert.Equal(0, browser.Run<long>("return performance.getEntriesByType('resource').filter(r => !r.name.startsWith('data:')).length"));
        Assert.Equal(0, browser.Run<long>("return document.scripts.length"));
        Assert.Equal("CSS1Compat", browser.Run<string>("return document.compatMode"));
        Assert.Empty(browser.TakeComplaints());
    }

    [Fact]
    public void The_tables_have_every_class_and_every_image()
    {
        Open(1300);
        Assert.Equal(Classes, browser.Run<long>("return document.querySelectorAll('table.classes tbody tr').length"));
        Assert.Equal(Classes, browser.Run<long>("return document.querySelectorAll('table.confusion tbody tr').length"));
        Assert.Equal(Classes * Classes, browser.Run<long>("return document.querySelectorAll('table.confusion td').length"));
        Assert.Equal(
            TrainedRun.TestImages, browser.Run<long>("return [...document.querySelectorAll('table.confusion td')].reduce((sum, cell) => sum + Number(cell.textContent), 0)"));
        Assert.Equal(
            TrainedRun.TestImages,
            browser.Run<long>("return [...document.querySelectorAll('table.classes tbody tr')].reduce((sum, row) => sum + Number(row.cells[4].textContent), 0)"));
        Assert.Equal(
            browser.Run<long>("return Math.round(100 * [...document.querySelectorAll('table.confusion td.right')].reduce((sum, cell) => sum + Number(cell.textContent), 0) / 60 * 100)"),
            browser.Run<long>("return Math.round(100 * parseFloat(document.querySelector('.figures b').textContent))"));
    }

    [Theory]
    [InlineData(320)]
    [InlineData(390)]
    [InlineData(1300)]
    public void Nothing_sticks_out_at_the_side(int width)
    {
        Open(width);
        Assert.InRange(browser.Run<long>("return document.documentElement.clientWidth"), width - 20, width);
        Assert.True(
            browser.Run<bool>("return document.documentElement.scrollWidth <= document.documentElement.clientWidth"),
            browser.Run<string>("return [...document.querySelectorAll('body *')].filter(e => !e.closest('.scroll') && e.getBoundingClientRect().right > document.documentElement.clientWidth).map(e => e.tagName + '.' + e.className).join(' ')"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Text_stands_out_from_what_is_behind_it(bool isDark)
    {
        // As the Web Content Accessibility Guidelines reckon it, whose level AA asks for 4.5.
        const string Contrast = """
            const light = text => text.match(/[\d.]+/g).slice(0, 3).map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
                .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
            const ground = light(getComputedStyle(document.body).backgroundColor);
            const ratio = e => { const l = light(getComputedStyle(e).color); return (Math.max(l, ground) + 0.05) / (Math.min(l, ground) + 0.05); };
            return [...document.querySelectorAll('h1, h2, p, figcaption, th, .figures span, .figures b')].filter(e => ratio(e) < 4.5).length;
            """;
        Open(1300, isDark);
        Assert.Equal(0, browser.Run<long>(Contrast));
    }

    private void Open(int width, bool isDark = false)
    {
        browser.SkipUnlessThere();
        browser.Open(Page, width, isDark);
    }
}
