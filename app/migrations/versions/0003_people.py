"""People and what they share with their service: accounts, memberships, invitations, try-outs, mails, exchanges.

Columns that carry a check are added in SQL: the same sentence works on both engines, and making a table anew on
SQLite would lose its checks.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

CHECKED = (
    (
        "chosen_action",
        "risk_change",
        "VARCHAR",
        "risk_change IS NULL OR risk_change IN ('baisse', 'inchange', 'hausse')",
    ),
    (
        "establishment",
        "attachment",
        "VARCHAR DEFAULT 'rattache' NOT NULL",
        "attachment IN ('rattache', 'a_rattacher', 'essai')",
    ),
    (
        "establishment",
        "siret_state",
        "VARCHAR DEFAULT 'inconnu' NOT NULL",
        "siret_state IN ('connu', 'inconnu', 'en_cours', 'ferme')",
    ),
)
"""Table, column, type, condition of its check."""


def upgrade() -> None:
    """Creates the tables, parents first, then adds the columns."""
    _account()
    _login_attempt()
    _account_session()
    _outbox_mail()
    _sign_in_code()
    _used_key()
    _help_request()
    _invitation()
    _membership()
    _trial()
    _exchange()
    _transmission()
    for table, column, kind, condition in CHECKED:
        check = f"CONSTRAINT ck_{table}_{column}_known CHECK ({condition})"
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind} {check}")
    _columns()
    op.execute("UPDATE establishment SET siret_state = 'connu' WHERE siret IS NOT NULL")
    _protect_transmissions()


def _account() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("totp_secret", sa.String(), nullable=True),
        sa.Column("totp_step", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email_key", name=op.f("uq_account_email_key")),
    )


def _login_attempt() -> None:
    op.create_table(
        "login_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_sha256", sa.String(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(subject_sha256) = 64", name=op.f("ck_login_attempt_subject_sha256_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_attempt")),
    )
    op.create_index(
        op.f("ix_login_attempt_kind_subject_sha256_tried_at"),
        "login_attempt",
        ["kind", "subject_sha256", "tried_at"],
        unique=False,
    )


def _account_session() -> None:
    op.create_table(
        "account_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("token_sha256", sa.String(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("staff", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(token_sha256) = 64", name=op.f("ck_account_session_token_sha256_length")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_session_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_session")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_account_session_token_sha256")),
    )
    op.create_index(op.f("ix_account_session_account_id"), "account_session", ["account_id"], unique=False)


def _outbox_mail() -> None:
    op.create_table(
        "outbox_mail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('a_envoyer', 'en_cours', 'envoye', 'incertain', 'refuse')",
            name=op.f("ck_outbox_mail_state_known"),
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_outbox_mail_attempts_positive")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_outbox_mail_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_mail")),
        sa.UniqueConstraint("service_id", "id", name=op.f("uq_outbox_mail_service_id_id")),
        sa.UniqueConstraint("service_id", "message_id", name=op.f("uq_outbox_mail_service_id_message_id")),
    )
    op.create_index(op.f("ix_outbox_mail_state_next_try_at"), "outbox_mail", ["state", "next_try_at"], unique=False)


def _sign_in_code() -> None:
    op.create_table(
        "sign_in_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("code_sha256", sa.String(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('connexion', 'inscription', 'mot_de_passe', 'adresse')",
            name=op.f("ck_sign_in_code_purpose_known"),
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_sign_in_code_attempts_positive")),
        sa.CheckConstraint("length(code_sha256) = 64", name=op.f("ck_sign_in_code_code_sha256_length")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sign_in_code_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_code")),
    )
    op.create_index(op.f("ix_sign_in_code_email_key_purpose"), "sign_in_code", ["email_key", "purpose"], unique=False)


def _used_key() -> None:
    op.create_table(
        "used_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_used_key_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_used_key")),
        sa.UniqueConstraint("service_id", "id", name=op.f("uq_used_key_service_id_id")),
        sa.UniqueConstraint("service_id", "key", name=op.f("uq_used_key_service_id_key")),
    )


def _help_request() -> None:
    op.create_table(
        "help_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("author_role", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_id", "establishment_id"],
            ["establishment.service_id", "establishment.id"],
            name=op.f("fk_help_request_establishment"),
        ),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_help_request_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_request")),
        sa.UniqueConstraint("service_id", "id", name=op.f("uq_help_request_service_id_id")),
    )
    op.create_index(
        op.f("ix_help_request_service_id_establishment_id"),
        "help_request",
        ["service_id", "establishment_id"],
        unique=False,
    )


def _invitation() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("function", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("token_sha256", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_by", sa.Uuid(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "role IN ('employeur', 'contributeur', 'lecteur', 'preventeur', 'pilote', 'admin')",
            name=op.f("ck_invitation_role_known"),
        ),
        sa.CheckConstraint("length(token_sha256) = 64", name=op.f("ck_invitation_token_sha256_length")),
        sa.ForeignKeyConstraint(
            ["service_id", "establishment_id"],
            ["establishment.service_id", "establishment.id"],
            name=op.f("fk_invitation_establishment"),
        ),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_invitation_service")),
        sa.ForeignKeyConstraint(["used_by"], ["account.id"], name=op.f("fk_invitation_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("service_id", "id", name=op.f("uq_invitation_service_id_id")),
        sa.UniqueConstraint("service_id", "token_sha256", name=op.f("uq_invitation_service_id_token_sha256")),
    )


def _membership() -> None:
    op.create_table(
        "membership",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("function", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(establishment_id IS NOT NULL) = (role IN ('employeur', 'contributeur', 'lecteur'))",
            name=op.f("ck_membership_role_fits_scope"),
        ),
        sa.CheckConstraint(
            "role IN ('employeur', 'contributeur', 'lecteur', 'preventeur', 'pilote', 'admin')",
            name=op.f("ck_membership_role_known"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_membership_account")),
        sa.ForeignKeyConstraint(
            ["service_id", "establishment_id"],
            ["establishment.service_id", "establishment.id"],
            name=op.f("fk_membership_establishment"),
        ),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_membership_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("service_id", "id", name=op.f("uq_membership_service_id_id")),
    )
    op.create_index(
        op.f("ix_membership_service_id_account_id"), "membership", ["service_id", "account_id"], unique=False
    )
    op.create_index(
        op.f("ix_membership_service_id_establishment_id"),
        "membership",
        ["service_id", "establishment_id"],
        unique=False,
    )


def _trial() -> None:
    op.create_table(
        "trial",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("token_sha256", sa.String(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(token_sha256) = 64", name=op.f("ck_trial_token_sha256_length")),
        sa.ForeignKeyConstraint(
            ["service_id", "establishment_id"],
            ["establishment.service_id", "establishment.id"],
            name=op.f("fk_trial_establishment"),
        ),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_trial_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial")),
        sa.UniqueConstraint("service_id", "id", name=op.f("uq_trial_service_id_id")),
        sa.UniqueConstraint("service_id", "token_sha256", name=op.f("uq_trial_service_id_token_sha256")),
    )


def _exchange() -> None:
    op.create_table(
        "exchange",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("document_version_id", sa.Uuid(), nullable=True),
        sa.Column("answers_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("author_role", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "actor IN ('employeur', 'contributeur', 'preventeur')", name=op.f("ck_exchange_actor_known")
        ),
        sa.CheckConstraint(
            "kind IN ('demande', 'question', 'conseil', 'proposition', 'note', 'reponse')",
            name=op.f("ck_exchange_kind_known"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_exchange_account")),
        sa.ForeignKeyConstraint(
            ["service_id", "answers_id"], ["exchange.service_id", "exchange.id"], name=op.f("fk_exchange_exchange")
        ),
        sa.ForeignKeyConstraint(
            ["service_id", "document_version_id"],
            ["document_version.service_id", "document_version.id"],
            name=op.f("fk_exchange_document_version"),
        ),
        sa.ForeignKeyConstraint(
            ["service_id", "establishment_id"],
            ["establishment.service_id", "establishment.id"],
            name=op.f("fk_exchange_establishment"),
        ),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_exchange_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange")),
        sa.UniqueConstraint("service_id", "id", name=op.f("uq_exchange_service_id_id")),
    )
    op.create_index(
        op.f("ix_exchange_service_id_establishment_id_created_at"),
        "exchange",
        ["service_id", "establishment_id", "created_at"],
        unique=False,
    )


def _transmission() -> None:
    op.create_table(
        "transmission",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("document_version_id", sa.Uuid(), nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("content_sha256", sa.String(), nullable=False),
        sa.Column("receipt", sa.String(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("author_role", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(content_sha256) = 64", name=op.f("ck_transmission_content_sha256_length")),
        sa.ForeignKeyConstraint(
            ["service_id", "document_version_id"],
            ["document_version.service_id", "document_version.id"],
            name=op.f("fk_transmission_document_version"),
        ),
        sa.ForeignKeyConstraint(
            ["service_id", "establishment_id"],
            ["establishment.service_id", "establishment.id"],
            name=op.f("fk_transmission_establishment"),
        ),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_transmission_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transmission")),
        sa.UniqueConstraint(
            "service_id", "document_version_id", name=op.f("uq_transmission_service_id_document_version_id")
        ),
        sa.UniqueConstraint("service_id", "id", name=op.f("uq_transmission_service_id_id")),
        sa.UniqueConstraint("service_id", "receipt", name=op.f("uq_transmission_service_id_receipt")),
    )


def _columns() -> None:
    op.add_column("chosen_action", sa.Column("closing_words", sa.Text(), server_default="", nullable=False))
    op.add_column("establishment", sa.Column("postal_code", sa.String(), server_default="", nullable=False))
    op.add_column("establishment", sa.Column("siret_words", sa.Text(), server_default="", nullable=False))
    op.add_column("service", sa.Column("colour", sa.String(), server_default="#0b4f6c", nullable=False))
    op.add_column("service", sa.Column("phone", sa.Text(), server_default="", nullable=False))
    op.add_column("service", sa.Column("phone_hours", sa.Text(), server_default="", nullable=False))
    op.add_column("service", sa.Column("address", sa.Text(), server_default="", nullable=False))
    op.add_column("service", sa.Column("legal_words", sa.Text(), server_default="", nullable=False))
    op.add_column("service", sa.Column("reception", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("service", sa.Column("logo", sa.LargeBinary(), nullable=True))
    op.add_column("service", sa.Column("logo_type", sa.String(), nullable=True))
    op.add_column("service", sa.Column("logo_sha256", sa.String(), nullable=True))
    op.add_column("situation_fact", sa.Column("unknowns", sa.String(), server_default="", nullable=False))
    op.add_column("situation_fact", sa.Column("author_role", sa.Text(), server_default="", nullable=False))
    op.add_column("situation_fact", sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("theme_draft", sa.Column("finished_on", sa.Date(), nullable=True))


def _protect_transmissions() -> None:
    """A transmission is a proof: its row is written once, like a version."""
    abort = "BEGIN SELECT RAISE(ABORT, 'frozen row: transmission'); END"
    keys = ("service_id document_version_id", "service_id id", "service_id receipt")
    if op.get_bind().dialect.name == "sqlite":
        matches = [" AND ".join(f'"{column}" = NEW."{column}"' for column in key.split()) for key in keys]
        same = " OR ".join(f"({match})" for match in ("rowid = NEW.rowid", '"id" = NEW."id"', *matches))
        twin = f"SELECT 1 FROM transmission WHERE {same}"  # noqa: S608 - names written above, no value
        op.execute(f"CREATE TRIGGER frozen_transmission_update BEFORE UPDATE ON transmission {abort}")
        op.execute(f"CREATE TRIGGER frozen_transmission_delete BEFORE DELETE ON transmission {abort}")
        op.execute(
            f"CREATE TRIGGER frozen_transmission_replace BEFORE INSERT ON transmission WHEN EXISTS ({twin}) {abort}"
        )
        return
    row, whole = "frozen_transmission", "frozen_transmission_truncate"
    call = "EXECUTE FUNCTION refuse_change()"
    op.execute(f"CREATE TRIGGER {row} BEFORE UPDATE OR DELETE ON transmission FOR EACH ROW {call}")
    op.execute(f"CREATE TRIGGER {whole} BEFORE TRUNCATE ON transmission FOR EACH STATEMENT {call}")
    op.execute(f"ALTER TABLE transmission ENABLE ALWAYS TRIGGER {row}")
    op.execute(f"ALTER TABLE transmission ENABLE ALWAYS TRIGGER {whole}")
