namespace DrainerFunction.Runtime;

public sealed class RuntimePreloadTests
{
    [Fact]
    public async Task What_is_read_ahead_of_use_ends_without_an_error_and_leaves_the_places_of_authorities_to_who_has_set_one() =>
        await RuntimePreload.ReadAuthorities(new Dictionary<string, string> { ["SSL_CERT_FILE"] = "/nowhere" });
}
