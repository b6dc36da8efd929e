using System.Reflection;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace DrainerFunction.Sandbox.Scenarios;

/// <summary>Reads scenarios: those that are built in, by name, and files by path. Anything it does not know is an error with its line.</summary>
internal static partial class ScenarioFiles
{
    private const string Prefix = "scenarios/";
    private static readonly Assembly Ours = typeof(ScenarioFiles).Assembly;

    public static IReadOnlyList<string> Names { get; } =
    [
        .. Ours.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => Path.GetFileNameWithoutExtension(name))
            .Order(StringComparer.Ordinal),
    ];

    /// <exception cref="ScenarioException">There is none, or it is wrong; the message is for the user.</exception>
    public static Scenario Load(string nameOrFile)
    {
        if (Names.Contains(nameOrFile))
        {
            using var reader = new StreamReader(Ours.GetManifestResourceStream($"{Prefix}{nameOrFile}.yaml")!);
            return Parse(reader.ReadToEnd(), nameOrFile);
        }

        return File.Exists(nameOrFile)
            ? Parse(File.ReadAllText(nameOrFile), nameOrFile)
            : throw new ScenarioException($"Scenarios: {string.Join(", ", Names)}\nThere is no scenario '{nameOrFile}' and no such file.{Nearest.Hint(nameOrFile, Names)}");
    }

    /// <param name="source">Named in errors.</param>
    public static Scenario Parse(string yaml, string source)
    {
        try
        {
            var scenario = Reader().Deserialize<Scenario>(yaml) ?? throw new ScenarioException($"{source} is empty");
            NameRanges.Expand(scenario);
            ScenarioRules.Check(scenario, source);
            return scenario;
        }
        catch (YamlException wrong)
        {
            var message = Innermost(wrong).Message;
            throw new ScenarioException($"{source}, line {wrong.Start.Line}: {message}{Field().Match(message) switch
            {
                { Success: true } field => Nearest.Hint(field.Groups[1].Value, FieldsOf(field.Groups[2].Value)),
                _ => "",
            }}", wrong);
        }
    }

    private static IEnumerable<string> FieldsOf(string type) =>
        Ours.GetType(type)?.GetProperties().Select(property => HyphenatedNamingConvention.Instance.Apply(property.Name)) ?? [];

    [GeneratedRegex("^Property '([^']+)' not found on type '([^']+)'")]
    private static partial Regex Field();

    private static Exception Innermost(Exception exception) =>
        exception.InnerException is { } inner ? Innermost(inner) : exception;

    private static IDeserializer Reader() => new DeserializerBuilder()
        .WithNamingConvention(HyphenatedNamingConvention.Instance)
        .WithTypeConverter(new DurationConverter())
        .WithDuplicateKeyChecking()
        .Build();

    private sealed class DurationConverter : IYamlTypeConverter
    {
        public bool Accepts(Type type) => type == typeof(TimeSpan) || type == typeof(TimeSpan?);

        public object ReadYaml(IParser parser, Type type, ObjectDeserializer rootDeserializer)
        {
            var scalar = parser.Consume<Scalar>();
            try
            {
                return Durations.Parse(scalar.Value);
            }
            catch (FormatException wrong)
            {
                throw new YamlException(scalar.Start, scalar.End, wrong.Message);
            }
        }

        public void WriteYaml(IEmitter emitter, object? value, Type type, ObjectSerializer serializer) =>
            throw new NotSupportedException("Scenarios are only read.");
    }
}

/// <summary>A scenario that cannot be played; the message says where and what to write instead.</summary>
internal sealed class ScenarioException(string message, Exception? cause = null) : Exception(message, cause);
