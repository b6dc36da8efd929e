using System.Text;
using System.Text.Json;
using System.Web;
using Amazon.Runtime;

namespace DrainerFunction.Aws;

public sealed class ClusterTokensTests
{
    private static readonly JsonElement[] Vectors = Read();

    public static TheoryData<int> All => [.. Enumerable.Range(0, Vectors.Length)];

    [Fact]
    public void There_are_twenty_vectors() => Assert.Equal(20, Vectors.Length);

    [Theory, MemberData(nameof(All))]
    public void A_token_equals_the_one_that_the_aws_cli_makes_in_host_parameters_and_signature(int index)
    {
        var vector = Vectors[index];
        var keys = new ImmutableCredentials(Text(vector, "accessKeyId"), Text(vector, "secretAccessKey"), vector.GetProperty("sessionToken").GetString());

        var token = ClusterTokens.Token(keys, Text(vector, "region"), Text(vector, "cluster"), vector.GetProperty("at").GetDateTimeOffset());

        Assert.StartsWith("k8s-aws-v1.", token, StringComparison.Ordinal);
        Assert.DoesNotContain('=', token);
        var (mine, theirs) = (Url(token), Url(Text(vector, "token")));
        Assert.Equal(Text(vector, "url"), theirs.AbsoluteUri);
        Assert.Equal(theirs.GetLeftPart(UriPartial.Path), mine.GetLeftPart(UriPartial.Path));
        Assert.Equal(Parameters(theirs), Parameters(mine));
    }

    private static Uri Url(string token)
    {
        var base64 = token["k8s-aws-v1.".Length..].Replace('-', '+').Replace('_', '/');
        return new(Encoding.UTF8.GetString(Convert.FromBase64String(base64.PadRight((base64.Length + 3) / 4 * 4, '='))));
    }

    private static SortedDictionary<string, string> Parameters(Uri url)
    {
        var query = HttpUtility.ParseQueryString(url.Query);
        return new(query.AllKeys.ToDictionary(key => key!, key => query[key]!), StringComparer.Ordinal);
    }

    private static string Text(JsonElement vector, string name) => vector.GetProperty(name).GetString()!;

    private static JsonElement[] Read()
    {
        using var stream = typeof(ClusterTokensTests).Assembly.GetManifestResourceStream("eks-token-vectors")!;
        using var json = JsonDocument.Parse(stream);
        return [.. json.RootElement.Clone().EnumerateArray()];
    }
}
