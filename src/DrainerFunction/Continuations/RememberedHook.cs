using System.Text.Json;
using System.Text.Json.Serialization;
using DrainerFunction.Interruptions;

namespace DrainerFunction.Continuations;

/// <summary>A lifecycle hook as a message remembers it that is not the hook's own.</summary>
internal sealed record RememberedHook(string Group, string Hook)
{
    /// <summary>When a heartbeat for it was last accepted; null where none was.</summary>
    public DateTimeOffset? BeatAt { get; init; }

    [JsonIgnore]
    public LifecycleHookName Name => new(Group, Hook);

    /// <summary>How long it waits, as <see cref="HookTimes"/> writes it; null where that is not known.</summary>
    public string? Times { get; init; }

    public static string Write(IReadOnlyList<RememberedHook> hooks) => JsonSerializer.Serialize([.. hooks.Take(LifecycleHookName.MostOfAGroup)], RememberedHookJson.Default.RememberedHookArray);

    /// <returns>None where there is no text; null for one that the function would never have written.</returns>
    public static IReadOnlyList<RememberedHook>? ReadAll(string? text, DateTimeOffset now)
    {
        try
        {
            return text is null ? []
                : JsonSerializer.Deserialize(text, RememberedHookJson.Default.RememberedHookArray) is { Length: <= LifecycleHookName.MostOfAGroup } hooks && hooks.All(hook => hook?.IsValid(now) is true) ? hooks
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private bool IsValid(DateTimeOffset now) => Name.IsValid && (BeatAt is not { } at || PlausibleInstants.IsRemembered(at, now));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(RememberedHook[]))]
internal sealed partial class RememberedHookJson : JsonSerializerContext;
