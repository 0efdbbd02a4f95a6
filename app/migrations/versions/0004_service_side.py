"""What the service works with: members and their files, cases, remarks, campaigns, openings; acts in the workplace.

Columns that carry a check or a reference are added in SQL: making a table anew on SQLite would lose its checks.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

CHECKED = (
    ("establishment", "claim_state", "claim_state IN ('', 'refusee', 'double')"),
    ("exchange", "outcome", "outcome IN ('', 'acceptee', 'declinee')"),
)
"""Table, column, condition of its check."""


def upgrade() -> None:
    """Creates the tables, then adds the columns."""
    _campaign()
    _member_import()
    _remark()
    _access_record()
    _advice_case()
    _affiliation()
    for table, column, condition in CHECKED:
        check = f"CONSTRAINT ck_{table}_{column}_known CHECK ({condition})"
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} VARCHAR DEFAULT '' NOT NULL {check}")
    _columns()
    kind = "CHAR(32)" if op.get_bind().dialect.name == "sqlite" else "UUID"
    op.execute(f"ALTER TABLE fact ADD COLUMN account_id {kind} CONSTRAINT fk_fact_account REFERENCES account (id)")
    _indexes()
    _protect_access_records()


def _indexes() -> None:
    """What the indicators read: the acts of a period from an index alone, and who is a member."""
    op.drop_index("ix_fact_service_id_kind_happened_on", table_name="fact")
    counted = "kind happened_on siret establishment_id id theme category subject section headcount sector recorded_at"
    of_subject = "subject kind happened_on id establishment_id format"
    member = ("siret", "id", "attachment", "claim_state", "sector")
    op.create_index("ix_fact_counted", "fact", ["service_id", *counted.split(), "format", "unit", "quantity"])
    op.create_index("ix_fact_subject", "fact", ["service_id", *of_subject.split()])
    for table, name, columns, condition in (
        ("fact", "due", ("due_on", "kind", "happened_on", "subject", "id", "establishment_id"), "due_on IS NOT NULL"),
        ("fact", "voids", ("voids_kind", "voids_id"), "voids_id IS NOT NULL"),
        ("affiliation", "until", ("until", "establishment_id", "seq"), "until IS NOT NULL"),
        ("affiliation", "since", ("since", "establishment_id", "seq"), "since IS NOT NULL"),
        ("establishment", "refused", ("id",), "claim_state = 'refusee'"),
        ("establishment", "member", member, "attachment = 'rattache' AND claim_state = ''"),
    ):
        where = sa.text(condition)
        op.create_index(
            f"ix_{table}_{name}", table, ["service_id", *columns], sqlite_where=where, postgresql_where=where
        )


def _campaign() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("contract_action", sa.Text(), nullable=False),
        sa.Column("chosen_by", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_campaign_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("service_id", "code", name=op.f("uq_campaign_service_id_code")),
        sa.UniqueConstraint("service_id", "id", name=op.f("uq_campaign_service_id_id")),
    )


def _member_import() -> None:
    op.create_table(
        "member_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("content_sha256", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("report", sa.String(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('propose', 'applique', 'abandonne')", name=op.f("ck_member_import_state_known")),
        sa.CheckConstraint("length(content_sha256) = 64", name=op.f("ck_member_import_content_sha256_length")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_member_import_account")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_member_import_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_import")),
        sa.UniqueConstraint("service_id", "id", name=op.f("uq_member_import_service_id_id")),
    )


def _remark() -> None:
    op.create_table(
        "remark",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("theme", sa.String(), server_default="", nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_remark_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remark")),
        sa.UniqueConstraint("service_id", "id", name=op.f("uq_remark_service_id_id")),
    )


def _access_record() -> None:
    op.create_table(
        "access_record",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=True),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("author_role", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "what IN ('brouillon_word', 'version_word', 'lignes_indicateur', 'export_indicateurs', 'export_lignes', "
            "'sauvegarde')",
            name=op.f("ck_access_record_what_known"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_access_record_account")),
        sa.ForeignKeyConstraint(
            ["service_id", "establishment_id"],
            ["establishment.service_id", "establishment.id"],
            name=op.f("fk_access_record_establishment"),
        ),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_access_record_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_record")),
        sa.UniqueConstraint("service_id", "id", name=op.f("uq_access_record_service_id_id")),
    )
    op.create_index(
        op.f("ix_access_record_service_id_establishment_id_recorded_at"),
        "access_record",
        ["service_id", "establishment_id", "recorded_at"],
        unique=False,
    )


def _advice_case() -> None:
    op.create_table(
        "advice_case",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("need", sa.Integer(), nullable=False),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("awaited_on", sa.Date(), nullable=True),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("priorities", sa.String(), nullable=False),
        sa.Column("themes", sa.String(), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=True),
        sa.Column("assigned_to", sa.Uuid(), nullable=True),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('a_lire', 'en_attente', 'calme')", name=op.f("ck_advice_case_state_known")),
        sa.ForeignKeyConstraint(["assigned_to"], ["account.id"], name=op.f("fk_advice_case_account")),
        sa.ForeignKeyConstraint(
            ["service_id", "establishment_id"],
            ["establishment.service_id", "establishment.id"],
            name=op.f("fk_advice_case_establishment"),
        ),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_advice_case_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advice_case")),
        sa.UniqueConstraint("service_id", "establishment_id", name=op.f("uq_advice_case_service_id_establishment_id")),
        sa.UniqueConstraint("service_id", "id", name=op.f("uq_advice_case_service_id_id")),
    )
    op.create_index(
        op.f("ix_advice_case_service_id_assigned_to"), "advice_case", ["service_id", "assigned_to"], unique=False
    )
    op.create_index(
        op.f("ix_advice_case_service_id_state_need_waiting_since"),
        "advice_case",
        ["service_id", "state", "need", "waiting_since"],
        unique=False,
    )


def _affiliation() -> None:
    op.create_table(
        "affiliation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("stated_on", sa.Date(), nullable=False),
        sa.Column("member_number", sa.Text(), nullable=False),
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("record_on", sa.Date(), nullable=True),
        sa.Column("duerp_on", sa.Date(), nullable=True),
        sa.Column("idcc", sa.String(), nullable=False),
        sa.Column("risk_code", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("source IN ('import', 'saisie', 'demo')", name=op.f("ck_affiliation_source_known")),
        sa.ForeignKeyConstraint(
            ["service_id", "establishment_id"],
            ["establishment.service_id", "establishment.id"],
            name=op.f("fk_affiliation_establishment"),
        ),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_affiliation_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_affiliation")),
        sa.UniqueConstraint(
            "service_id", "establishment_id", "seq", name=op.f("uq_affiliation_service_id_establishment_id_seq")
        ),
        sa.UniqueConstraint("service_id", "id", name=op.f("uq_affiliation_service_id_id")),
    )


def _columns() -> None:
    op.add_column("establishment", sa.Column("claim_words", sa.Text(), server_default="", nullable=False))
    op.add_column("establishment", sa.Column("claim_settled_on", sa.Date(), nullable=True))
    op.add_column("establishment", sa.Column("sector", sa.Text(), server_default="", nullable=False))
    op.add_column("establishment", sa.Column("contact_email", sa.Text(), server_default="", nullable=False))
    op.add_column("exchange", sa.Column("measure", sa.String(), server_default="", nullable=False))
    op.add_column("fact", sa.Column("category", sa.String(), server_default="", nullable=False))
    op.add_column("fact", sa.Column("words", sa.Text(), server_default="", nullable=False))
    op.add_column("fact", sa.Column("origin", sa.String(), server_default="", nullable=False))
    op.add_column("fact", sa.Column("partner", sa.String(), server_default="", nullable=False))
    op.add_column("fact", sa.Column("sector", sa.Text(), server_default="", nullable=False))
    op.add_column("fact", sa.Column("due_on", sa.Date(), nullable=True))
    op.add_column("fact", sa.Column("voids_kind", sa.String(), server_default="", nullable=False))
    op.create_index(
        op.f("ix_fact_service_id_establishment_id"), "fact", ["service_id", "establishment_id"], unique=False
    )
    op.add_column("membership", sa.Column("profession", sa.String(), server_default="", nullable=False))
    op.add_column("membership", sa.Column("sectors", sa.Text(), server_default="[]", nullable=False))
    op.add_column("outbox_mail", sa.Column("fact_id", sa.Uuid(), nullable=True))
    op.add_column("service", sa.Column("invitation_words", sa.Text(), server_default="", nullable=False))
    op.add_column("service", sa.Column("letter_words", sa.Text(), server_default="", nullable=False))


def _protect_access_records() -> None:
    """Who opened what is a proof: its row is written once."""
    abort = "BEGIN SELECT RAISE(ABORT, 'frozen row: access_record'); END"
    if op.get_bind().dialect.name == "sqlite":
        same = '(rowid = NEW.rowid) OR ("id" = NEW."id") OR ("service_id" = NEW."service_id" AND "id" = NEW."id")'
        twin = f"SELECT 1 FROM access_record WHERE {same}"  # noqa: S608 - names written above, no value
        op.execute(f"CREATE TRIGGER frozen_access_record_update BEFORE UPDATE ON access_record {abort}")
        op.execute(f"CREATE TRIGGER frozen_access_record_delete BEFORE DELETE ON access_record {abort}")
        op.execute(
            f"CREATE TRIGGER frozen_access_record_replace BEFORE INSERT ON access_record WHEN EXISTS ({twin}) {abort}"
        )
        return
    row, whole = "frozen_access_record", "frozen_access_record_truncate"
    call = "EXECUTE FUNCTION refuse_change()"
    op.execute(f"CREATE TRIGGER {row} BEFORE UPDATE OR DELETE ON access_record FOR EACH ROW {call}")
    op.execute(f"CREATE TRIGGER {whole} BEFORE TRUNCATE ON access_record FOR EACH STATEMENT {call}")
    op.execute(f"ALTER TABLE access_record ENABLE ALWAYS TRIGGER {row}")
    op.execute(f"ALTER TABLE access_record ENABLE ALWAYS TRIGGER {whole}")
