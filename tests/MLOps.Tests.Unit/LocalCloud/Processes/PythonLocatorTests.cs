using Microsoft.Extensions.Options;
using MLOps.LocalCloud;
using MLOps.LocalCloud.Engine.Processes;

namespace MLOps.Tests.Unit.LocalCloud.Processes;

public class PythonLocatorTests
{
    private static PythonLocator Locator(string python = "") => new(Options.Create(new LocalCloudOptions { Python = python }));

    [Fact]
    public void Find_StandardModule_AnswersAnAbsolutePathOfAnInterpreter()
    {
        var path = Locator().Find("json");
        Path.IsPathRooted(path).Should().BeTrue();
        File.Exists(path).Should().BeTrue();
    }

    [Fact]
    public void Find_UnknownModule_SaysWhatIsMissingAndHowToMendIt()
    {
        var find = () => Locator().Find("no_such_module_anywhere");
        find.Should().Throw<InvalidOperationException>().WithMessage("*lacks no_such_module_anywhere*LocalCloud:Python*");
    }

    [Fact]
    public void Find_NamedPythonDoesNotExist_DoesNotTryAnother()
    {
        var find = () => Locator("/nowhere/python").Find("json");
        find.Should().Throw<InvalidOperationException>().WithMessage("*/nowhere/python does not start*");
    }
}
