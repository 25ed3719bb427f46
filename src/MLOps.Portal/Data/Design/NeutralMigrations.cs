using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations.Design;
using Microsoft.EntityFrameworkCore.Migrations.Operations;

namespace MLOps.Portal.Data.Design;

/// <summary>
/// Found by <c>dotnet ef</c>: what it writes is made to fit both databases. Column types are left out, so that each provider takes its own
/// for the type of the property, and keys that count up say so to both.
/// </summary>
public sealed class DesignServices : IDesignTimeServices
{
    public void ConfigureDesignTimeServices(IServiceCollection serviceCollection) =>
        serviceCollection.AddSingleton<IMigrationsCodeGenerator, NeutralMigrations>();
}

internal sealed class NeutralMigrations(MigrationsCodeGeneratorDependencies dependencies, CSharpMigrationsGeneratorDependencies csharp)
    : CSharpMigrationsGenerator(dependencies, csharp)
{
    public override string GenerateMigration(
        string? migrationNamespace, string migrationName, IReadOnlyList<MigrationOperation> upOperations, IReadOnlyList<MigrationOperation> downOperations) =>
        NeutralCode.OfMigration(base.GenerateMigration(migrationNamespace, migrationName, upOperations, downOperations));

    public override string GenerateMetadata(string? migrationNamespace, Type contextType, string migrationName, string migrationId, IModel targetModel) =>
        NeutralCode.OfModel(base.GenerateMetadata(migrationNamespace, contextType, migrationName, migrationId, targetModel));

    public override string GenerateSnapshot(string? modelSnapshotNamespace, Type contextType, string modelSnapshotName, IModel model) =>
        NeutralCode.OfModel(base.GenerateSnapshot(modelSnapshotNamespace, contextType, modelSnapshotName, model));
}
