using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Portal;
using MLOps.Portal.Data;
using MLOps.Portal.Data.Design;

namespace MLOps.Tests.Unit.Portal;

/// <summary>One set of migrations for both databases.</summary>
public sealed class MigrationTests
{
    [Fact]
    public async Task Migrations_EveryContext_AreCompleteAndNameNoTypesOfOneDatabase()
    {
        var folder = Directory.CreateTempSubdirectory("mlops-migrations-").FullName;
        await using (var portal = PortalApplication.Build([$"--Portal:StateFolder={folder}"], _ => { }))
        {
            await using var scope = portal.Services.CreateAsyncScope();
            foreach (var feature in portal.Services.GetServices<FeatureDatabase>())
            {
                var context = (DbContext)scope.ServiceProvider.GetRequiredService(feature.Context);
                context.Database.HasPendingModelChanges().Should().BeFalse($"{feature.Context.Name} lacks a migration: docs/database.md says how to add one");
                var migrations = context.GetService<IMigrationsAssembly>();
                foreach (var migration in migrations.Migrations.Values.Select(type => migrations.CreateMigration(type, context.Database.ProviderName!)))
                    Columns(migration).Where(c => c.ColumnType is not null).Select(c => $"{c.Table}.{c.Name}").Should()
                        .BeEmpty($"{migration.GetType().FullName} must leave the columns' types to the database: make it with dotnet ef, which does");
            }
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void NeutralCode_Any_LosesTypesAndCountsUpInBoth()
    {
        NeutralCode.OfMigration("""Id = table.Column<long>(type: "INTEGER", nullable: false).Annotation("Sqlite:Autoincrement", true),""")
            .Should().StartWith("Id = table.Column<long>(nullable: false)").And.Contain("Sqlite:Autoincrement").And.Contain("IdentityByDefaultColumn");
        NeutralCode.OfMigration("""AlterColumn<string>(name: "A", type: "TEXT", nullable: false, oldClrType: typeof(string), oldType: "TEXT");""")
            .Should().Be("""AlterColumn<string>(name: "A", nullable: false, oldClrType: typeof(string));""");
        NeutralCode.OfModel("b.Property<string>(\"Id\")\n    .HasColumnType(\"TEXT\");").Should().Be("b.Property<string>(\"Id\");");
    }

    [Theory]
    [InlineData("Sqlite", "", null)]
    [InlineData("Postgres", "Host=db;Database=mlops", null)]
    [InlineData("MySql", "", "must be Sqlite or Postgres")]
    [InlineData("Postgres", "", "without Portal:Database:ConnectionString")]
    [InlineData("Postgres", "Host=db;Secret=hunter2", "cannot be read")]
    [InlineData("Postgres", "Database=mlops", "cannot be read")]
    public void DatabaseOptions_Validate_SaysWhatToDoAndNoSecret(string provider, string connection, string? says)
    {
        var faults = new DatabaseOptions { Provider = provider, ConnectionString = connection }.Validate(new ValidationContext(new object())).ToList();
        if (says is null)
            faults.Should().BeEmpty();
        else
            faults.Should().ContainSingle().Which.ErrorMessage.Should().Contain(says).And.NotContain("hunter2");
    }

    private static IEnumerable<ColumnOperation> Columns(Migration migration) =>
        migration.UpOperations.OfType<ColumnOperation>().Concat(migration.UpOperations.OfType<CreateTableOperation>().SelectMany(t => t.Columns));
}
