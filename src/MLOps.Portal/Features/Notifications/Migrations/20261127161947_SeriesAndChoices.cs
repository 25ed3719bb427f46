using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MLOps.Portal.Features.Notifications.Migrations
{
    /// <inheritdoc />
    public partial class SeriesAndChoices : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Series",
                table: "notifications",
                maxLength: 600,
                nullable: false,
                defaultValue: "");

            // What was told before stays a line of its own.
            migrationBuilder.Sql("UPDATE notifications SET \"Series\" = \"Key\"");

            migrationBuilder.CreateTable(
                name: "notification_choices",
                columns: table => new
                {
                    Id = table.Column<long>(nullable: false)
                        .Annotation("Sqlite:Autoincrement", true)
                        .Annotation("Npgsql:ValueGenerationStrategy", Npgsql.EntityFrameworkCore.PostgreSQL.Metadata.NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    UserId = table.Column<string>(maxLength: 450, nullable: false),
                    Kind = table.Column<string>(maxLength: 32, nullable: false),
                    Choice = table.Column<string>(maxLength: 16, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_notification_choices", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_notifications_Series",
                table: "notifications",
                column: "Series");

            migrationBuilder.CreateIndex(
                name: "IX_notification_choices_UserId_Kind",
                table: "notification_choices",
                columns: new[] { "UserId", "Kind" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "notification_choices");

            migrationBuilder.DropIndex(
                name: "IX_notifications_Series",
                table: "notifications");

            migrationBuilder.DropColumn(
                name: "Series",
                table: "notifications");
        }
    }
}
