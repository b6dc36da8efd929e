"""What CloudFormation would be given: template.yaml and the templates of a release translated as AWS does it (the SAM translator), and deploy/member-account.yaml, their parameters, conditions and
intrinsic functions worked out for every switch, and each result checked with cfn-lint. Also whether each rule of the template refuses
what it is there to refuse. Needs the Python packages cfn-lint and aws-sam-translator. Prints what it found; ends with 1 if that is anything.
"""
import copy
import json
import logging
import os
import pathlib
import re
import subprocess
import sys
import tempfile

os.environ.setdefault("AWS_DEFAULT_REGION", "eu-central-1")
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

# It warns of metrics that it does not send.
logging.disable(logging.WARNING)

ROOT = pathlib.Path(__file__).parents[2]
GROUP = "arn:aws:autoscaling:eu-central-1:123456789012:autoScalingGroup:0a1b2c3d-1111-2222-3333-444444444444:autoScalingGroupName/"
KINDS = ["SpotReclaim", "CapacityReclaim", "Termination", "StateChange", "ScheduledChange", "RebalanceRecommendation", "Launch"]
PSEUDO = {"AWS::Region": "eu-central-1", "AWS::AccountId": "123456789012", "AWS::Partition": "aws", "AWS::URLSuffix": "amazonaws.com", "AWS::StackName": "node-drainer"}
NOTHING = object()

# Every parameter that decides a condition, each way at least once, and the ends of the ranges.
GOOD = {
    "defaults": {},
    "accounts": dict(Accounts="123456789012,210987654321", Regions="eu-west-1,eu-central-1", AssumeRoleName="ops/node-drainer", AssumeRoleExternalId="an-id"),
    "one-cluster": dict(ClusterNames="a"),
    "two-clusters": dict(ClusterNames="a,b"),
    "five-clusters": dict(ClusterNames="a,b,c,d,e"),
    "forty-clusters": dict(ClusterNames=",".join(f"team-{number}_{'x' * 40}" for number in range(40))),
    "role": dict(RoleName="node-drainer", RolePath="/platform/drain/", PermissionsBoundaryArn="arn:aws:iam::123456789012:policy/ops/boundary"),
    "trusted": dict(TrustedSenders="AROAABCDEFGHIJKLMNOPQ,AIDAABCDEFGHIJKLMNOPQ", CreateHookNotificationRole="true"),
    "hook-role": dict(CreateHookNotificationRole="true"),
    "own-key": dict(KmsKeyArn="arn:aws:kms:eu-central-1:123456789012:key/0a1b2c3d-1111-2222-3333-444444444444", CreateHookNotificationRole="true"),
    "kept": dict(QueueDeletionPolicy="Retain", LogDeletionPolicy="Retain", QueueRetention="1209600", DeadLetterRetention="86400"),
    "config-map": dict(ClusterNames="a,b,c", CreateAccessEntries="false"),
    "tag-value": dict(ManagedTagKey="team/drained", ManagedTagValue="yes"),
    "any-group": dict(CheckTagBeforeDraining="false"),
    "named-groups": dict(AutoScalingGroupArns=f"{GROUP}blue,{GROUP}green"),
    "nothing-on": {f"Action{kind}": "ignore" for kind in KINDS} | dict(SweepSchedule="", CreateDashboard="false"),
    "check": dict(CheckSchedule="rate(1 day)", CreateCheckAlarm="true"),
    "cron": dict(SweepSchedule="cron(0/5 * * * ? *)"),
    "pollers": dict(MinimumPollers="2", MaximumPollers="2000"),
    "most": dict(UrgentMaximumConcurrency="1000", MaximumConcurrency="1000", ReservedConcurrency="2000", MemorySize="3008", LogRetentionDays="3653", Architecture="arm64"),
    "least": dict(UrgentBatchingWindow="0", UrgentMaximumConcurrency="50", MaximumConcurrency="50", MemorySize="128", LogRetentionDays="1", MetricsNamespace="team/drains#1:a-b"),
    "private": dict(SubnetIds="subnet-0a1b2c3d,subnet-1a1b2c3d", SecurityGroupIds="sg-0a1b2c3d"),
    "webhook": dict(WebhookUrlParameter="/node-drainer/webhook", WebhookHeadersParameter="/node-drainer/headers", WebhookTemplateParameter="/a/b", WebhookProxyParameter="/c", WebhookAllowHttp="true"),
    "topic": dict(AlarmTopicArn="arn:aws:sns:eu-central-1:123456789012:on-call", RunbookUrl="https://wiki.example/drainer", LivenessPeriod="86400"),
    "events": dict(EmitKubernetesEvents="true", KubernetesEventsExtraAnnotations="team=platform"),
}

