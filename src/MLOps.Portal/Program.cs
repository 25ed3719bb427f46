using MLOps.Portal;

await PortalApplication.Build(args).RunAsync();
