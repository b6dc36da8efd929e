using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using DrainerFunction.Sandbox.World;
using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Sandbox.Lambda;

/// <summary>One process of the built function behind a runtime API of its own.</summary>
internal sealed class ProcessEnvironment : ExecutionEnvironment, IAsyncDisposable
{
    /// <summary>Real time, not simulated: a cold machine compiles the program while it starts.</summary>
    private static readonly TimeSpan LongestInit = TimeSpan.FromSeconds(30);
    private readonly SimulatedWorld _world;
    private readonly ProcessSettings _settings;
    private readonly AccessKey _credentials;
    private readonly RuntimeApiHost _api;
    private readonly Process _process = new();
    private readonly CancellationTokenSource _stopped = new();
    private readonly MemoryWatch _memory;
    private Invocation? _current;
    private bool _up;
    private bool _dead;
    private volatile bool _isStarted;

    /// <param name="credentials">Its own, so that each of its requests says which process asked.</param>
    public ProcessEnvironment(SimulatedWorld world, FunctionSettings function, ProcessSettings settings, AccessKey credentials)
    {
        (_world, _settings, _credentials) = (world, settings, credentials);
        _api = new(world, function) { CameUp = ComeUp, InitFailed = OnInitFailed };
        if (settings.Freeze)
        {
            _api.WentIdle = () => Signals.Freeze(_process);
            _api.Woken = () => Signals.Thaw(_process);
        }

        _memory = new(
            () => _isStarted ? ProcessMemory.Of(_process) : 0,
            function.MemoryMegabytes * 1024L * 1024L,
            () => OnOutOfMemory(function.MemoryMegabytes),
            TimeProvider.System);
        _api.Answering = _memory.Look;
        Ready = Start(function);
    }

    public override string AccessKey => _credentials.Id;

    /// <summary>The process runs; it may still be starting up.</summary>
    public Task Ready { get; }

    public override void Take(Invocation invocation)
    {
        _current = invocation;
        invocation.Ended += end => Report(invocation, end);
        if (_dead)
        {
            invocation.End(new InvocationEnd.Crashed("its process is gone"));
            return;
        }

        if (_up)
        {
            _api.Offer(invocation);
        }
        else
        {
            _api.CameUp = () =>
            {
                ComeUp();
                _api.Offer(invocation);
            };
        }
    }

    public override void Kill()
    {
        _dead = true;
        _stopped.Cancel();
        if (_isStarted && !_process.HasExited)
        {
            _process.Kill();
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_world.Gate)
        {
            Kill();
        }

        await Ready;
        if (_isStarted)
        {
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        await _memory.DisposeAsync();
        await _api.DisposeAsync();
        _process.Dispose();
        _stopped.Dispose();
    }

    private void ComeUp()
    {
        _up = true;
        _settings.Started(_process.Id);
    }

    private async Task Start(FunctionSettings function)
    {
        await _api.Start(CancellationToken.None);
        _process.StartInfo = _settings.Program.StartInfo();
        foreach (var (name, value) in LambdaVariables(function).Concat(_settings.Variables).Concat(function.Environment))
        {
            _process.StartInfo.Environment[name] = value;
        }

        _process.EnableRaisingEvents = true;
        _process.Exited += (_, _) => OnExited();
        _process.OutputDataReceived += (_, line) => OnLine(line.Data);
        _process.ErrorDataReceived += (_, line) => OnLine(line.Data);
        if (!TryStart())
        {
            return;
        }

        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _process.StandardInput.Close();
        _ = GiveUpOnInit();
        if (_dead)
        {
            _process.Kill();
        }
    }

    private bool TryStart()
    {
        try
        {
            _process.Start();
            return _isStarted = true;
        }
        catch (Win32Exception refused)
        {
            lock (_world.Gate)
            {
                OnInitFailed($"{_settings.Program.Path} cannot be started: {refused.Message}");
            }

            return false;
        }
    }

    private async Task GiveUpOnInit()
    {
        await Task.Delay(LongestInit, TimeProvider.System, _stopped.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_world.Gate)
        {
            if (!_up && !_dead)
            {
                OnInitFailed($"it did not ask for an invocation within {LongestInit.TotalSeconds:0} s");
            }
        }
    }

    private Dictionary<string, string> LambdaVariables(FunctionSettings function) => new()
    {
        ["AWS_LAMBDA_RUNTIME_API"] = _api.Address,
        ["AWS_LAMBDA_FUNCTION_NAME"] = function.Name,
        ["AWS_LAMBDA_FUNCTION_VERSION"] = "$LATEST",
        ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = function.MemoryMegabytes.ToString(CultureInfo.InvariantCulture),
        ["AWS_LAMBDA_LOG_GROUP_NAME"] = $"/aws/lambda/{function.Name}",
        ["AWS_LAMBDA_LOG_STREAM_NAME"] = $"[$LATEST]{AccessKey}",
        ["AWS_LAMBDA_INITIALIZATION_TYPE"] = "on-demand",
        ["AWS_EXECUTION_ENV"] = "AWS_Lambda_provided.al2023",
        ["AWS_REGION"] = function.Region,
        ["AWS_DEFAULT_REGION"] = function.Region,
        ["AWS_ACCESS_KEY_ID"] = AccessKey,
        ["AWS_SECRET_ACCESS_KEY"] = _credentials.Secret,
        ["AWS_SESSION_TOKEN"] = _credentials.SessionToken!,
        ["LAMBDA_TASK_ROOT"] = Path.GetDirectoryName(_settings.Program.Path)!,
        ["_HANDLER"] = "bootstrap",
        ["TZ"] = ":UTC",
    };

    private void OnInitFailed(string why)
    {
        _world.Tape.Record("lambda", "init-failed", AccessKey, $"The function could not start: {why}");
        _current?.End(new InvocationEnd.Crashed($"init failed: {why}"));
        Die();
    }

    private void OnExited()
    {
        lock (_world.Gate)
        {
            if (!_dead)
            {
                _current?.End(new InvocationEnd.Crashed($"the process exited with code {_process.ExitCode}"));
                Die();
            }
        }
    }

    private void OnOutOfMemory(int megabytes)
    {
        lock (_world.Gate)
        {
            if (!_dead)
            {
                _world.Tape.Record("lambda", "killed", AccessKey, $"Environment {AccessKey} is killed: it holds {_memory.Peak() / 1024 / 1024} MB and has {megabytes}");
                _current?.End(new InvocationEnd.OutOfMemory(megabytes));
                Die();
            }
        }
    }

    private void Report(Invocation invocation, InvocationEnd end)
    {
        var began = invocation.Began ?? _world.Now;
        foreach (var line in PlatformLines.Of(invocation, end, _world.Now - began, _memory.Peak()))
        {
            _settings.Logs.Write(AccessKey, line);
        }
    }

    private void Die()
    {
        Kill();
        Died?.Invoke();
    }

    private void OnLine(string? line)
    {
        if (line is { Length: > 0 })
        {
            lock (_world.Gate)
            {
                _settings.Logs.Write(AccessKey, line);
            }
        }
    }
}
