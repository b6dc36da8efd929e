using System.Net;
using Amazon.Runtime;

namespace DrainerFunction.Aws;

public sealed class RoleCredentialsTests : IDisposable
{
    private const string Theirs = "210987654321";

    private readonly ScriptedAws _aws = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _aws.Dispose();

    [Fact]
    public async Task Another_account_is_entered_by_its_role_once()
    {
        _aws.Role = new("Drainer", "secret-id");
        _aws.Xml(ScriptedAws.RoleUntil(_aws.Time.GetUtcNow().AddHours(1)));
        _aws.Xml(ScriptedAws.Instances("i-1"));
        _aws.Xml(ScriptedAws.Instances("i-2"));
        var theirs = _aws.Region(Theirs);

        await theirs.AutoScaling.DescribeInstancesAsync(["i-1"], Stop);
        await theirs.AutoScaling.DescribeInstancesAsync(["i-2"], Stop);

        Assert.Equal(3, _aws.Http.Seen.Count);
        Assert.Contains($"RoleArn={Uri.EscapeDataString($"arn:aws:iam::{Theirs}:role/Drainer")}", _aws.Http.Seen[0].Body, StringComparison.Ordinal);
        Assert.Contains("ExternalId=secret-id", _aws.Http.Seen[0].Body, StringComparison.Ordinal);
        Assert.Equal("https://sts.eu-west-1.amazonaws.com/", _aws.Http.Seen[0].Uri.AbsoluteUri);
        Assert.Contains("Credential=ASIAROLE/", _aws.Http.Seen[1].Headers["Authorization"], StringComparison.Ordinal);
        Assert.Equal("tok", _aws.Http.Seen[2].Headers["X-Amz-Security-Token"]);
    }

    // They are renewed five minutes before they end: what is still good until then is used, whatever STS says.
    [Theory]
    [InlineData(3, 10, true)]
    [InlineData(9, 10, true)]
    [InlineData(10, 10, false)]
    public async Task Credentials_of_another_account_are_used_to_their_end_while_new_ones_cannot_be_had(int minutes, int last, bool areUsed)
    {
        using var http = new Doors(_aws.Time.GetUtcNow().AddMinutes(last));
        var theirs = new AwsClients(new(new(http), static () => new BasicAWSCredentials("AKID", "secret"), "eu-west-1"), new(_ => Task.FromResult(ScriptedAws.Ours)), new("Drainer", null), _aws.Time).In(new(Theirs, "eu-west-1"));
        await theirs.AutoScaling.DescribeInstancesAsync(["i-1"], Stop);
        http.IsShut = true;
        _aws.Time.Advance(TimeSpan.FromMinutes(minutes));

        var asked = await Record.ExceptionAsync(() => theirs.AutoScaling.DescribeInstancesAsync(["i-1"], Stop));

        Assert.Equal((areUsed, areUsed ? 2 : 1), (asked is null, http.Answered));
    }

    [Fact]
    public async Task Another_account_without_a_role_is_denied()
    {
        var refused = await Assert.ThrowsAsync<AwsCallException>(() => _aws.Region(Theirs).ClusterTokens.PresignAsync("prod", Stop));

        Assert.Equal(AwsRefusal.Denied, refused.Refusal);
        Assert.Contains("ASSUME_ROLE_NAME", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>STS lets its callers in until it is shut; Auto Scaling always answers.</summary>
    private sealed class Doors(DateTimeOffset end) : HttpMessageHandler
    {
        private int _answered;

        public bool IsShut { get; set; }

        public int Answered => _answered;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var isSts = request.RequestUri!.Host.StartsWith("sts.", StringComparison.Ordinal);
            _answered += isSts ? 0 : 1;
            var body = !isSts ? ScriptedAws.Instances("i-1")
                : IsShut ? "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error><RequestId>r</RequestId></ErrorResponse>"
                : ScriptedAws.RoleUntil(end);
            return Task.FromResult(new HttpResponseMessage(isSts && IsShut ? HttpStatusCode.Forbidden : HttpStatusCode.OK) { RequestMessage = request, Content = new StringContent(body) });
        }
    }
}
