using System.IO.Enumeration;

namespace CifarFast.Engine.Initialization;

/// <summary>How the parameters of some names are initialised.</summary>
/// <param name="Pattern">The names, with <c>*</c> for any characters: <c>*.weight</c>, <c>1.bias</c>.</param>
/// <param name="Initializer">How.</param>
public sealed record InitializationRule(string Pattern, Initializer Initializer)
{
    /// <summary>Whether a parameter of this name is meant.</summary>
    public bool Has(string parameter) => FileSystemName.MatchesSimpleExpression(Pattern, parameter, ignoreCase: false);
}
