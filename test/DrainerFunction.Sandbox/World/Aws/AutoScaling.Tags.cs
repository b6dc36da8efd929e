namespace DrainerFunction.Sandbox.World.Aws;

// EC2 Auto Scaling User Guide, "Tag Auto Scaling groups and instances": a tag that propagates goes onto instances that are launched afterwards; those that run keep theirs.
internal sealed partial class AutoScaling
{
    public void CreateOrUpdateTag(string groupName, string key, string value, bool propagates)
    {
        lock (_world.Gate)
        {
            var group = Group(groupName);
            group.Tags[key] = value;
            if (propagates)
            {
                group.TagsThatStay.Remove(key);
            }
            else
            {
                group.TagsThatStay.Add(key);
            }
        }
    }

    public void DeleteTag(string groupName, string key)
    {
        lock (_world.Gate)
        {
            Group(groupName).Tags.Remove(key);
        }
    }
}
