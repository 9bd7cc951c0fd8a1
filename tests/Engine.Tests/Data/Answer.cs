namespace CifarFast.Engine.Tests.Data;

/// <summary>How <see cref="FaultyServer"/> answers one request.</summary>
public sealed record Answer
{
    public int Status { get; init; } = 200;

    /// <summary>Whether a request for a part gets a part.</summary>
    public bool HonoursRange { get; init; } = true;

    /// <summary>The first byte it says a part begins with, where not the one asked for.</summary>
    public long? ClaimedStart { get; init; }

    /// <summary>The bytes of the body to send before the connection is closed; null for all.</summary>
    public int? CutAfter { get; init; }

    /// <summary>The bytes of the body to send before nothing more happens; null for all.</summary>
    public int? StallAfter { get; init; }

    /// <summary>Whether the connection is closed, or stands still, before there is any answer.</summary>
    public bool Mute { get; init; }

    /// <summary>Whether the length is left open.</summary>
    public bool HidesLength { get; init; }

    public string? Version { get; init; }

    /// <summary>Sent in place of the server's content.</summary>
    public byte[]? Content { get; init; }
}
