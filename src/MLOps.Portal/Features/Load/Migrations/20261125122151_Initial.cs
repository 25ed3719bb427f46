using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MLOps.Portal.Features.Load.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "LoadRuns",
                columns: table => new
                {
                    Id = table.Column<string>(maxLength: 32, nullable: false),
                    Connection = table.Column<string>(maxLength: 128, nullable: false),
                    Endpoint = table.Column<string>(maxLength: 128, nullable: false),
                    Variant = table.Column<string>(maxLength: 128, nullable: false),
                    ContentType = table.Column<string>(nullable: false),
                    Accept = table.Column<string>(nullable: false),
                    CustomAttributes = table.Column<string>(nullable: false),
                    BodyStart = table.Column<string>(maxLength: 400, nullable: false),
                    Concurrency = table.Column<int>(nullable: false),
                    Requests = table.Column<int>(nullable: false),
                    StartedBy = table.Column<string>(maxLength: 256, nullable: false),
                    StartedAt = table.Column<long>(nullable: false),
                    EndedAt = table.Column<long>(nullable: true),
                    State = table.Column<int>(nullable: false),
                    ActiveKey = table.Column<string>(maxLength: 300, nullable: true),
                    Heartbeat = table.Column<long>(nullable: false),
                    Message = table.Column<string>(maxLength: 2000, nullable: false),
                    Figures = table.Column<string>(nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LoadRuns", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_LoadRuns_ActiveKey",
                table: "LoadRuns",
                column: "ActiveKey",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_LoadRuns_Connection_StartedAt",
                table: "LoadRuns",
                columns: new[] { "Connection", "StartedAt" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "LoadRuns");
        }
    }
}
