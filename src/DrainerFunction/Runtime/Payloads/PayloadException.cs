namespace DrainerFunction.Runtime.Payloads;

/// <summary>The payload is none that this function knows; the message is for its sender.</summary>
internal sealed class PayloadException(string message) : Exception(message);
