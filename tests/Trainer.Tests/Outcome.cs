namespace CifarFast.Trainer.Tests;

/// <summary>The result of a run of the program: its exit code and all that it wrote.</summary>
public sealed record Outcome(int ExitCode, string Output, string Error)
{
    /// <summary>The file that was written to standard output, where the program ran within this process.</summary>
    public byte[] Bytes { get; init; } = [];

    /// <summary>Standard output, line by line.</summary>
    public string[] Lines => Output.Split('\n').Select(line => line.TrimEnd('\r')).ToArray();

    /// <summary>Fails the test unless all went well, whatever there was to say on standard error.</summary>
    public Outcome SucceededWithNotes()
    {
        Assert.True(ExitCode == Trainer.ExitCode.Success, Error);
        return this;
    }

    /// <summary>Fails the test unless the run went well and said nothing on standard error.</summary>
    public Outcome Succeeded()
    {
        Assert.Equal("", Error);
        Assert.Equal(0, ExitCode);
        return this;
    }

    /// <summary>The same where a table follows the line.</summary>
    /// <returns>The lines of the table.</returns>
    public string[] EndedWithTable(int exitCode, params string[] parts)
    {
        int end = Error.IndexOf('\n') + 1;
        (this with { Error = Error[..end] }).EndedWith(exitCode, parts);
        return Error[end..].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Fails the test unless the run ended with <paramref name="exitCode"/> and one line on standard error that holds all <paramref name="parts"/>.</summary>
    public void EndedWith(int exitCode, params string[] parts)
    {
        Assert.StartsWith("cifarfast: ", Error);
        Assert.EndsWith("\n", Error);
        Assert.Single(Error, '\n');
        Assert.All(parts, part => Assert.Contains(part, Error));
        Assert.DoesNotContain("Exception", Error);
        Assert.DoesNotContain("   at ", Error);
        Assert.Equal(exitCode, ExitCode);
    }
}
