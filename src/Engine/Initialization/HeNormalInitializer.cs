using CifarFast.Engine.Nn;

namespace CifarFast.Engine.Initialization;

/// <summary>
/// He-normal weights and zero biases (He, Zhang, Ren and Sun 2015, "Delving Deep into Rectifiers"): torch.nn.init.kaiming_normal_ of the fan-in. What no
/// rule is about begins so.
/// </summary>
public sealed record HeNormalInitializer : Initializer
{
    internal override float[] Values(InitializerContext context) => HeInitialization.Values(context.Parameter, context.Random, context.Cancellation);
}
