namespace DrainerFunction.DirectInvocations.Check;

/// <summary>What became of looking at one thing.</summary>
/// <param name="Item">What was looked at.</param>
/// <param name="Subject">Of which cluster, group, queue or rule.</param>
/// <param name="State">Whether it is right.</param>
/// <param name="Sentence">What is wrong and what follows from it, or why it was not looked at; empty where it is right.</param>
/// <param name="Mend">What to do, a command where there is one.</param>
internal sealed record Finding(CheckItem Item, string Subject, FindingState State, string Sentence, string? Mend)
{
    /// <summary>Something that must be right is not, or it is not known.</summary>
    public bool IsInTheWay => Item.Severity is Severity.Error && State is not FindingState.Ok;

    public static Finding Ok(CheckItem item, string subject) => new(item, subject, FindingState.Ok, "", null);

    public static Finding Problem(CheckItem item, string subject, string sentence, string mend) => new(item, subject, FindingState.Problem, sentence, mend);

    public static Finding NotChecked(CheckItem item, string subject, string why) => new(item, subject, FindingState.NotChecked, why, null);

    /// <summary>Right unless there is a sentence to the contrary.</summary>
    public static Finding Of(CheckItem item, string subject, string? sentence, string mend) => sentence is null ? Ok(item, subject) : Problem(item, subject, sentence, mend);

    /// <summary>Not checked where nothing was seen; right unless what was seen makes a sentence to the contrary.</summary>
    public static Finding Of<T>(CheckItem item, string subject, Observation<T> looked, Func<T, string?> sentence, string mend)
        where T : class => looked.IsRefused ? NotChecked(item, subject, looked.WhyNot) : Of(item, subject, sentence(looked.Seen), mend);
}

/// <summary>In the order of trouble.</summary>
internal enum FindingState
{
    Ok,

    /// <summary>It could not be looked at: this says nothing about whether it is right.</summary>
    NotChecked,

    Problem,
}
