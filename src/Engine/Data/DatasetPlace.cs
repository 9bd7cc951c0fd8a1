namespace CifarFast.Engine.Data;

/// <summary>Where a request has a data set looked for, and which set that is.</summary>
/// <param name="Source">What names the place: the option or the environment variable; null where nothing does.</param>
/// <param name="Path">The place with its full name; null where nothing names one.</param>
/// <param name="Kind">Which set, never <see cref="DatasetKind.Auto"/>.</param>
/// <param name="Warning">One line to say loudly where it cannot be told for sure, or null.</param>
internal sealed record DatasetPlace(string? Source, string? Path, DatasetKind Kind, string? Warning);
