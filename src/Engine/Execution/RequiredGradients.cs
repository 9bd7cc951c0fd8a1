namespace CifarFast.Engine.Execution;

/// <summary>Which gradients a network is made to compute; memory is planned for no others.</summary>
internal enum RequiredGradients
{
    /// <summary>
    /// None. What lies between two layers is kept for one sample a thread, in cache, and not for the batch; and the parameters are zero
    /// until they are set, as those that were learnt are about to be loaded.
    /// </summary>
    None,

    /// <summary>Those of the parameters: what training needs.</summary>
    Parameters,

    /// <summary>Those of the parameters and of the batch that goes in.</summary>
    ParametersAndInput,
}
