using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MLOps.Portal.Features.Timeline.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "timeline_changes",
                columns: table => new
                {
                    Id = table.Column<long>(nullable: false)
                        .Annotation("Sqlite:Autoincrement", true)
                        .Annotation("Npgsql:ValueGenerationStrategy", Npgsql.EntityFrameworkCore.PostgreSQL.Metadata.NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    Connection = table.Column<string>(maxLength: 64, nullable: false),
                    Endpoint = table.Column<string>(maxLength: 63, nullable: false),
                    At = table.Column<long>(nullable: false),
                    Kind = table.Column<string>(maxLength: 16, nullable: false),
                    ConfigName = table.Column<string>(maxLength: 63, nullable: false),
                    What = table.Column<string>(maxLength: 1024, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_timeline_changes", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "timeline_served",
                columns: table => new
                {
                    Id = table.Column<long>(nullable: false)
                        .Annotation("Sqlite:Autoincrement", true)
                        .Annotation("Npgsql:ValueGenerationStrategy", Npgsql.EntityFrameworkCore.PostgreSQL.Metadata.NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    Connection = table.Column<string>(maxLength: 64, nullable: false),
                    Endpoint = table.Column<string>(maxLength: 63, nullable: false),
                    Variant = table.Column<string>(maxLength: 63, nullable: false),
                    Model = table.Column<string>(maxLength: 63, nullable: false),
                    TrainingJob = table.Column<string>(maxLength: 63, nullable: false),
                    ConfigName = table.Column<string>(maxLength: 63, nullable: false),
                    ImageDigest = table.Column<string>(maxLength: 80, nullable: false),
                    Share = table.Column<double>(nullable: false),
                    From = table.Column<long>(nullable: false),
                    To = table.Column<long>(nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_timeline_served", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_timeline_changes_Connection_Endpoint_At_Kind",
                table: "timeline_changes",
                columns: new[] { "Connection", "Endpoint", "At", "Kind" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_timeline_served_Connection_Endpoint_Variant_From",
                table: "timeline_served",
                columns: new[] { "Connection", "Endpoint", "Variant", "From" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_timeline_served_Connection_To",
                table: "timeline_served",
                columns: new[] { "Connection", "To" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "timeline_changes");

            migrationBuilder.DropTable(
                name: "timeline_served");
        }
    }
}
