using System.Collections;
using System.ComponentModel;
using System.Reflection;
using Microsoft.Extensions.Options;

namespace MLOps.Portal.Hosting;

/// <summary>
/// Finds settings that no binder can read: names that there are not, and values of another type. A binder stops at the first of them; who sets
/// a portal up should hear of all at once. Values are repeated in no message but where they choose among words or are numbers or times.
/// </summary>
internal static class SettingFaults
{
    /// <summary>Binds a section; what cannot be read is told together with what the validators find.</summary>
    public static OptionsBuilder<T> BindAll<T>(this OptionsBuilder<T> options, IConfigurationSection section) where T : class
    {
        var faults = new List<(string Path, string Message)>();
        Look(section, typeof(T), faults);
        options.Services.AddSingleton<IValidateOptions<T>>(new Unreadable<T>([.. faults.Select(f => f.Message)]));
        return options.Configure(bound => Readable(section, faults.Select(f => f.Path)).Bind(bound));
    }

    private static void Look(IConfigurationSection section, Type type, List<(string Path, string Message)> faults)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (ItemOf(type) is { } item)
        {
            foreach (var child in section.GetChildren())
                Look(child, item, faults);
        }
        else if (IsLeaf(type))
        {
            if (section.Value is { Length: > 0 } value && Wrong(type, value) is { } wrong)
                faults.Add((section.Path, $"{section.Path} is '{value}'; {wrong}"));
        }
        else
        {
            var members = type.GetProperties(BindingFlags.Public | BindingFlags.Instance);
            foreach (var child in section.GetChildren())
            {
                if (members.FirstOrDefault(m => string.Equals(m.Name, child.Key, StringComparison.OrdinalIgnoreCase)) is { } member)
                    Look(child, member.PropertyType, faults);
                else
                    faults.Add((child.Path, $"{child.Path} is not known; {section.Path} may hold {string.Join(", ", members.Select(m => m.Name))}."));
            }
        }
    }

    /// <summary>What is wrong with a value; null where it can be read.</summary>
    private static string? Wrong(Type type, string value)
    {
        if (type.IsEnum)
            return Enum.TryParse(type, value, ignoreCase: true, out var parsed) && Enum.IsDefined(type, parsed) ? null : $"it may be {string.Join(", ", Enum.GetNames(type))}.";
        try
        {
            return TypeDescriptor.GetConverter(type).ConvertFromInvariantString(value) is null ? "it is empty." : null;
        }
        catch (Exception e) when (e is FormatException or ArgumentException or OverflowException or NotSupportedException)
        {
            return type == typeof(TimeSpan) ? "it must be a time, such as 00:10:00 for ten minutes." : type == typeof(bool) ? "it must be true or false." : "it must be a number.";
        }
    }

    /// <summary>The type of what a list or a dictionary holds; null for any other type.</summary>
    private static Type? ItemOf(Type type) =>
        type == typeof(string) ? null
        : ((Type[])[type, .. type.GetInterfaces()]).Where(t => t.IsGenericType).Select(t => (Open: t.GetGenericTypeDefinition(), Arguments: t.GetGenericArguments())) is var known
            && known.FirstOrDefault(t => t.Open == typeof(IDictionary<,>)).Arguments is { } pair ? pair[1]
        : typeof(IEnumerable).IsAssignableFrom(type) ? known.First(t => t.Open == typeof(IEnumerable<>)).Arguments[0] : null;

    private static bool IsLeaf(Type type) => type.IsEnum || type.IsPrimitive || type == typeof(string) || type == typeof(TimeSpan) || type == typeof(decimal) || type == typeof(Uri);

    /// <summary>The section without what cannot be read.</summary>
    private static IConfigurationRoot Readable(IConfigurationSection section, IEnumerable<string> unreadable)
    {
        var left = unreadable.Select(path => path[(section.Path.Length + 1)..]).ToList();
        return new ConfigurationBuilder().AddInMemoryCollection(section.AsEnumerable(makePathsRelative: true)
            .Where(s => !left.Exists(o => string.Equals(s.Key, o, StringComparison.OrdinalIgnoreCase) || s.Key.StartsWith(o + ":", StringComparison.OrdinalIgnoreCase)))).Build();
    }

    private sealed class Unreadable<T>(string[] faults) : IValidateOptions<T> where T : class
    {
        public ValidateOptionsResult Validate(string? name, T options) => faults.Length > 0 ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }
}
