namespace CifarFast.Benchmarks; internal static class Program { private static void Main() { } }
