using MLOps.LocalCloud.Engine.Containers;
using MLOps.LocalCloud.Engine.Containers.Engines;
using MLOps.LocalCloud.Engine.Images.Dockerfiles;

namespace MLOps.LocalCloud.Engine.Images.Docker;

/// <summary>One docker command: its arguments, the folder it was given in, and its standard input where it read one.</summary>
internal sealed record DockerRequest(IReadOnlyList<string> Arguments, string Folder, string? Input);

/// <summary>
/// Answers the <c>docker</c> of a build's shell. The answer is text, a line at a time as it comes; the last line is
/// <c>exit:CODE</c>.
/// </summary>
internal static class DockerEndpoint
{
    public const string Path = "/_localcloud/docker";
    public const string SecretHeader = "X-Build-Secret";

    public static async Task Answer(HttpContext http, DockerSessions sessions, ImageStore store, ImageRegistry registry, RegistryTokens tokens, EngineBuild engine, ContainerRunner runner)
    {
        if (sessions.Find(http.Request.Headers[SecretHeader].ToString()) is not { } session)
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }
        var request = await http.Request.ReadFromJsonAsync(DockerJson.Default.DockerRequest, http.RequestAborted);
        var lines = System.Threading.Channels.Channel.CreateUnbounded<string>();
        var work = Task.Run(async () =>
        {
            try
            {
                // Who runs images also builds them.
                var building = await runner.ChosenAsync() is DockerRunner ? engine : null;
                await new DockerCommands(session, store, registry, tokens, building, line => lines.Writer.TryWrite(line)).RunAsync(request!);
                lines.Writer.TryWrite("exit:0");
            }
            catch (Exception e) when (e is DockerException or DockerfileException or Protocol.AwsException or InvalidOperationException)
            {
                lines.Writer.TryWrite(e.Message);
                lines.Writer.TryWrite("exit:1");
            }
            finally
            {
                lines.Writer.Complete();
            }
        });
        await foreach (var line in lines.Reader.ReadAllAsync(http.RequestAborted))
        {
            await http.Response.WriteAsync(line + "\n", http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }
        await work;
    }
}

/// <summary>Reads requests without reflection.</summary>
[System.Text.Json.Serialization.JsonSourceGenerationOptions(PropertyNamingPolicy = System.Text.Json.Serialization.JsonKnownNamingPolicy.CamelCase)]
[System.Text.Json.Serialization.JsonSerializable(typeof(DockerRequest))]
internal sealed partial class DockerJson : System.Text.Json.Serialization.JsonSerializerContext;
