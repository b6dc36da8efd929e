using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using DrainerFunction.Sandbox.World;
using DrainerFunction.Sandbox.World.Aws;
using Microsoft.Extensions.Time.Testing;

namespace DrainerFunction.Sandbox;

// The vectors were made by the AWS CLI's own signer; the refusals are those of aws-iam-authenticator, pkg/token/token.go, Verify.
public sealed class AwsStsTests
{
    private static readonly JsonElement[] Vectors = Read();

    public static TheoryData<int> Indexes => [.. Enumerable.Range(0, Vectors.Length)];

    [Theory, MemberData(nameof(Indexes))]
    public void A_token_of_the_AWS_CLI_is_its_principals_for_fifteen_minutes(int index)
    {
        var rig = new TokenRig(Vectors[index]);
        Assert.Equal("arn:aws:iam::123456789012:role/drainer", Assert.IsType<TokenVerdict.Accepted>(rig.Verify()).PrincipalArn);
        rig.Clock.Advance(TimeSpan.FromMinutes(15));
        Assert.IsType<TokenVerdict.Accepted>(rig.Verify());
        rig.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Contains("X-Amz-Date parameter is expired", rig.Refusal(), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Indexes))]
    public void A_token_for_another_cluster_or_of_another_secret_has_the_wrong_signature(int index)
    {
        var rig = new TokenRig(Vectors[index]);
        Assert.Contains("SignatureDoesNotMatch", rig.Refusal(cluster: "another"), StringComparison.Ordinal);
        rig.World.Aws.Credentials.Add(rig.Key with { Secret = "another" });

        Assert.Contains("SignatureDoesNotMatch", rig.Refusal(), StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string> Forgeries => new()
    {
        { "https://", "http://", "unexpected scheme \"http\"" },
        { "https://sts.us-east-1.amazonaws.com", "https://sts.us-east-1.amazonaws.com.evil.example", "unexpected hostname" },
        { "https://sts.us-east-1.amazonaws.com", "https://sts.us-east-1.amazonaws.com:8443", "unexpected hostname" },
        { "https://sts.us-east-1.amazonaws.com", "https://sts.cn-north-1.amazonaws.com.cn", "unexpected hostname" },
        { "amazonaws.com/?", "amazonaws.com/path?", "unexpected path" },
        { "amazonaws.com/?", "amazonaws.com?", "unexpected path" },
        { "Action=GetCallerIdentity", "Action=AssumeRole", "unexpected action" },
        { "Version=", "RoleArn=x&Version=", "non-whitelisted query parameter \"RoleArn\"" },
        { "Version=", "version=2011-06-15&Version=", "multiple values" },
        { "host%3Bx-k8s-aws-id", "host", "did not sign the x-k8s-aws-id header" },
        { "X-Amz-Expires=60", "X-Amz-Expires=901", "invalid X-Amz-Expires" },
        { "X-Amz-Expires=60", "X-Amz-Expires=soon", "invalid X-Amz-Expires" },
        { "X-Amz-Expires=60", "X-Amz-Expires=61", "SignatureDoesNotMatch" },
        { "X-Amz-Date=20261122T154007Z", "X-Amz-Date=yesterday", "error parsing X-Amz-Date" },
        { "X-Amz-Date=20261122T154007Z", "X-Amz-Date=20261122T165007Z", "not yet current" },
        { "&X-Amz-Date=20261122T154007Z", "", "X-Amz-Date parameter must be present" },
        { "AKIDEXAMPLE", "AKIDUNKNOWN", "InvalidClientTokenId" },
        { "%2Fus-east-1%2F", "%2Feu-west-1%2F", "SignatureDoesNotMatch" },
    };

    [Theory, MemberData(nameof(Forgeries))]
    public void A_forged_token_is_refused_for_its_reason(string part, string forged, string reason)
    {
        var rig = new TokenRig(Vectors[0]);
        var url = Vectors[0].GetProperty("url").GetString()!;
        Assert.Contains(part, url, StringComparison.Ordinal);

        Assert.Contains(reason, rig.Refusal(TokenOf(url.Replace(part, forged, StringComparison.Ordinal))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("k8s-aws-v2.abc", "missing expected \"k8s-aws-v1.\" prefix")]
    [InlineData("k8s-aws-v1.not+base64url", "illegal base64")]
    [InlineData("k8s-aws-v1.aHR0cHM6Ly8=", "illegal base64")]
    public void What_is_no_token_is_refused(string token, string reason) =>
        Assert.Contains(reason, new TokenRig(Vectors[0]).Refusal(token), StringComparison.Ordinal);

    [Fact]
    public void A_token_that_is_too_long_is_refused() =>
        Assert.Contains("token is too large", new TokenRig(Vectors[0]).Refusal("k8s-aws-v1." + new string('a', 4096)), StringComparison.Ordinal);

    [Fact]
    public void Expired_credentials_make_no_user()
    {
        var rig = new TokenRig(Vectors[0]);
        rig.World.Aws.Credentials.Add(rig.Key with { Expires = rig.Clock.GetUtcNow() });

        Assert.Contains("ExpiredToken", rig.Refusal(), StringComparison.Ordinal);
    }

    // EKS User Guide, "Create access entries": the default user name of a role, with the session's name.
    [Fact]
    public void An_access_entry_makes_the_principal_a_user_and_without_one_it_is_nobody()
    {
        var rig = new TokenRig(Vectors[0]);
        var (eks, token) = (rig.Region.Eks, Vectors[0].GetProperty("token").GetString()!);
        eks.CreateCluster(rig.Cluster, new("https://localhost"), "PEM");
        Assert.Null(eks.Authenticate(token, rig.Cluster));
        eks.CreateAccessEntry(rig.Cluster, "arn:aws:iam::123456789012:role/drainer", null, "drainers");

        var user = eks.Authenticate(token, rig.Cluster)!;
        Assert.Equal("arn:aws:sts::123456789012:assumed-role/drainer/session", user.Username);
        Assert.Equal(["drainers", "system:authenticated"], user.Groups);
    }

    // STS API Reference, AssumeRole; the words of the AccessDenied are those of IAM.
    [Fact]
    public void A_role_is_assumed_only_with_its_external_id()
    {
        var rig = new TokenRig(Vectors[0]);
        var role = rig.World.Aws.Credentials.AddRole("210987654321", "reader", "secret");
        var session = rig.Region.Sts.AssumeRole("AKIDEXAMPLE", role.Arn, "s1", externalId: "secret");

        Assert.Equal(("210987654321", "arn:aws:sts::210987654321:assumed-role/reader/s1"), (rig.Region.Sts.GetCallerIdentity(session.Id).Account, rig.Region.Sts.GetCallerIdentity(session.Id).Arn));
        Assert.Equal("AccessDenied", Assert.Throws<AwsError>(() => rig.Region.Sts.AssumeRole("AKIDEXAMPLE", role.Arn, "s1")).Code);
    }

    [Fact]
    public void Whoever_assumed_a_role_is_the_holder_of_its_keys_however_long_the_chain()
    {
        var rig = new TokenRig(Vectors[0]);
        var credentials = rig.World.Aws.Credentials;
        var first = rig.Region.Sts.AssumeRole("AKIDEXAMPLE", credentials.AddRole("210987654321", "reader").Arn, "s1");
        var second = rig.Region.Sts.AssumeRole(first.Id, credentials.AddRole("333333333333", "writer").Arn, "s2");

        Assert.Equal(["AKIDEXAMPLE", "AKIDEXAMPLE", "AKIDEXAMPLE", "unknown"], ((string[])["AKIDEXAMPLE", first.Id, second.Id, "unknown"]).Select(credentials.HolderOf));
    }

    private static string TokenOf(string url) => ClusterToken.Prefix + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(url));

    private static JsonElement[] Read()
    {
        using var stream = typeof(AwsStsTests).Assembly.GetManifestResourceStream("eks-token-vectors")!;
        using var document = JsonDocument.Parse(stream);
        return [.. document.RootElement.Clone().EnumerateArray()];
    }

    private sealed class TokenRig
    {
        private readonly string _token;

        public TokenRig(JsonElement vector)
        {
            string Text(string name) => vector.GetProperty(name).GetString()!;
            (Cluster, _token, Clock) = (Text("cluster"), Text("token"), new(vector.GetProperty("at").GetDateTimeOffset()));
            World = new(Clock, 1);
            Region = World.Aws.Region(region: Text("region"));
            Key = World.Aws.Credentials.Add(new(Text("accessKeyId"), Text("secretAccessKey"), vector.GetProperty("sessionToken").GetString(), AwsCloud.DefaultAccount,
                "arn:aws:sts::123456789012:assumed-role/drainer/session", "AROAEXAMPLE:session", null));
        }

        public FakeTimeProvider Clock { get; }

        public SimulatedWorld World { get; }

        public AwsRegion Region { get; }

        public AccessKey Key { get; }

        public string Cluster { get; }

        public TokenVerdict Verify() => Region.Sts.VerifyClusterToken(_token, Cluster);

        public string Refusal(string? token = null, string? cluster = null) =>
            Assert.IsType<TokenVerdict.Refused>(Region.Sts.VerifyClusterToken(token ?? _token, cluster ?? Cluster)).Reason;
    }
}
