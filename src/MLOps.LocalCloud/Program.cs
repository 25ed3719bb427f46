using MLOps.LocalCloud;

var options = new LocalCloudOptions();
new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build().GetSection("LocalCloud").Bind(options);
await LocalCloudApplication.Build(options).RunAsync();
