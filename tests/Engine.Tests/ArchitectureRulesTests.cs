using ArchUnitNET.Loader;
using ArchUnitNET.xUnitV3;
using CifarFast.Engine.Simd;
using static ArchUnitNET.Fluent.ArchRuleDefinition;
using static ArchUnitNET.Fluent.Slices.SliceRuleDefinition;

namespace CifarFast.Engine.Tests;

/// <summary>Which folder of the engine may use which: the lower never look up, and no circle is left between any two.</summary>
public sealed class ArchitectureRulesTests
{
    private const string Engine = "CifarFast.Engine";

    /// <summary>The folders from the lowest to the highest: each may use those before it.</summary>
    private static readonly string[] _rooms =
    [
        "Files",
        "Simd",
        "Numerics",
        "Randomness",
        "Tensors",
        "Kernels",
        "Diagnostics",
        "Operators",
        "Nn",
        "Execution",
        "Data",
        "Losses",
        "Optim",
        "Evaluation",
        "Training",
        "Checkpoints",
        "Formats",
        "Inference",
    ];

    private static readonly ArchUnitNET.Domain.Architecture _architecture = new ArchLoader().LoadAssembly(typeof(SimdTier).Assembly).Build();

    /// <summary>The folders that something lies above.</summary>
    public static TheoryData<string> LowerRooms => [.. _rooms[..^1]];

    [Theory]
    [MemberData(nameof(LowerRooms))]
    public void LowerRoomsNeverLookUp(string room)
    {
        string[] higher = _rooms[(Array.IndexOf(_rooms, room) + 1)..];
        Types().That().ResideInNamespaceMatching(In(room)).Should().NotDependOnAny(Types().That().ResideInNamespaceMatching(In(higher))).Check(_architecture);
    }

    [Fact]
    public void EveryTypeHasItsRoom() =>
        Types().That().ResideInNamespaceMatching($@"^{Engine}(\.|$)").Should().ResideInNamespaceMatching(In(_rooms)).Check(_architecture);

    [Fact]
    public void NoCircleIsLeftBetweenFolders() => Slices().Matching($"{Engine}.(**)").Should().BeFreeOfCycles().Check(_architecture);

    [Fact]
    public void NothingKnowsOfTheCommandLine() =>
        Types().That().ResideInNamespaceMatching(@"^CifarFast(\.|$)").Should()
            .NotDependOnAnyTypesThat().ResideInNamespaceMatching(@"^(CifarFast\.Trainer|System\.CommandLine|Spectre)(\.|$)").Check(_architecture);

    private static string In(params string[] rooms) => $@"^{Engine}\.({string.Join('|', rooms)})(\.|$)";
}
