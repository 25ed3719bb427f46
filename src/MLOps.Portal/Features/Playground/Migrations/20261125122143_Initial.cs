using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MLOps.Portal.Features.Playground.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "PlaygroundCases",
                columns: table => new
                {
                    Id = table.Column<string>(maxLength: 32, nullable: false),
                    Connection = table.Column<string>(maxLength: 128, nullable: false),
                    Endpoint = table.Column<string>(maxLength: 128, nullable: false),
                    Name = table.Column<string>(maxLength: 200, nullable: false),
                    ContentType = table.Column<string>(maxLength: 256, nullable: false),
                    Accept = table.Column<string>(maxLength: 256, nullable: false),
                    CustomAttributes = table.Column<string>(maxLength: 1024, nullable: false),
                    Body = table.Column<byte[]>(maxLength: 262144, nullable: false),
                    Expected = table.Column<string>(maxLength: 16000, nullable: false),
                    ChangedBy = table.Column<string>(maxLength: 256, nullable: false),
                    ChangedAt = table.Column<long>(nullable: false),
                    Version = table.Column<int>(nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_PlaygroundCases", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "PlaygroundRequests",
                columns: table => new
                {
                    Id = table.Column<string>(maxLength: 32, nullable: false),
                    UserId = table.Column<string>(maxLength: 450, nullable: false),
                    Connection = table.Column<string>(maxLength: 128, nullable: false),
                    Endpoint = table.Column<string>(maxLength: 128, nullable: false),
                    Variant = table.Column<string>(nullable: false),
                    Mode = table.Column<int>(nullable: false),
                    ContentType = table.Column<string>(nullable: false),
                    Accept = table.Column<string>(nullable: false),
                    CustomAttributes = table.Column<string>(nullable: false),
                    TargetModel = table.Column<string>(nullable: false),
                    SessionId = table.Column<string>(nullable: false),
                    InferenceId = table.Column<string>(nullable: false),
                    Body = table.Column<byte[]>(nullable: false),
                    At = table.Column<long>(nullable: false),
                    Status = table.Column<int>(nullable: false),
                    Milliseconds = table.Column<double>(nullable: false),
                    Answer = table.Column<byte[]>(nullable: false),
                    AnswerType = table.Column<string>(nullable: false),
                    AnswerVariant = table.Column<string>(nullable: false),
                    AnswerAttributes = table.Column<string>(nullable: false),
                    Fault = table.Column<string>(nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_PlaygroundRequests", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_PlaygroundCases_Connection_Endpoint",
                table: "PlaygroundCases",
                columns: new[] { "Connection", "Endpoint" });

            migrationBuilder.CreateIndex(
                name: "IX_PlaygroundRequests_UserId_Connection_At",
                table: "PlaygroundRequests",
                columns: new[] { "UserId", "Connection", "At" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "PlaygroundCases");

            migrationBuilder.DropTable(
                name: "PlaygroundRequests");
        }
    }
}
