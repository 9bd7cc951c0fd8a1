namespace CifarFast.Engine.Data;

/// <summary>An archive to download: where it is, how to know it, and how patient to be.</summary>
internal sealed record RemoteArchive
{
    /// <summary>The official CIFAR-10, binary version, at its home.</summary>
    public static RemoteArchive Cifar10 { get; } = new()
    {
        Name = CifarFormat.Cifar10.ArchiveName,
        Address = new Uri("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"),
        Bytes = 170_052_171,
        Sha256 = "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
        Contents = CifarChecksums.Official,
    };

    /// <summary>The official CIFAR-100, binary version, at its home.</summary>
    public static RemoteArchive Cifar100 { get; } = new()
    {
        Name = CifarFormat.Cifar100.ArchiveName,
        Address = new Uri("https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz"),
        Bytes = 168_513_733,
        Sha256 = "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec",
    };

    /// <summary>The name of its file.</summary>
    public required string Name { get; init; }

    public required Uri Address { get; init; }

    public required long Bytes { get; init; }

    /// <summary>The SHA-256 of the whole archive in hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>What the images in it are known by, or null where nothing tells them from others.</summary>
    public CifarChecksums? Contents { get; init; }

    /// <summary>How long to wait for a connection, name resolution included.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a server, or another process that downloads the same, may stand still.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How often to go on after a broken transfer that brought next to nothing; one that got on does not count.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>The pause before going on; the second is twice as long.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The address as messages show it: without a password or key that a person's mirror may carry.</summary>
    public string DisplayAddress => Address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
}
