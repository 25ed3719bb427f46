using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MLOps.Portal.Features.Approvals.Gathering.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "MeasuredEvidence",
                columns: table => new
                {
                    Key = table.Column<string>(maxLength: 200, nullable: false),
                    Digest = table.Column<string>(maxLength: 64, nullable: false),
                    Canonical = table.Column<string>(nullable: false),
                    Parts = table.Column<string>(nullable: false),
                    MeasuredAt = table.Column<long>(nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_MeasuredEvidence", x => x.Key);
                });

            migrationBuilder.CreateIndex(
                name: "IX_MeasuredEvidence_Digest",
                table: "MeasuredEvidence",
                column: "Digest");

            migrationBuilder.CreateIndex(
                name: "IX_MeasuredEvidence_MeasuredAt",
                table: "MeasuredEvidence",
                column: "MeasuredAt");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "MeasuredEvidence");
        }
    }
}
