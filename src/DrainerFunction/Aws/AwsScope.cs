using DrainerFunction.Runtime.Options;

namespace DrainerFunction.Aws;

/// <summary>Where a call goes: an account (12 digits) and a region.</summary>
internal readonly record struct AwsScope(string Account, string Region)
{
    /// <summary>Every account and region that the settings name.</summary>
    public static IEnumerable<AwsScope> AllOf(DrainerOptions options, AwsScope own) =>
        from account in options.Accounts is [] ? [own.Account] : options.Accounts
        from region in options.Regions is [] ? [own.Region] : options.Regions
        select new AwsScope(account, region);
}
