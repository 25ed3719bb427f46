# The portal with its embedded cloud. Its console prints the one-time sign-in links.
#   docker build -t mlops-portal .
#   docker run --rm -p 127.0.0.1:5080:5080 -v mlops-state:/app/.local mlops-portal
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig MLOps.Portal.sln appsettings.json ./
COPY src src
COPY wwwroot wwwroot
RUN dotnet publish src/MLOps.Portal -c Release -o /app -v quiet -nologo

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
# The same set-up as ./run: Python with scikit-learn for the embedded cloud's jobs and endpoints. Inside a container bubblewrap has no namespaces to give:
# images then run as plain processes, apart from the host by the container itself.
COPY .config/setup.sh .config/setup.sh
RUN bash .config/setup.sh runtime && rm -rf /var/lib/apt/lists/*
COPY --from=build /app .
# A new volume takes over the folder's owner.
RUN mkdir .local && chown "$APP_UID" .local
USER $APP_UID
# All interfaces of the container are meant, and people come through the engine's gateway; the local cloud itself stays on the container's loopback.
ENV Urls=http://+:5080 Portal__SignInLinksFromAnywhere=true
EXPOSE 5080
VOLUME /app/.local
HEALTHCHECK --start-period=30s CMD ["python3", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:5080/health/ready', timeout=3)"]
ENTRYPOINT ["dotnet", "MLOps.Portal.dll"]
