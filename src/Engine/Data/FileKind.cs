namespace CifarFast.Engine.Data;

/// <summary>What a file can be that is given as an archive.</summary>
internal enum FileKind
{
    /// <summary>Compressed by gzip.</summary>
    Gzip,

    /// <summary>A bare tar file.</summary>
    Tar,

    /// <summary>Nothing that can be read here.</summary>
    Other,
}
