namespace MLOps.Tests.Wire.Stacks;

/// <summary>Python that carries a stack's operation to its end: <c>go(name, operation, path of the template, **more)</c> gives the outputs.</summary>
internal static class StackScript
{
    public const string Go = """
        cfn = client("cloudformation")
        def go(name, operation, path=None, **more):
            if path: more |= {"TemplateBody": open(path).read(), "Capabilities": ["CAPABILITY_NAMED_IAM"]}
            stack = getattr(cfn, operation)(StackName=name, **more).get("StackId")
            stack = stack or ids[name]
            ids[name] = stack
            while (found := cfn.describe_stacks(StackName=stack)["Stacks"][0])["StackStatus"].endswith("IN_PROGRESS"): time.sleep(0.1)
            reasons = [e["ResourceStatusReason"] for e in cfn.describe_stack_events(StackName=stack)["StackEvents"] if e["ResourceStatus"].endswith("FAILED")]
            assert found["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_COMPLETE"), (found["StackStatus"], reasons)
            return {o["OutputKey"]: o["OutputValue"] for o in found.get("Outputs", [])}
        import time
        ids = {}

        """;
}