BAD = {
    "SubnetsAndSecurityGroupsGoTogether": dict(SubnetIds="subnet-0a1b2c3d"),
    "RoleNeedsAccounts": dict(AssumeRoleName="node-drainer"),
    "AccountsNeedTheRole": dict(Accounts="123456789012,210987654321"),
    "ExternalIdNeedsRole": dict(AssumeRoleExternalId="an-id"),
    "WebhookSettingsNeedTheUrl": dict(WebhookProxyParameter="/proxy"),
    "OnePollerIsNotEnough": dict(MinimumPollers="1"),
    "TagValueNeedsTheCheck": dict(CheckTagBeforeDraining="false", ManagedTagValue="yes"),
    "CheckAlarmNeedsTheSchedule": dict(CreateCheckAlarm="true"),
    "AnnotationsNeedEvents": dict(KubernetesEventsExtraAnnotations="team=platform"),
}

HUB = dict(HubRoleArn="arn:aws:iam::111122223333:role/node-drainer", HubEventBusArn="arn:aws:events:eu-central-1:111122223333:event-bus/default", ExternalId="an-id")

GOOD_MEMBERS = {
    "member": HUB,
    "member-of-china": HUB | dict(HubRoleArn="arn:aws-cn:iam::111122223333:role/ops/node-drainer", HubEventBusArn="arn:aws-cn:events:cn-north-1:111122223333:event-bus/default"),
    "member-clusters": HUB | dict(ClusterNames="a,b,c,d,e,f,g", RolePath="/ops/", PermissionsBoundaryArn="arn:aws:iam::123456789012:policy/boundary", Regions="eu-west-1,eu-central-1"),
    "member-second-region": HUB | dict(CreateRole="false", ClusterNames="a"),
    "member-tag-value": HUB | dict(ManagedTagKey="team", ManagedTagValue="platform", CreateAccessEntries="false", ClusterNames="a"),
    "member-named-groups": HUB | dict(AutoScalingGroupArns=f"{GROUP}blue,{GROUP}green", AlarmTopicArn="arn:aws:sns:eu-central-1:123456789012:on-call"),
    "member-any-group": HUB | dict(CheckTagBeforeDraining="false") | {f"Forward{kind}": "false" for kind in KINDS},
}

BAD_MEMBERS = {
    "TagValueNeedsTheCheck": HUB | dict(CheckTagBeforeDraining="false", ManagedTagValue="yes"),
}

TEMPLATES = {"template.yaml": (GOOD, BAD), "deploy/member-account.yaml": (GOOD_MEMBERS, BAD_MEMBERS)}


class Stack:
    """The template with these parameters."""

    def __init__(self, template, given):
        self.declared = template["Parameters"]
        self.values = {name: str(given.get(name, one.get("Default", ""))) for name, one in self.declared.items()}
        self.rules = template["Rules"]
        self.translated = template
        if "Transform" in template:
            # As `sam package` leaves it.
            template["Resources"]["DrainerFunction"]["Properties"]["CodeUri"] = "s3://bucket/key"
            self.translated = Translator({}, Parser()).translate(template, self.values)

    def problems(self):
        """Values that a parameter refuses."""
        for name, value in self.values.items():
            one = self.declared[name]
            if "AllowedPattern" in one and not re.match(one["AllowedPattern"], value):
                yield f"{name} refuses {value}"
            if "AllowedValues" in one and value not in [str(allowed) for allowed in one["AllowedValues"]]:
                yield f"{name} refuses {value}"
            if "MinValue" in one and not one["MinValue"] <= int(value) <= one["MaxValue"]:
                yield f"{name} refuses {value}"

    def broken_rules(self):
        return [
            name for name, rule in self.rules.items()
            if self.evaluate(rule.get("RuleCondition", True)) and not all(self.evaluate(one["Assert"]) for one in rule["Assertions"])
        ]

    def resources(self):
        for name, resource in self.translated["Resources"].items():
            if "Condition" not in resource or self.holds(resource["Condition"]):
                yield name, self.evaluate({key: value for key, value in resource.items() if key != "Condition"})

    def holds(self, condition):
        return self.evaluate(self.translated["Conditions"][condition])

    def evaluate(self, node):
        if isinstance(node, list):
            return [value for value in map(self.evaluate, node) if value is not NOTHING]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            (function, of), = node.items()
            if function == "Ref":
                return self.referred(of, node)
            if function in FUNCTIONS:
                return FUNCTIONS[function](self, of, node)
        worked_out = {key: self.evaluate(value) for key, value in node.items()}
        return {key: value for key, value in worked_out.items() if value is not NOTHING}

    def referred(self, name, node):
        if name == "AWS::NoValue":
            return NOTHING
        if name in self.values:
            return int(self.values[name]) if self.declared[name]["Type"] == "Number" else self.values[name]
        return PSEUDO.get(name, node)

    def substituted(self, of):
        text, names = (of, {}) if isinstance(of, str) else (of[0], self.evaluate(of[1]))
        for name, value in {**names, **self.values, **PSEUDO}.items():
            if isinstance(value, str):
                text = text.replace("${%s}" % name, value)
        return {"Fn::Sub": text} if "${" in text else text

    def joined(self, of):
        parts = self.evaluate(of[1])
        return of[0].join(parts) if all(isinstance(part, str) for part in parts) else {"Fn::Join": [of[0], parts]}

    def split(self, of, node):
        text = self.evaluate(of[1])
        if isinstance(text, str):
            return text.split(of[0])
        # What refers to a resource stays as it is; with conditions worked out, so that cfn-lint can read it.
        return {"Fn::Split": [of[0], text]} if "Fn::Join" in text else node


