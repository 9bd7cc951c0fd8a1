using ArchUnitNET.Loader;
using ArchUnitNET.xUnitV3;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace CifarFast.Trainer.Tests;

/// <summary>Which folder of the trainer may use which: the lower never depend on the higher.</summary>
public sealed class ArchitectureRulesTests
{
    private const string Trainer = "CifarFast.Trainer";

    /// <summary>The folders from the lowest to the highest: each may use those before it. What lies above or beside them all, in no folder, is left out.</summary>
    private static readonly string[] _folders = ["Runs", "Images", "Console", "Reports", "Commands"];

    private static readonly ArchUnitNET.Domain.Architecture _architecture = new ArchLoader().LoadAssembly(typeof(Application).Assembly).Build();

    /// <summary>The folders that something lies above.</summary>
    public static TheoryData<string> LowerFolders => [.. _folders[..^1]];

    [Theory]
    [MemberData(nameof(LowerFolders))]
    public void LowerFoldersNeverDependOnHigherOnes(string folder)
    {
        string[] higher = _folders[(Array.IndexOf(_folders, folder) + 1)..];
        Types().That().ResideInNamespaceMatching(In(folder)).Should().NotDependOnAny(Types().That().ResideInNamespaceMatching(In(higher))).Check(_architecture);
    }

    [Fact]
    public void EveryFolderHasItsPlace() =>
        Types().That().ResideInNamespaceMatching($@"^{Trainer}\.").Should().ResideInNamespaceMatching(In(_folders)).Check(_architecture);

    private static string In(params string[] folders) => $@"^{Trainer}\.({string.Join('|', folders)})(\.|$)";
}
