using System.Diagnostics;
using System.Text.RegularExpressions;
using CifarFast.Engine.Tests;
using OpenQA.Selenium;
using OpenQA.Selenium.Chrome;

namespace CifarFast.Trainer.Tests.Reports;

/// <summary>A browser without a window, driven as a person would drive one.</summary>
public sealed partial class Browser : IDisposable
{
    private static readonly string[] _names = ["chromium", "chromium-browser", "google-chrome", "chrome"];

    private readonly ChromeDriver? _driver;
    private readonly string? _trouble;

    /// <summary>Starts the browser where there is one: nothing is ever downloaded.</summary>
    public Browser()
    {
        string? driver = Find("chromedriver");
        string? browser = driver is null ? null : _names.Select(Find).FirstOrDefault(path => path is not null && Major(path) == Major(driver));
        if (driver is null || browser is null)
        {
            _trouble = "no Chromium or Chrome with the chromedriver of its version is on the PATH";
            return;
        }

        var service = ChromeDriverService.CreateDefaultService(Path.GetDirectoryName(driver)!, Path.GetFileName(driver));
        service.InitializationTimeout = Hang.Limit;
        var options = new ChromeOptions { BinaryLocation = browser };
        options.AddAdditionalChromeOption("browserStartupTimeout", Hang.Milliseconds);
        options.AddArguments("--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run");
        if (Environment.IsPrivilegedProcess)
        {
            // The sandbox is not for root, which tests in containers run as.
            options.AddArgument("--no-sandbox");
        }

        options.SetLoggingPreference(LogType.Browser, LogLevel.All);
        try
        {
            _driver = new ChromeDriver(service, options, Hang.Limit);
            _driver.Manage().Timeouts().PageLoad = Hang.Limit;
            _driver.Manage().Timeouts().AsynchronousJavaScript = Hang.Limit;
        }
        catch
        {
            service.Dispose();
            throw;
        }
    }

    private ChromeDriver Driver => _driver!;

    /// <summary>Skips the test where there is no browser.</summary>
    public void SkipUnlessThere() => Assert.SkipWhen(_driver is null, _trouble ?? "");

    /// <summary>Opens a file on a screen of a certain width and brightness.</summary>
    public void Open(string path, int width = 1300, bool isDark = false)
    {
        // A window is never as narrow as a telephone.
        Driver.ExecuteCdpCommand(
            "Emulation.setDeviceMetricsOverride", new() { ["width"] = width, ["height"] = 900, ["deviceScaleFactor"] = 1, ["mobile"] = width < 600 });
        Driver.ExecuteCdpCommand("Emulation.setEmulatedMedia", new()
        {
            ["features"] = new[] { new Dictionary<string, object> { ["name"] = "prefers-color-scheme", ["value"] = isDark ? "dark" : "light" } },
        });
        Driver.Navigate().GoToUrl(new Uri(path).AbsoluteUri);
    }

    /// <summary>What a script returns.</summary>
    public T Run<T>(string script) => (T)Driver.ExecuteScript(script)!;

    /// <summary>Returns all that the browser has complained about since the last time.</summary>
    public string[] TakeComplaints() =>
        [.. Driver.Manage().Logs.GetLog(LogType.Browser).Where(entry => entry.Level >= LogLevel.Severe).Select(entry => entry.Message)];

    public void Dispose() => _driver?.Quit();

    private static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Where(directory => directory.Length > 0)
        .Select(directory => Path.Combine(directory, OperatingSystem.IsWindows() ? $"{name}.exe" : name))
        .FirstOrDefault(File.Exists);

    /// <summary>The major version of a program, or null where it does not tell.</summary>
    private static string? Major(string program)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, ["--version"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        Match version = Version().Match(process.StandardOutput.ReadToEnd());
        process.WaitForExit();
        return version.Success ? version.Groups[1].Value : null;
    }

    [GeneratedRegex(@"(\d+)\.\d+\.\d+")]
    private static partial Regex Version();
}
