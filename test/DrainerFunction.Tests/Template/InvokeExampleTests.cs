using DrainerFunction.Reporting;

namespace DrainerFunction;

/// <summary>Every example that invokes the function takes its answer into a file: on standard output the CLI mixes it with its own, and what is redirected is no JSON.</summary>
public sealed class InvokeExampleTests
{
    public static TheoryData<string> Texts =>
    [
        "README.md", "template.yaml", "deploy/terraform/outputs.tf", "test/DrainerFunction.Sandbox/Serve/ServedWorld.cs",
        .. Directory.GetFiles(Path.Combine(Documents.Root, "docs"), "*.md").Select(file => Path.GetRelativePath(Documents.Root, file)),
    ];

    [Theory, MemberData(nameof(Texts))]
    public void The_answer_goes_into_a_file(string text)
    {
        var whole = Documents.Read(text);
        Assert.DoesNotContain(" /dev/stdout", whole, StringComparison.Ordinal);
        Assert.Equal(whole.Split("aws lambda invoke --").Length - 1, whole.Split('\n').Select((line, number) => (line, number)).Count(one =>
            one.line.Contains("aws lambda invoke --", StringComparison.Ordinal)
            && string.Concat(whole.Split('\n').Skip(one.number).Take(2)).Contains("answer.json", StringComparison.Ordinal)));
    }
}
