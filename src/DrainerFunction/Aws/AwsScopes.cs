using DrainerFunction.Runtime.Options;

namespace DrainerFunction.Aws;

/// <summary>Every account and region that the settings name.</summary>
internal static class AwsScopes
{
    extension(DrainerOptions options)
    {
        public IEnumerable<AwsScope> ScopesFrom(AwsScope own) =>
            from account in options.Accounts is [] ? [own.Account] : options.Accounts
            from region in options.Regions is [] ? [own.Region] : options.Regions
            select new AwsScope(account, region);
    }
}
