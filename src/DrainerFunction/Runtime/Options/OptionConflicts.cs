namespace DrainerFunction.Runtime.Options;

/// <summary>Settings that are right alone and wrong together.</summary>
internal static class OptionConflicts
{
    private static readonly string[] OrParameter = ["WEBHOOK_URL", "WEBHOOK_HEADERS", "WEBHOOK_TEMPLATE", "WEBHOOK_PROXY"];

    public static void Refuse(SettingsReader reader, DrainerOptions options)
    {
        foreach (var name in OrParameter.Where(name => reader.Has(name) && reader.Has($"{name}_PARAMETER")))
        {
            reader.Refuse($"{name} and {name}_PARAMETER are both set; allowed is one of them.");
        }

        if (options.WebhookUrl is { } url && !WebhookSettings.IsAccepted(url, options.WebhookAllowHttp))
        {
            reader.Refuse("WEBHOOK_URL is plain http, which shows notices and headers to the network; allowed is https, or http with WEBHOOK_ALLOW_HTTP=true.");
        }

        if (options.AssumeRoleExternalId is not null && !reader.Has("ASSUME_ROLE_NAME"))
        {
            reader.Refuse("ASSUME_ROLE_EXTERNAL_ID is set without ASSUME_ROLE_NAME; it has no effect alone.");
        }

        if (options.Accounts.Count > 1 && !reader.Has("ASSUME_ROLE_NAME"))
        {
            reader.Refuse("ACCOUNTS names several accounts, but ASSUME_ROLE_NAME is not set; without a role only the function's own account can be reached.");
        }

        if (options.HeartbeatInterval > options.MaxDrainDuration)
        {
            reader.Refuse($"HEARTBEAT_INTERVAL is '{options.HeartbeatInterval.Value.TotalSeconds}'; allowed is at most MAX_DRAIN_DURATION, {options.MaxDrainDuration.TotalSeconds}.");
        }
    }
}
