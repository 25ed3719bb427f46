using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MLOps.Portal.Hosting;

namespace MLOps.Tests.Unit.Portal;

public sealed class SettingFaultsTests
{
    [Fact]
    public void Bind_WhatCanBeRead_IsBoundAsByTheUsualBinder()
    {
        var read = Options(("Name", "desk"), ("When", "00:10:00"), ("Days:0", "Monday"), ("Days:1", "friday"), ("Inner:a:Count", "7"), ("Maybe", "")).Value;
        (read.Name, read.When, read.Inner["a"].Count, read.Maybe).Should().Be(("desk", TimeSpan.FromMinutes(10), 7, null));
        read.Days.Should().Equal(DayOfWeek.Monday, DayOfWeek.Friday);
    }

    [Fact]
    public void Bind_WhatCannotBeRead_IsToldAtOnceWithWhatTheValidatorsSay()
    {
        var read = () => Options(("Name", "secret"), ("Nmae", "secret"), ("When", "soon"), ("Days:0", "Mondy"), ("Days:1", "99"), ("Inner:a:Count", "1e99"), ("Inner:a:Other:Deep", "secret"), ("Flag", "yes")).Value;
        var faults = read.Should().Throw<OptionsValidationException>().Which.Failures.ToList();
        faults.Should().HaveCount(8);
        faults.Should().Contain("Here:Nmae is not known; Here may hold Name, When, Maybe, Flag, Days, Inner.")
            .And.Contain("Here:When is 'soon'; it must be a time, such as 00:10:00 for ten minutes.")
            .And.Contain(f => f.StartsWith("Here:Days:0 is 'Mondy'; it may be Sunday, Monday"))
            .And.Contain(f => f.StartsWith("Here:Days:1 is '99'"))
            .And.Contain("Here:Inner:a:Count is '1e99'; it must be a number.")
            .And.Contain("Here:Inner:a:Other is not known; Here:Inner:a may hold Count.")
            .And.Contain("Here:Flag is 'yes'; it must be true or false.")
            .And.Contain("the name is taken: the validator has its say too");
        string.Concat(faults).Should().NotContain("secret");
    }

    private static IOptions<Settings> Options(params (string Key, string Value)[] values)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values.Select(v => KeyValuePair.Create($"Here:{v.Key}", (string?)v.Value))).Build();
        var services = new ServiceCollection();
        services.AddOptions<Settings>().BindAll(configuration.GetSection("Here")).Validate(s => s.Name != "secret", "the name is taken: the validator has its say too");
        return services.BuildServiceProvider().GetRequiredService<IOptions<Settings>>();
    }

    private sealed class Settings
    {
        public string Name { get; set; } = "";

        public TimeSpan When { get; set; }

        public int? Maybe { get; set; }

        public bool Flag { get; set; }

        public IList<DayOfWeek> Days { get; } = [];

        public IDictionary<string, Inner> Inner { get; } = new Dictionary<string, Inner>(StringComparer.Ordinal);
    }

    private sealed class Inner
    {
        public int Count { get; set; }
    }
}
