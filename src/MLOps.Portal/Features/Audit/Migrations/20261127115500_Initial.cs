using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MLOps.Portal.Features.Audit.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "ledger_entries",
                columns: table => new
                {
                    Sequence = table.Column<long>(nullable: false),
                    Version = table.Column<int>(nullable: false),
                    PreviousHash = table.Column<string>(maxLength: 64, nullable: false),
                    At = table.Column<long>(nullable: false),
                    Type = table.Column<string>(maxLength: 16, nullable: false),
                    Kind = table.Column<string>(maxLength: 32, nullable: false),
                    Object = table.Column<string>(maxLength: 512, nullable: false),
                    Connection = table.Column<string>(maxLength: 64, nullable: false),
                    Subject = table.Column<string>(maxLength: 512, nullable: false),
                    Name = table.Column<string>(maxLength: 512, nullable: false),
                    Why = table.Column<string>(maxLength: 2048, nullable: false),
                    Evidence = table.Column<string>(maxLength: 64, nullable: false),
                    Of = table.Column<long>(nullable: false),
                    Result = table.Column<string>(maxLength: 16, nullable: false),
                    Claim = table.Column<string>(maxLength: 2048, nullable: false),
                    Instance = table.Column<string>(maxLength: 32, nullable: false),
                    Requests = table.Column<string>(nullable: false),
                    Details = table.Column<string>(nullable: false),
                    Hash = table.Column<string>(maxLength: 64, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ledger_entries", x => x.Sequence);
                });

            migrationBuilder.CreateIndex(
                name: "IX_ledger_entries_At",
                table: "ledger_entries",
                column: "At");

            migrationBuilder.CreateIndex(
                name: "IX_ledger_entries_Claim",
                table: "ledger_entries",
                column: "Claim");

            migrationBuilder.CreateIndex(
                name: "IX_ledger_entries_Kind",
                table: "ledger_entries",
                column: "Kind");

            migrationBuilder.CreateIndex(
                name: "IX_ledger_entries_Of",
                table: "ledger_entries",
                column: "Of");

            foreach (var sql in LedgerTriggers.Create(migrationBuilder.ActiveProvider == "Npgsql.EntityFrameworkCore.PostgreSQL"))
                migrationBuilder.Sql(sql);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            foreach (var sql in LedgerTriggers.Drop(migrationBuilder.ActiveProvider == "Npgsql.EntityFrameworkCore.PostgreSQL"))
                migrationBuilder.Sql(sql);

            migrationBuilder.DropTable(
                name: "ledger_entries");
        }
    }
}
