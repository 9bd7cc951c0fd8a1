namespace CifarFast.Engine.Diagnostics;

/// <summary>Ends what <see cref="EngineEvents"/> began; the default one, where there is no listener, does nothing.</summary>
/// <param name="name">The phase, or the layer.</param>
/// <param name="pass">The layer's pass; null for a phase.</param>
internal readonly ref struct EventSpan(string name, string? pass = null)
{
    private readonly string? _name = name;
    private readonly string? _pass = pass;

    public void Dispose()
    {
        if (_name is null)
        {
            return;
        }

        if (_pass is null)
        {
            EngineEvents.Log.PhaseStop(_name);
        }
        else
        {
            EngineEvents.Log.LayerStop(_name, _pass);
        }
    }
}
