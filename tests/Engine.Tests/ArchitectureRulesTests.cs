using ArchUnitNET.Loader;
using ArchUnitNET.xUnitV3;
using CifarFast.Engine.Simd;
using static ArchUnitNET.Fluent.ArchRuleDefinition;
using static ArchUnitNET.Fluent.Slices.SliceRuleDefinition;

namespace CifarFast.Engine.Tests;

/// <summary>Which folder of the engine may use which: the lower never depend on the higher, and no cycle is left between any two.</summary>
public sealed class ArchitectureRulesTests
{
    private const string Engine = "CifarFast.Engine";

    /// <summary>The folders from the lowest to the highest: each may use those before it.</summary>
    private static readonly string[] _folders =
    [
        "Files",
        "Simd",
        "Numerics",
        "Randomness",
        "Tensors",
        "Kernels",
        "Diagnostics",
        "Distributed",
        "Operators",
        "Nn",
        "Data",
        "Execution",
        "Initialization",
        "Losses",
        "Optim",
        "Evaluation",
        "Recipes",
        "Training",
        "Checkpoints",
        "Formats",
        "Inference",
    ];

    private static readonly ArchUnitNET.Domain.Architecture _architecture = new ArchLoader().LoadAssembly(typeof(SimdTier).Assembly).Build();

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
    public void EveryTypeHasItsFolder() =>
        Types().That().ResideInNamespaceMatching($@"^{Engine}(\.|$)").Should().ResideInNamespaceMatching(In(_folders)).Check(_architecture);

    [Fact]
    public void NoCycleIsLeftBetweenFolders() => Slices().Matching($"{Engine}.(**)").Should().BeFreeOfCycles().Check(_architecture);

    [Fact]
    public void NothingKnowsOfTheCommandLine() =>
        Types().That().ResideInNamespaceMatching(@"^CifarFast(\.|$)").Should()
            .NotDependOnAnyTypesThat().ResideInNamespaceMatching(@"^(CifarFast\.Trainer|System\.CommandLine|Spectre)(\.|$)").Check(_architecture);

    private static string In(params string[] folders) => $@"^{Engine}\.({string.Join('|', folders)})(\.|$)";
}
