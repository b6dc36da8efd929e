using DrainerFunction.Sandbox.World.Aws;

namespace DrainerFunction.Sandbox;

// Expected answers: EventBridge User Guide, "Comparison operators for use in event patterns", "Arrays in event patterns",
// "Null values and empty strings"; the leaf and array rules as in aws/event-ruler's README.
public sealed class AwsEventPatternTests
{
    private const string Event =
        """
        {"version":"0","id":"e","detail-type":"EC2 Instance State-change Notification","source":"aws.ec2","account":"123456789012","time":"2026-11-22T15:40:07Z","region":"eu-west-1",
         "resources":["arn:aws:ec2:eu-west-1:123456789012:instance/i-1","arn:other"],
         "detail":{"instance-id":"i-1","state":"Terminated","count":300,"price":3.5,"ok":true,"none":null,"empty":"","list":[],"ip":"10.0.0.7","path":"dir/a*b.log",
                   "nested":{"name":"x"},"entities":[{"id":"a","kind":"1"},{"id":"b","kind":"2"}]}}
        """;

    public static TheoryData<string, bool> Table => new()
    {
        // Exact
        { """{"source":["aws.ec2"]}""", true },
        { """{"source":["aws.s3","aws.ec2"]}""", true },
        { """{"source":["AWS.EC2"]}""", false },
        { """{"source":["aws.ec2"],"region":["us-east-1"]}""", false },
        { """{"detail":{"count":[300]}}""", true },
        { """{"detail":{"count":[300.0]}}""", false },
        { """{"detail":{"count":["300"]}}""", false },
        { """{"detail":{"ok":[true]}}""", true },
        { """{"detail":{"ok":["true"]}}""", false },
        { """{"detail":{"none":[null]}}""", true },
        { """{"detail":{"empty":[""]}}""", true },
        { """{"detail":{"empty":[null]}}""", false },
        { """{"detail":{"absent":[null]}}""", false },
        // Arrays in the event: one element suffices
        { """{"resources":["arn:other"]}""", true },
        { """{"resources":["arn:none"]}""", false },
        { """{"detail":{"entities":{"id":["b"],"kind":["2"]}}}""", true },
        { """{"detail":{"entities":{"id":["a"],"kind":["2"]}}}""", false },
        // Prefix, suffix, equals-ignore-case
        { """{"detail-type":[{"prefix":"EC2 "}]}""", true },
        { """{"detail-type":[{"prefix":"ec2 "}]}""", false },
        { """{"detail-type":[{"prefix":{"equals-ignore-case":"ec2 "}}]}""", true },
        { """{"detail-type":[{"suffix":"Notification"}]}""", true },
        { """{"detail-type":[{"suffix":"Warning"}]}""", false },
        { """{"detail-type":[{"suffix":{"equals-ignore-case":"NOTIFICATION"}}]}""", true },
        { """{"detail":{"state":[{"equals-ignore-case":"terminated"}]}}""", true },
        { """{"detail":{"state":[{"equals-ignore-case":"stopped"}]}}""", false },
        { """{"detail":{"count":[{"prefix":"3"}]}}""", false },
        // Wildcard
        { """{"resources":[{"wildcard":"arn:aws:ec2:*:instance/*"}]}""", true },
        { """{"resources":[{"wildcard":"arn:aws:ec2:*:volume/*"}]}""", false },
        { """{"detail":{"path":[{"wildcard":"dir/a\\*b.*"}]}}""", true },
        { """{"detail":{"path":[{"wildcard":"dir/\\*b.log"}]}}""", false },
        { """{"detail":{"state":[{"wildcard":"Term?nated"}]}}""", false },
        // Anything-but
        { """{"source":[{"anything-but":"aws.s3"}]}""", true },
        { """{"source":[{"anything-but":["aws.s3","aws.ec2"]}]}""", false },
        { """{"source":[{"anything-but":{"prefix":"aws."}}]}""", false },
        { """{"source":[{"anything-but":{"prefix":["my.","your."]}}]}""", true },
        { """{"source":[{"anything-but":{"suffix":".ec2"}}]}""", false },
        { """{"detail":{"state":[{"anything-but":{"equals-ignore-case":["running","pending"]}}]}}""", true },
        { """{"detail":{"state":[{"anything-but":{"equals-ignore-case":"TERMINATED"}}]}}""", false },
        { """{"source":[{"anything-but":{"wildcard":"*.ec2"}}]}""", false },
        { """{"detail":{"count":[{"anything-but":[1,2]}]}}""", true },
        { """{"detail":{"count":[{"anything-but":[300]}]}}""", false },
        { """{"detail":{"absent":[{"anything-but":"x"}]}}""", false },
        // Numeric
        { """{"detail":{"count":[{"numeric":["=",300.0]}]}}""", true },
        { """{"detail":{"count":[{"numeric":[">",0,"<=",300]}]}}""", true },
        { """{"detail":{"count":[{"numeric":[">",0,"<",300]}]}}""", false },
        { """{"detail":{"price":[{"numeric":["<",3.5]}]}}""", false },
        { """{"detail":{"price":[{"numeric":[">=",3.5]}]}}""", true },
        { """{"detail":{"state":[{"numeric":[">",0]}]}}""", false },
        // Exists: leaves only
        { """{"detail":{"state":[{"exists":true}]}}""", true },
        { """{"detail":{"state":[{"exists":false}]}}""", false },
        { """{"detail":{"absent":[{"exists":false}]}}""", true },
        { """{"detail":{"absent":{"deeper":[{"exists":false}]}}}""", true },
        { """{"detail":{"none":[{"exists":true}]}}""", true },
        { """{"detail":{"list":[{"exists":true}]}}""", false },
        { """{"detail":{"nested":[{"exists":true}]}}""", false },
        // CIDR
        { """{"detail":{"ip":[{"cidr":"10.0.0.0/24"}]}}""", true },
        { """{"detail":{"ip":[{"cidr":"10.0.1.0/24"}]}}""", false },
        // $or
        { """{"$or":[{"source":["aws.s3"]},{"detail":{"state":["Terminated"]}}]}""", true },
        { """{"$or":[{"source":["aws.s3"]},{"detail":{"state":["running"]}}]}""", false },
        { """{"source":["aws.ec2"],"detail":{"$or":[{"count":[{"numeric":["<",1]}]},{"ok":[true]}]}}""", true },
        { """{"source":["aws.s3"],"detail":{"$or":[{"count":[300]},{"ok":[true]}]}}""", false },
    };

    [Theory, MemberData(nameof(Table))]
    public void A_pattern_matches_as_the_documentation_says(string pattern, bool matches) =>
        Assert.Equal(matches, EventPattern.Parse(pattern).Matches(Event));

    [Theory]
    [InlineData("""{"source":"aws.ec2"}""")]
    [InlineData("""{"source":[]}""")]
    [InlineData("""{"detail":{}}""")]
    [InlineData("""{"source":[{"begins":"x"}]}""")]
    [InlineData("""{"source":[{"prefix":"x","suffix":"y"}]}""")]
    [InlineData("""{"source":[["nested"]]}""")]
    [InlineData("""{"detail":{"count":[{"numeric":[">"]}]}}""")]
    [InlineData("""{"detail":{"count":[{"numeric":["~",1]}]}}""")]
    [InlineData("""{"source":[{"exists":"yes"}]}""")]
    [InlineData("""{"source":[{"wildcard":"a**b"}]}""")]
    [InlineData("""["source"]""")]
    [InlineData("not json")]
    public void A_pattern_that_EventBridge_would_not_take_is_refused(string pattern) =>
        Assert.Equal("InvalidEventPatternException", Assert.Throws<AwsError>(() => EventPattern.Parse(pattern)).Code);
}
