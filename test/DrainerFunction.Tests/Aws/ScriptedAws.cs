using System.Net;
using Amazon.Runtime;
using Amazon.SQS;
using DrainerFunction.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace DrainerFunction.Aws;

/// <summary>The real clients over answers that are told beforehand.</summary>
internal sealed class ScriptedAws : IDisposable
{
    public const string Ours = "123456789012";

    public ScriptedHttp Http { get; } = new();

    public FakeTimeProvider Time { get; } = new(new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));

    public AssumedRole? Role { get; set; }

    public void Dispose() => Http.Dispose();

    public static string Instances(string id) => $"""
        <DescribeAutoScalingInstancesResponse xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/"><DescribeAutoScalingInstancesResult><AutoScalingInstances><member>
        <InstanceId>{id}</InstanceId><AutoScalingGroupName>g</AutoScalingGroupName><LifecycleState>Terminating:Wait</LifecycleState></member></AutoScalingInstances></DescribeAutoScalingInstancesResult></DescribeAutoScalingInstancesResponse>
        """;

    public static string RoleUntil(DateTimeOffset end) => $"""
        <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey>
        <SessionToken>tok</SessionToken><Expiration>{end:yyyy-MM-ddTHH:mm:ssZ}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>
        """;

    public void Xml(string body) => Http.Answer(HttpStatusCode.OK, body);

    public void Error(string code, string message) => Http.Answer(
        HttpStatusCode.BadRequest, $"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>r</RequestId></ErrorResponse>");

    public AwsConnection Connection() => new(new(Http), static () => new BasicAWSCredentials("AKID", "secret"), "eu-west-1");

    public Queues Queues() => new(new(() => new AmazonSQSClient(Connection().OwnCredentials, Connection().Set(new AmazonSQSConfig(), "eu-west-1"))), new(Time));

    public AwsClients Clients() => new(Connection(), new(_ => Task.FromResult(Ours)), Role, Time);

    public AwsRegion Region(string account = Ours) => Clients().In(new(account, "eu-west-1"));
}
