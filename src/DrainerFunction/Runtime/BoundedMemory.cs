namespace DrainerFunction.Runtime;

/// <summary>What a process remembers for as long as it lives, of names that others choose, has a bound.</summary>
internal static class BoundedMemory
{
    extension<T>(ICollection<T> remembered)
    {
        /// <summary>Before one more is added: forgets all where there are as many. What is asked or told once more for it does no harm.</summary>
        public void MakeRoom(int most)
        {
            if (remembered.Count >= most)
            {
                remembered.Clear();
            }
        }
    }
}
