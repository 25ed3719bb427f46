using MLOps.Portal;
using MLOps.Portal.Hosting;

return await PortalProgram.RunAsync(() => PortalApplication.Build(args));
