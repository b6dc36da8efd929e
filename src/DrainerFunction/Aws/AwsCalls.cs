using System.Net;
using Amazon.Runtime;
using DrainerFunction.Runtime.Scheduling;

namespace DrainerFunction.Aws;

/// <summary>Bounds every call to AWS in time and gives each failure its meaning.</summary>
/// <param name="credentials">Made ready before each call, because the SDK's signer does not wait for them; null for calls that use the function's own.</param>
internal sealed class AwsCalls(TimeProvider time, RoleCredentials? credentials = null)
{
    /// <summary>For a call with all its retries.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <exception cref="AwsCallException">The call was not answered as asked.</exception>
    public async Task<T> AskAsync<T>(string operation, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await time.AnswerWithinAsync(
                Longest,
                async token =>
                {
                    if (credentials is not null)
                    {
                        await credentials.CurrentAsync().WaitAsync(token);
                    }

                    // Some of the SDK's waits are deaf to their token.
                    return await ask(token).WaitAsync(token);
                },
                cancellationToken);
        }
        catch (TimeoutException late)
        {
            throw new AwsCallException(AwsRefusal.Unreachable, operation, "Timeout", late.Message, late);
        }
        catch (AmazonServiceException answered)
        {
            throw new AwsCallException(RefusalOf(answered.ErrorCode, answered.StatusCode), operation, answered.ErrorCode ?? $"{(int)answered.StatusCode}", answered.Message, answered);
        }
        catch (AmazonClientException unasked)
        {
            // The SDK could not even ask: without credentials, most often.
            throw new AwsCallException(unasked.InnerException is HttpRequestException ? AwsRefusal.Unreachable : AwsRefusal.Denied, operation, unasked.GetType().Name, unasked.Message, unasked);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or System.Xml.XmlException or System.Text.Json.JsonException or FormatException)
        {
            // What came is no answer of this service: a proxy's page, half a body.
            throw new AwsCallException(AwsRefusal.Unreachable, operation, broken.GetType().Name, broken.Message, broken);
        }
    }

    internal static AwsRefusal RefusalOf(string? code, HttpStatusCode status) => code switch
    {
        "Throttling" or "ThrottlingException" or "ThrottledException" or "RequestThrottled" or "RequestThrottledException" or "TooManyRequestsException"
            or "RequestLimitExceeded" or "SlowDown" or "PriorRequestNotComplete" or "BandwidthLimitExceeded" or "LimitExceededException" => AwsRefusal.Throttled,
        { } named when named.Contains("Throttl", StringComparison.OrdinalIgnoreCase) => AwsRefusal.Throttled,
        // A request that came too late, by another clock or cut short says nothing about what it asked for.
        "RequestExpired" or "RequestTimeTooSkewed" or "RequestInTheFuture" or "RequestTimeout" or "RequestTimeoutException" or "RequestAbortedException" => AwsRefusal.Unreachable,
        "AccessDenied" or "AccessDeniedException" or "UnauthorizedOperation" or "Client.UnauthorizedOperation" or "AuthFailure" or "OptInRequired" or "NotAuthorized"
            or "ExpiredToken" or "ExpiredTokenException" or "InvalidClientTokenId" or "UnrecognizedClientException" or "SignatureDoesNotMatch"
            or "InvalidSignatureException" or "IncompleteSignature" or "MissingAuthenticationToken" or "MissingAuthenticationTokenException" or "InvalidAccessKeyId" => AwsRefusal.Denied,
        "QueueDoesNotExist" or "AWS.SimpleQueueService.NonExistentQueue" or "ParameterNotFound" or "ParameterVersionNotFound" or "ResourceNotFoundException" => AwsRefusal.NotFound,
        { } named when named.EndsWith("NotFound", StringComparison.Ordinal) || named.EndsWith("NotFoundException", StringComparison.Ordinal) => AwsRefusal.NotFound,
        _ => status switch
        {
            HttpStatusCode.TooManyRequests => AwsRefusal.Throttled,
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => AwsRefusal.Denied,
            HttpStatusCode.NotFound => AwsRefusal.NotFound,
            >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError => AwsRefusal.Invalid,
            _ => AwsRefusal.Unreachable,
        },
    };
}
