using Microsoft.Extensions.DependencyInjection;

namespace MLOps.Cloud.Tags;

internal static class TagServices
{
    public static IServiceCollection AddTags(this IServiceCollection services) => services.AddSingleton<ITagReader, TagReader>().AddSingleton<ITagCommands, TagCommands>();
}