FUNCTIONS = {
    "Condition": lambda stack, of, node: stack.holds(of),
    "Fn::Equals": lambda stack, of, node: str(stack.evaluate(of[0])) == str(stack.evaluate(of[1])),
    "Fn::Not": lambda stack, of, node: not stack.evaluate(of[0]),
    "Fn::And": lambda stack, of, node: all(stack.evaluate(one) for one in of),
    "Fn::Or": lambda stack, of, node: any(stack.evaluate(one) for one in of),
    "Fn::If": lambda stack, of, node: stack.evaluate(of[1] if stack.holds(of[0]) else of[2]),
    "Fn::Join": lambda stack, of, node: stack.joined(of),
    "Fn::Split": lambda stack, of, node: stack.split(of, node),
    "Fn::Select": lambda stack, of, node: stack.evaluate(of[1])[int(of[0])],
    "Fn::Sub": lambda stack, of, node: stack.substituted(of),
}


def documents_in_texts(resources):
    """A policy and the dashboard are JSON in a text, which cfn-lint does not read."""
    for resource in resources.values():
        for policy in resource["Properties"].get("Policies", []):
            if isinstance(policy["PolicyDocument"], str):
                json.loads(policy["PolicyDocument"])
        if "DashboardBody" in resource["Properties"]:
            body = resource["Properties"]["DashboardBody"]
            json.loads(body["Fn::Sub"] if isinstance(body, dict) else body)


def check(path, good, bad):
    source = yaml_parse(path.read_text())
    found = []
    with tempfile.TemporaryDirectory() as folder:
        files = [str(path)]
        for name, given in good.items():
            stack = Stack(copy.deepcopy(source), given)
            found += [f"{name}: {problem}" for problem in [*stack.problems(), *stack.broken_rules()]]
            resources = dict(stack.resources())
            documents_in_texts(resources)
            files.append(f"{folder}/{name}.json")
            pathlib.Path(files[-1]).write_text(json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}, indent=1))
        lint = subprocess.run(["cfn-lint", "--format", "parseable", *files], capture_output=True, text=True)
        found += [line for line in lint.stdout.splitlines() if ":" in line]
        if lint.returncode and not found:
            found.append(lint.stderr or "cfn-lint failed without a word.")
    for rule in source["Rules"]:
        broken = Stack(copy.deepcopy(source), bad[rule]).broken_rules()
        if broken != [rule]:
            found.append(f"{rule}: {bad[rule]} breaks {broken}")
    print("\n".join(found))
    print(f"{len(good)} stacks of {path.name}, {len(source['Rules'])} rules: {len(found)} findings")
    return found


def check_release(architecture):
    """As `make release` writes it: the zip in the place of the build, and nothing else changed."""
    text = subprocess.run([ROOT / "deploy/release-template.sh", architecture], capture_output=True, text=True, check=True).stdout
    released, source = yaml_parse(text), yaml_parse((ROOT / "template.yaml").read_text())
    source["Parameters"]["Architecture"]["Default"] = architecture
    source["Resources"]["DrainerFunction"]["Properties"]["CodeUri"] = f"drainer-{architecture}.zip"
    del source["Resources"]["DrainerFunction"]["Metadata"]["BuildMethod"]
    found = [] if released == source else [f"template-{architecture}.yaml is not template.yaml with its zip"]
    print("\n".join(found))
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, f"template-{architecture}.yaml")
        path.write_text(text)
        return found + check(path, {"defaults": {}}, BAD)


def main():
    found = sum([check(ROOT / file, good, bad) for file, (good, bad) in TEMPLATES.items()], [])
    return 1 if sum(map(check_release, ["x86_64", "arm64"]), found) else 0


if __name__ == "__main__":
    sys.exit(main())
