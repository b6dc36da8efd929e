namespace DrainerFunction.Runtime.Payloads;

/// <summary>The payload is none that this function knows; the message tells whoever sent it.</summary>
internal sealed class PayloadException(string message) : Exception(message);
