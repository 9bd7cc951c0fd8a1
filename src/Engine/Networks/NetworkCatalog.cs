namespace CifarFast.Engine.Networks;

/// <summary>The networks that are known by name.</summary>
public static class NetworkCatalog
{
    /// <summary>The reference network.</summary>
    public static Sequential Reference() => throw new NotImplementedException();
}
