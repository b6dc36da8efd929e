using DrainerFunction.Sandbox.World;

namespace DrainerFunction.Sandbox.Lambda;

/// <summary>
/// Sees every request of the function's processes, over all wires, in the order of their arrival, and kills the process
/// that asks when its turn has come. What it killed before was not applied; what it killed after was, unanswered.
/// </summary>
internal sealed class KillSwitch(SimulatedWorld world, LambdaFunction function, IReadOnlyList<KillPoint> points, int every)
{
    private readonly Dictionary<KillPoint, int> _seen = points.Distinct().ToDictionary(point => point, _ => 0);
    private readonly List<FunctionRequest> _requests = [];
    private readonly HashSet<FunctionRequest> _condemned = [];
    private readonly HashSet<FunctionRequest> _applied = [];

    /// <summary>All requests of the function so far.</summary>
    public IReadOnlyList<FunctionRequest> Requests => _requests;

    /// <summary>The request at which a process was last killed, and when.</summary>
    public (FunctionRequest Request, DateTimeOffset At)? LastKill { get; private set; }

    public int Kills { get; private set; }

    /// <summary>Points that never came, and how many of their requests did.</summary>
    public IEnumerable<(KillPoint Point, int Seen)> Missed => _seen.Where(each => each.Value < each.Key.Nth).Select(each => (each.Key, each.Value));

    /// <summary>Under the gate, before the request is applied. Null: its process was killed now.</summary>
    public FunctionRequest? Arrive(string service, string operation, string accessKey)
    {
        var request = new FunctionRequest(_requests.Count + 1, service, operation, accessKey, world.Now);
        _requests.Add(request);
        var turn = points.Where(point => point.Matches(service, operation) && ++_seen[point] == point.Nth).ToList();
        if (turn.Exists(point => !point.After) || (every > 0 && request.Number % every == 0))
        {
            Kill(request, "before");
            return null;
        }

        if (turn.Count > 0)
        {
            _condemned.Add(request);
        }

        return request;
    }

    /// <summary>Under the gate, after the request was applied. False: its process was killed now and gets no answer.</summary>
    public bool Answer(FunctionRequest request)
    {
        _applied.Add(request);
        if (!_condemned.Remove(request))
        {
            return true;
        }

        Kill(request, "after");
        return false;
    }

    public bool WasApplied(FunctionRequest request) => _applied.Contains(request);

    private void Kill(FunctionRequest request, string moment)
    {
        if (function.Kill(request.AccessKey, $"{moment} its request {request.Number}, {request.Service} {request.Operation}"))
        {
            Kills++;
            LastKill = (request, world.Now);
        }
    }
}

/// <param name="Number">From 1, over all wires.</param>
internal sealed record FunctionRequest(int Number, string Service, string Operation, string AccessKey, DateTimeOffset At);
