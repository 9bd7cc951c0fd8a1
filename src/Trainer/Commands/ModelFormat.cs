namespace CifarFast.Trainer.Commands;

/// <summary>A format that other programs read.</summary>
internal enum ModelFormat
{
    /// <summary>A model that ONNX Runtime and others run.</summary>
    Onnx,

    /// <summary>Weights that PyTorch and others load.</summary>
    Safetensors,

    /// <summary>A checkpoint as a NumPy program keeps it.</summary>
    Npz,
}
