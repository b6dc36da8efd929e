using System.Collections;
using System.Runtime.InteropServices;
using DrainerFunction.Runtime;
using DrainerFunction.Runtime.Scheduling;

namespace DrainerFunction;

/// <summary>Environment → object graph → the loop. The program that Lambda starts, named <c>bootstrap</c>.</summary>
internal static class Program
{
    private const string RuntimeApiVariable = "AWS_LAMBDA_RUNTIME_API";
    private const int NotInLambda = 2;

    public static int Main()
    {
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "", StringComparer.Ordinal);
        HeapLimit.Set(environment.GetValueOrDefault(HeapLimit.Variable));
        if (environment.GetValueOrDefault(RuntimeApiVariable) is not { Length: > 0 } endpoint)
        {
            Console.Error.WriteLine($"{RuntimeApiVariable} is not set. This program is a Lambda function; the sandbox runs it without AWS: dotnet run --project test/DrainerFunction.Sandbox");
            return NotInLambda;
        }

        var preload = RuntimePreload.ReadAuthorities(environment);
        var loop = new EventLoop();
        return loop.Run(() => RunAsync(endpoint, environment, preload, loop));
    }

    private static async Task<int> RunAsync(string endpoint, Dictionary<string, string> environment, Task preload, EventLoop loop)
    {
        using var stop = new CancellationTokenSource();
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            loop.Post(_ => stop.Cancel(), null);
        });
        return await FunctionHost.RunAsync(endpoint, environment, preload, loop, stop.Token);
    }
}
