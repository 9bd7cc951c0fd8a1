namespace CifarFast.Engine.Data;

/// <summary>Where a data set is looked for, and what is there so far as can be told without reading it.</summary>
/// <param name="Source">What names the place: the option, the environment variable, or the user's <c>cache</c>.</param>
/// <param name="Path">The directory of the files, or the archive, where there is one; else where it would be. Null where the user has no cache.</param>
/// <param name="Kind">Which set that is; <see cref="DatasetKind.Auto"/> where what is there is none, or could be several.</param>
/// <param name="IsFound">Whether all of it seems to be there.</param>
/// <param name="Trouble">What is wrong with what is there, or null. Only an empty cache is no trouble: that is downloaded to.</param>
internal sealed record DatasetLocation(string Source, string? Path, DatasetKind Kind, bool IsFound, string? Trouble);
