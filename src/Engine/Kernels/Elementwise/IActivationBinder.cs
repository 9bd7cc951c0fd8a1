namespace CifarFast.Engine.Kernels.Elementwise;

/// <summary>Makes something that computes an activation along, with the activation's struct as a type argument, so that it is compiled into its loops.</summary>
/// <typeparam name="TResult">What is made.</typeparam>
internal interface IActivationBinder<out TResult>
{
    /// <summary>Makes it.</summary>
    TResult Bind<TActivation>(TActivation activation)
        where TActivation : struct, IActivation;
}
