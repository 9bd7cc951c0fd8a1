namespace CifarFast.Engine.Checkpoints;

/// <summary>Arrays whose axes come in the other order: the transposed of a matrix, Fortran's order of any array.</summary>
internal static class Axes
{
    /// <summary>An array with its axes reversed, as a new one.</summary>
    /// <param name="values">The elements, row-major.</param>
    /// <param name="sizes">The sizes of <paramref name="values"/>, outermost first.</param>
    public static float[] Reverse(ReadOnlySpan<float> values, ReadOnlySpan<int> sizes)
    {
        float[] reversed = new float[values.Length];
        int[] index = new int[sizes.Length];
        int place = 0;
        foreach (float value in values)
        {
            reversed[place] = value;

            // The first axis is the innermost one of what is made: its stride is 1, the next one's its size, and so on.
            int axis = sizes.Length - 1;
            int stride = values.Length;
            for (bool carry = true; carry && axis >= 0; axis--)
            {
                stride /= sizes[axis];
                place += stride;
                carry = ++index[axis] == sizes[axis];
                if (carry)
                {
                    place -= stride * sizes[axis];
                    index[axis] = 0;
                }
            }
        }

        return reversed;
    }
}
