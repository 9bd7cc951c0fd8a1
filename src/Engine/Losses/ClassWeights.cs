namespace CifarFast.Engine.Losses;

/// <summary>Weights with which all classes of a set weigh the same in a loss.</summary>
internal static class ClassWeights
{
    /// <summary>
    /// <c>images / (classes that have any · images of the class)</c>, so that their mean over the images is 1 and a step is about as long as without
    /// them; 0 for a class that has no image.
    /// </summary>
    /// <param name="labels">The class of each image.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <exception cref="ArgumentOutOfRangeException">A label is not a class.</exception>
    public static float[] Of(ReadOnlySpan<int> labels, int classes)
    {
        int wrong = labels.IndexOfAnyExceptInRange(0, classes - 1);
        if (wrong >= 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(labels), labels[wrong], $"image {wrong} has a label that is none of {Quantity.Of(classes, "class", "classes")}");
        }

        long[] counts = new long[classes];
        foreach (int label in labels)
        {
            counts[label]++;
        }

        int images = labels.Length;
        long present = counts.Count(count => count > 0);
        return [.. counts.Select(count => count == 0 ? 0 : (float)((double)images / (present * count)))];
    }
}
