using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MLOps.Portal.Features.Approvals.Promotion.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "TrafficChanges",
                columns: table => new
                {
                    Id = table.Column<long>(nullable: false)
                        .Annotation("Sqlite:Autoincrement", true)
                        .Annotation("Npgsql:ValueGenerationStrategy", Npgsql.EntityFrameworkCore.PostgreSQL.Metadata.NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    Connection = table.Column<string>(maxLength: 128, nullable: false),
                    Endpoint = table.Column<string>(maxLength: 128, nullable: false),
                    Kind = table.Column<int>(nullable: false),
                    Pipeline = table.Column<string>(nullable: false),
                    Stage = table.Column<string>(nullable: false),
                    Before = table.Column<string>(nullable: false),
                    After = table.Column<string>(nullable: false),
                    Target = table.Column<string>(nullable: false),
                    ExecutionId = table.Column<string>(nullable: false),
                    Reason = table.Column<string>(maxLength: 2048, nullable: false),
                    Seen = table.Column<string>(nullable: false),
                    EvidenceDigest = table.Column<string>(maxLength: 64, nullable: false),
                    UserId = table.Column<string>(nullable: false),
                    UserName = table.Column<string>(nullable: false),
                    AskedAt = table.Column<long>(nullable: false),
                    EndedAt = table.Column<long>(nullable: true),
                    Outcome = table.Column<string>(maxLength: 16, nullable: false),
                    Detail = table.Column<string>(nullable: false),
                    ActiveKey = table.Column<string>(maxLength: 260, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_TrafficChanges", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_TrafficChanges_ActiveKey",
                table: "TrafficChanges",
                column: "ActiveKey",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_TrafficChanges_Connection_Endpoint_AskedAt",
                table: "TrafficChanges",
                columns: new[] { "Connection", "Endpoint", "AskedAt" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "TrafficChanges");
        }
    }
}
