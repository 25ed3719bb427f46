using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MLOps.Portal.Features.Approvals.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "Decisions",
                columns: table => new
                {
                    Id = table.Column<long>(nullable: false)
                        .Annotation("Sqlite:Autoincrement", true)
                        .Annotation("Npgsql:ValueGenerationStrategy", Npgsql.EntityFrameworkCore.PostgreSQL.Metadata.NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    Connection = table.Column<string>(nullable: false),
                    Pipeline = table.Column<string>(nullable: false),
                    Stage = table.Column<string>(nullable: false),
                    Action = table.Column<string>(nullable: false),
                    ExecutionId = table.Column<string>(nullable: false),
                    Approved = table.Column<bool>(nullable: false),
                    Comment = table.Column<string>(maxLength: 2048, nullable: false),
                    EvidenceDigest = table.Column<string>(maxLength: 64, nullable: false),
                    Evidence = table.Column<string>(nullable: false),
                    UserId = table.Column<string>(nullable: false),
                    UserName = table.Column<string>(nullable: false),
                    DecidedAt = table.Column<long>(nullable: false),
                    CompletedAt = table.Column<long>(nullable: true),
                    Outcome = table.Column<string>(nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Decisions", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Decisions_Connection_Pipeline_ExecutionId",
                table: "Decisions",
                columns: new[] { "Connection", "Pipeline", "ExecutionId" });

            migrationBuilder.CreateIndex(
                name: "IX_Decisions_DecidedAt",
                table: "Decisions",
                column: "DecidedAt");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "Decisions");
        }
    }
}
