using DrainerFunction.Aws;

namespace DrainerFunction.ApiServer;

internal static class AwsRefusals
{
    extension(AwsCallException refused)
    {
        /// <summary>Without what AWS has to tell, the cluster cannot be asked.</summary>
        public ApiServerException AsApiServer(string clusterName) => new(
            refused.Refusal switch
            {
                AwsRefusal.Denied => ApiServerRefusal.Forbidden,
                AwsRefusal.Throttled => ApiServerRefusal.Overloaded,
                _ => ApiServerRefusal.Unreachable,
            },
            clusterName,
            refused.Message,
            cause: refused);
    }
}
