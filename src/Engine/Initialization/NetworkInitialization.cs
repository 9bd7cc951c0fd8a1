using CifarFast.Engine.Data;
using CifarFast.Engine.Execution;

namespace CifarFast.Engine.Initialization;

/// <summary>Sets the initial values of a network's parameters by rules.</summary>
internal static class NetworkInitialization
{
    /// <summary>Sets what a rule is about, by the first that is; all else stays as it is.</summary>
    /// <param name="network">The network.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="seed">Decides what is drawn.</param>
    /// <param name="images">The images it will be trained on.</param>
    /// <param name="cancellation">Gives it up.</param>
    /// <exception cref="ArgumentException">A rule does not go with a parameter, or the network takes other images; the message says why.</exception>
    public static void Run(Network network, IReadOnlyList<InitializationRule> rules, ulong seed, ImageSet images, CancellationToken cancellation)
    {
        network.CheckTakes(images);
        for (int number = 0; number < network.Parameters.Count; number++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (rules.FirstOrDefault(rule => rule.Has(network.Parameters[number].Name)) is InitializationRule rule)
            {
                network.Parameters[number].CopyFrom(rule.Initializer.Values(new InitializerContext(network, number, seed, images, cancellation)));
            }
        }
    }
}
