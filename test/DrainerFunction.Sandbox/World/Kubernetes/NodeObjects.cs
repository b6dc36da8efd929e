using System.Globalization;
using System.Text.Json.Nodes;

namespace DrainerFunction.Sandbox.World.Kubernetes;

/// <summary>What a kubelet on EKS registers for its machine.</summary>
internal static class NodeObjects
{
    public static JsonObject Of(Machine machine, ClusterSettings settings) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["name"] = machine.NodeName,
            ["labels"] = new JsonObject
            {
                ["kubernetes.io/arch"] = "amd64",
                ["kubernetes.io/os"] = "linux",
                ["kubernetes.io/hostname"] = machine.NodeName,
                ["node.kubernetes.io/instance-type"] = "m7i.large",
                ["topology.kubernetes.io/region"] = settings.Region,
                ["topology.kubernetes.io/zone"] = machine.AvailabilityZone,
            },
        },
        ["spec"] = new JsonObject { ["providerID"] = $"aws:///{machine.AvailabilityZone}/{machine.InstanceId}" },
    };

    public static void SetBooted(JsonObject node, SimulatedWorld world, ClusterSettings settings)
    {
        var status = node.Child("status");
        status["capacity"] = new JsonObject { ["cpu"] = "2", ["memory"] = "7934392Ki", ["pods"] = settings.PodCapacity.ToString(CultureInfo.InvariantCulture) };
        status["allocatable"] = new JsonObject { ["cpu"] = "1930m", ["memory"] = "7244216Ki", ["pods"] = settings.PodCapacity.ToString(CultureInfo.InvariantCulture) };
        status["addresses"] ??= new JsonArray(
            new JsonObject { ["type"] = "InternalIP", ["address"] = InternalAddress(node.Name()) },
            new JsonObject { ["type"] = "Hostname", ["address"] = node.Name() },
            new JsonObject { ["type"] = "InternalDNS", ["address"] = node.Name() });
        status["daemonEndpoints"] = new JsonObject { ["kubeletEndpoint"] = new JsonObject { ["Port"] = 10250 } };
        status["nodeInfo"] = new JsonObject
        {
            ["machineID"] = node.Uid().Replace("-", "", StringComparison.Ordinal),
            ["systemUUID"] = node.Uid(),
            ["bootID"] = BootId(world.Chance),
            ["kernelVersion"] = "6.12.37-61.105.amzn2023.x86_64",
            ["osImage"] = "Amazon Linux 2023",
            ["containerRuntimeVersion"] = "containerd://2.1.5",
            ["kubeletVersion"] = settings.Version,
            ["kubeProxyVersion"] = "",
            ["operatingSystem"] = "linux",
            ["architecture"] = "amd64",
        };
        SetReady(node, world);
    }

    public static void SetReady(JsonObject node, SimulatedWorld world)
    {
        node.SetCondition(world.Now, "MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available");
        node.SetCondition(world.Now, "DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure");
        node.SetCondition(world.Now, "PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available");
        node.SetCondition(world.Now, "Ready", "True", "KubeletReady", "kubelet is posting ready status");
    }

    private static string BootId(Random chance)
    {
        var bytes = new byte[16];
        chance.NextBytes(bytes);
        return new Guid(bytes).ToString();
    }

    // ip-10-0-1-7.eu-central-1.compute.internal has its address in its name.
    private static string InternalAddress(string name)
    {
        var parts = name.Split('.')[0].Split('-');
        return parts is ["ip", _, _, _, _] ? string.Join('.', parts[1..]) : "10.0.0.1";
    }
}
