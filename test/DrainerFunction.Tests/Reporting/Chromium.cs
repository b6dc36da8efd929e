using System.Diagnostics;
using System.Text;

namespace DrainerFunction.Reporting;

/// <summary>A browser without a window: shows a page, keeps its picture or its printed sheets, and tells what it made of it.</summary>
internal static class Chromium
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private static readonly string? Program = Places.FirstOrDefault(File.Exists);

    public static void SkipIfMissing() => Assert.SkipWhen(Program is null, "No Chromium on this machine (Debian: apt-get install chromium).");

    /// <returns>The page as the browser understood it.</returns>
    public static Task<string> ShowAsync(string html, string png, int width, int height, bool isDark) =>
        RunAsync(html, png, ["--hide-scrollbars", $"--window-size={width},{height}", $"--blink-settings=preferredColorScheme={(isDark ? 0 : 1)}", $"--screenshot={png}", "--dump-dom"]);

    public static Task PrintAsync(string html, string pdf) =>
        RunAsync(html, pdf, ["--no-pdf-header-footer", $"--print-to-pdf={pdf}"]);

    private static async Task<string> RunAsync(string html, string result, IEnumerable<string> arguments)
    {
        File.Delete(result);
        var profile = Directory.CreateTempSubdirectory("drain-report-");
        try
        {
            using var chromium = Process.Start(new ProcessStartInfo(Program!, [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--enable-logging=stderr", $"--user-data-dir={profile.FullName}", .. arguments, new Uri(html).AbsoluteUri])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardOutputEncoding = Encoding.UTF8,
            })!;
            var said = chromium.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var dom = await chromium.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await chromium.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(chromium.ExitCode == 0, await said);
            // What a page logs, and what its security policy refuses.
            Assert.DoesNotContain(":CONSOLE", await said, StringComparison.Ordinal);
            Assert.True(new FileInfo(result) is { Exists: true, Length: > 10_000 }, $"{result} is empty.");
            return dom;
        }
        finally
        {
            profile.Delete(recursive: true);
        }
    }
}
