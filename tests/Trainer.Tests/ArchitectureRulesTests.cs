using ArchUnitNET.Loader;
using ArchUnitNET.xUnitV3;
using CifarFast.Engine.Data;
using CifarFast.Engine.Diagnostics;
using CifarFast.Engine.Distributed;
using CifarFast.Engine.Files;
using CifarFast.Engine.Numerics;
using CifarFast.Engine.Simd;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace CifarFast.Trainer.Tests;

/// <summary>Which folder of the trainer may use which: the lower never depend on the higher.</summary>
public sealed class ArchitectureRulesTests
{
    private const string Trainer = "CifarFast.Trainer";

    /// <summary>The folders from the lowest to the highest: each may use those before it. What lies above or beside them all, in no folder, is left out.</summary>
    private static readonly string[] _folders = ["Runs", "Images", "Console", "Reports", "Commands"];

    /// <summary>Of the engine's internal types those that the trainer uses.</summary>
    private static readonly System.Type[] _shared =
    [
        typeof(CacheLocation), typeof(DatasetLocation), typeof(DatasetPlace), typeof(DatasetRecognition), typeof(DurableFile), typeof(FileKind), typeof(FileLock), typeof(FileSignature),
        typeof(FmaPeak),
        typeof(CollectiveException), typeof(CollectiveExtensions), typeof(ICollective), typeof(ICommunicator), typeof(MpiCollective), typeof(MpiLauncher), typeof(SingleProcess),
        typeof(NumericsVersion),
        typeof(SimdTierException),
    ];

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

    /// <summary>The trainer is what others could have written, but for what it shares with the engine.</summary>
    [Fact]
    public void OfWhatTheEngineKeepsToItselfOnlyThisIsUsed()
    {
        ArchUnitNET.Domain.Architecture both = new ArchLoader().LoadAssemblies(typeof(Application).Assembly, typeof(SimdTier).Assembly).Build();
        Types().That().ResideInNamespaceMatching($@"^{Trainer}(\.|$)").Should()
            .NotDependOnAny(Types().That().ResideInNamespaceMatching(@"^CifarFast\.Engine\.").And().AreInternal().And().AreNot(_shared)).Check(both);
    }

    private static string In(params string[] folders) => $@"^{Trainer}\.({string.Join('|', folders)})(\.|$)";
}
