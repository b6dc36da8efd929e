using System.Globalization;

namespace DrainerFunction.Runtime;

/// <summary>Tells the garbage collector how much memory the function has, so that it collects before Lambda kills the process.</summary>
internal static class HeapLimit
{
    public const string Variable = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE";
    private const long Megabyte = 1024 * 1024;

    // Code, stacks, sockets and the TLS library live beside the heap.
    private const long BesideTheHeap = 48 * Megabyte;

    /// <returns>The limit in bytes, or null when the variable does not tell the memory.</returns>
    public static long? For(string? megabytes) =>
        int.TryParse(megabytes, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size > 0
            ? long.Max((size * Megabyte) - BesideTheHeap, size * Megabyte / 2)
            : null;

    public static void Set(string? megabytes)
    {
        if (For(megabytes) is { } limit)
        {
            AppContext.SetData("GCHeapHardLimit", (ulong)limit);
            GC.RefreshMemoryLimit();
        }
    }
}
