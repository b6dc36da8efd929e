namespace DrainerFunction.Runtime.Options;

/// <summary>The tag that makes an instance the function's; without a value any value does.</summary>
internal sealed record ManagedTag(string Key, string? Value)
{
    public static ManagedTag Default { get; } = new("aws-node-termination-handler/managed", Value: null);

    /// <summary><c>key</c> or <c>key=value</c>.</summary>
    public static ManagedTag Of(string text) => text.Split('=', 2) is [var key, var value] ? new(key, value) : new(text, Value: null);

    public bool IsOn(IReadOnlyDictionary<string, string> tags) =>
        tags.TryGetValue(Key, out var value) && (Value is null || value == Value);
}
