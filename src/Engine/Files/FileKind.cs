namespace CifarFast.Engine.Files;

/// <summary>What a file is, so far as it matters for what can be done with it.</summary>
internal enum FileKind
{
    /// <summary>Nothing that is known here; pipes and devices are not looked into.</summary>
    Unknown,

    /// <summary>Nothing that can be read: it is missing, or no file, or may not be opened.</summary>
    Unreadable,

    /// <summary>No bytes at all.</summary>
    Empty,

    /// <summary>Tensors in the safetensors format.</summary>
    Safetensors,

    /// <summary>An archive of NumPy arrays.</summary>
    Npz,

    /// <summary>One NumPy array.</summary>
    Npy,

    /// <summary>Objects that PyTorch pickled.</summary>
    PyTorch,

    /// <summary>A model or weights of another format.</summary>
    Model,

    /// <summary>Objects that Python pickled.</summary>
    Pickle,

    /// <summary>Data of another format.</summary>
    Data,

    /// <summary>A picture of a format that is read here.</summary>
    Picture,

    /// <summary>A picture, or a page, of another format.</summary>
    OtherPicture,

    /// <summary>Compressed by gzip.</summary>
    Gzip,

    /// <summary>A bare tar file.</summary>
    Tar,

    /// <summary>A zip archive of other things than NumPy arrays, or empty, or cut short.</summary>
    Zip,

    /// <summary>Another archive, or compressed in another way.</summary>
    Archive,

    /// <summary>What stands in a Git repository for a large file.</summary>
    LargeFilePointer,

    /// <summary>A web page.</summary>
    WebPage,

    /// <summary>Text.</summary>
    Text,

    /// <summary>Another file that is known by what it begins with.</summary>
    Other,
}
