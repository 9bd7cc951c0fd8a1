using System.Globalization;

namespace CifarFast.Benchmarks.TorchSharp.Checks;

/// <summary>The worst errors of a network.</summary>
internal sealed class CheckResult
{
    private readonly Dictionary<Column, (double Error, string Where)> _worst = [];

    /// <summary>An error as a table shows it.</summary>
    public static string Show(double error) => error.ToString("0.0e-0", CultureInfo.InvariantCulture);

    /// <summary>Keeps an error if it is the worst of its kind.</summary>
    public void Add(Column column, double error, string where)
    {
        if (!_worst.TryGetValue(column, out (double Error, string Where) worst) || error > worst.Error || double.IsNaN(error))
        {
            _worst[column] = (error, where);
        }
    }

    /// <summary>The worst error of a kind.</summary>
    public string Show(Column column) => Show(_worst[column].Error);

    /// <summary>Which number is further off than it may be, or null.</summary>
    public string? FindFault(Column column)
    {
        (double error, string where) = _worst[column];
        return error <= column.Tolerance ? null : $"{where} is off by {Show(error)}, {Show(column.Tolerance)} is allowed";
    }
}
