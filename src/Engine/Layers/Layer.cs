namespace CifarFast.Engine.Layers;

/// <summary>A layer as data.</summary>
public abstract record Layer;
