# The portal with its embedded cloud. docker build -t mlops-portal . && docker run -p 5080:5080 -v mlops-state:/app/.local mlops-portal
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig MLOps.Portal.sln appsettings.json ./
COPY src src
COPY wwwroot wwwroot
RUN dotnet publish src/MLOps.Portal -c Release -o /app -v quiet -nologo

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
# The same set-up as ./run: Python with scikit-learn for the embedded cloud's jobs and endpoints.
COPY .config/setup.sh .config/setup.sh
RUN bash .config/setup.sh runtime && rm -rf /var/lib/apt/lists/*
COPY --from=build /app .
# Inside a container all interfaces of the container are meant; the local cloud itself stays on its loopback.
ENV Urls=http://+:5080
EXPOSE 5080
VOLUME /app/.local
ENTRYPOINT ["dotnet", "MLOps.Portal.dll"]
