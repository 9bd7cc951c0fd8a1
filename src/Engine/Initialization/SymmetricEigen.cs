namespace CifarFast.Engine.Initialization;

/// <summary>
/// Eigenvalues and eigenvectors of a small symmetric matrix by Jacobi's method, cyclic by rows (Golub and Van Loan, "Matrix Computations", 8.5): a fixed
/// number of sweeps in a fixed order, so that the bits are the same on every machine.
/// </summary>
internal static class SymmetricEigen
{
    /// <summary>Each sweep squares what is left beside the diagonal once it is small; six or seven bring it to nothing.</summary>
    private const int Sweeps = 16;

    /// <summary>The eigenvalues from the largest to the smallest, and the eigenvectors, of length 1, as rows; of each the element of largest magnitude is positive.</summary>
    /// <param name="matrix">Row-major, size × size; it is overwritten.</param>
    /// <param name="size">Rows and columns.</param>
    public static (double[] Values, double[][] Vectors) Of(double[] matrix, int size)
    {
        double[] vectors = new double[size * size];
        for (int i = 0; i < size; i++)
        {
            vectors[(i * size) + i] = 1;
        }

        for (int sweep = 0; sweep < Sweeps; sweep++)
        {
            for (int p = 0; p < size - 1; p++)
            {
                for (int q = p + 1; q < size; q++)
                {
                    Rotate(matrix, vectors, size, p, q);
                }
            }
        }

        int[] order = [.. Enumerable.Range(0, size).OrderByDescending(i => matrix[(i * size) + i])];
        return ([.. order.Select(i => matrix[(i * size) + i])], [.. order.Select(column => Vector(vectors, size, column))]);
    }

    /// <summary>Makes the element at row p, column q zero.</summary>
    private static void Rotate(double[] matrix, double[] vectors, int size, int p, int q)
    {
        double beside = matrix[(p * size) + q];
        if (beside == 0)
        {
            return;
        }

        double theta = (matrix[(q * size) + q] - matrix[(p * size) + p]) / (2 * beside);
        double tangent = (theta >= 0 ? 1 : -1) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
        double cosine = 1 / Math.Sqrt((tangent * tangent) + 1);
        double sine = tangent * cosine;
        for (int i = 0; i < size; i++)
        {
            Turn(matrix, (i * size) + p, (i * size) + q, cosine, sine);
            Turn(vectors, (i * size) + p, (i * size) + q, cosine, sine);
        }

        for (int i = 0; i < size; i++)
        {
            Turn(matrix, (p * size) + i, (q * size) + i, cosine, sine);
        }

        matrix[(p * size) + q] = 0;
        matrix[(q * size) + p] = 0;
    }

    private static void Turn(double[] elements, int p, int q, double cosine, double sine) =>
        (elements[p], elements[q]) = ((cosine * elements[p]) - (sine * elements[q]), (sine * elements[p]) + (cosine * elements[q]));

    private static double[] Vector(double[] vectors, int size, int column)
    {
        double[] vector = [.. Enumerable.Range(0, size).Select(row => vectors[(row * size) + column])];
        return vector.MaxBy(Math.Abs) < 0 ? [.. vector.Select(value => -value)] : vector;
    }
}
