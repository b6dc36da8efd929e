using System.Text.Json.Serialization;
using DrainerFunction.Runtime;

namespace DrainerFunction.Interruptions;

/// <summary>A lifecycle hook: its Auto Scaling group and its name there.</summary>
internal sealed record LifecycleHookName(string Group, string Hook)
{
    /// <summary>Auto Scaling allows a group no more.</summary>
    public const int MostOfAGroup = 50;

    [JsonIgnore]
    public bool IsValid => AwsIdentifiers.IsName(Group) && AwsIdentifiers.IsName(Hook);
}
