"""All tables of the first schema.

There is no way back from a migration: on SQLite `upgrade` leaves a copy of the file, on PostgreSQL a dump is taken.
This file is longer than the house likes because a schema is one thing; it is never edited once released.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables, parents first."""
    _content_version()
    _service()
    _company()
    _seal()
    _establishment()
    _answer()
    _chosen_action()
    _document_version()
    _establishment_state()
    _fact()
    _rating()
    _rating_override()
    _situation_fact()
    _theme_draft()
    _work_unit()
    _document_file()
    _register_line()


def _content_version() -> None:
    op.create_table(
        "content_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("first_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_content_version_sha256_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_content_version")),
        sa.UniqueConstraint("theme", "sha256", name=op.f("uq_content_version_theme_sha256")),
    )


def _service() -> None:
    op.create_table(
        "service",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
        sa.UniqueConstraint("slug", name=op.f("uq_service_slug")),
    )


def _company() -> None:
    op.create_table(
        "company",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("siren", sa.String(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_company_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company")),
        sa.UniqueConstraint("service_id", "id", name=op.f("uq_company_service_id_id")),
    )
    op.create_index(op.f("ix_company_service_id_siren"), "company", ["service_id", "siren"], unique=False)


def _seal() -> None:
    op.create_table(
        "seal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("sealed_on", sa.Date(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heads", sa.String(), nullable=False),
        sa.Column("hmac", sa.String(), nullable=False),
        sa.Column("previous_hmac", sa.String(), nullable=False),
        sa.CheckConstraint("length(hmac) = 64", name=op.f("ck_seal_hmac_length")),
        sa.CheckConstraint("length(previous_hmac) = 64", name=op.f("ck_seal_previous_hmac_length")),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_seal_seq_positive")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_seal_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal")),
        sa.UniqueConstraint("service_id", "id", name=op.f("uq_seal_service_id_id")),
        sa.UniqueConstraint("service_id", "seq", name=op.f("uq_seal_service_id_seq")),
    )


def _establishment() -> None:
    op.create_table(
        "establishment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("siret", sa.String(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_id", "company_id"], ["company.service_id", "company.id"], name=op.f("fk_establishment_company")
        ),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_establishment_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_establishment")),
        sa.UniqueConstraint("service_id", "id", name=op.f("uq_establishment_service_id_id")),
    )
    op.create_index(op.f("ix_establishment_service_id_siret"), "establishment", ["service_id", "siret"], unique=False)


def _answer() -> None:
    op.create_table(
        "answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), server_default="*", nullable=False),
        sa.Column("row", sa.String(), server_default="*", nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author_role", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_id", "establishment_id"],
            ["establishment.service_id", "establishment.id"],
            name=op.f("fk_answer_establishment"),
        ),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_answer_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint(
            "service_id", "establishment_id", "theme", "question", "unit", "row", name="uq_answer_place"
        ),
        sa.UniqueConstraint("service_id", "id", name=op.f("uq_answer_service_id_id")),
    )


def _chosen_action() -> None:
    op.create_table(
        "chosen_action",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("situations", sa.String(), nullable=False),
        sa.Column("rank", sa.String(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("start", sa.Date(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("cost", sa.Text(), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("resources", sa.Text(), nullable=False),
        sa.Column("collective_sought", sa.Text(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("archived_on", sa.Date(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status IN ('a_faire', 'en_cours', 'fait', 'abandonne')", name=op.f("ck_chosen_action_status_known")
        ),
        sa.CheckConstraint("(measure IS NULL) <> (words IS NULL)", name=op.f("ck_chosen_action_measure_or_words")),
        sa.ForeignKeyConstraint(
            ["service_id", "establishment_id"],
            ["establishment.service_id", "establishment.id"],
            name=op.f("fk_chosen_action_establishment"),
        ),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_chosen_action_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chosen_action")),
        sa.UniqueConstraint("service_id", "id", name=op.f("uq_chosen_action_service_id_id")),
    )
    op.create_index(
        op.f("ix_chosen_action_service_id_establishment_id"),
        "chosen_action",
        ["service_id", "establishment_id"],
        unique=False,
    )


def _document_version() -> None:
    op.create_table(
        "document_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("trigger", sa.String(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author_role", sa.Text(), nullable=False),
        sa.Column("validated_on", sa.Date(), nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.String(), nullable=False),
        sa.Column("format", sa.Integer(), nullable=False),
        sa.Column("drafted_on", sa.Date(), nullable=False),
        sa.Column("keep_until", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'version') = (number IS NOT NULL)", name=op.f("ck_document_version_number_of_version")
        ),
        sa.CheckConstraint(
            "kind <> 'version' OR (trigger IS NOT NULL AND validated_on IS NOT NULL)",
            name=op.f("ck_document_version_validated"),
        ),
        sa.CheckConstraint("kind IN ('version', 'soumission')", name=op.f("ck_document_version_kind_known")),
        sa.CheckConstraint(
            "trigger IS NULL OR trigger IN ('annuelle', 'amenagement', 'information')",
            name=op.f("ck_document_version_trigger_known"),
        ),
        sa.CheckConstraint("keep_until > drafted_on", name=op.f("ck_document_version_kept_long")),
        sa.CheckConstraint("length(content_sha256) = 64", name=op.f("ck_document_version_content_sha256_length")),
        sa.CheckConstraint("number IS NULL OR number >= 1", name=op.f("ck_document_version_number_positive")),
        sa.ForeignKeyConstraint(
            ["service_id", "establishment_id"],
            ["establishment.service_id", "establishment.id"],
            name=op.f("fk_document_version_establishment"),
        ),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_document_version_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_version")),
        sa.UniqueConstraint(
            "service_id",
            "establishment_id",
            "number",
            name=op.f("uq_document_version_service_id_establishment_id_number"),
        ),
        sa.UniqueConstraint("service_id", "id", name=op.f("uq_document_version_service_id_id")),
    )


def _establishment_state() -> None:
    op.create_table(
        "establishment_state",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("stated_on", sa.Date(), nullable=False),
        sa.Column("naf", sa.String(), nullable=False),
        sa.Column("naf_label", sa.Text(), nullable=False),
        sa.Column("naf_nomenclature", sa.String(), nullable=False),
        sa.Column("sectors", sa.String(), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.Column("headcount_on", sa.Date(), nullable=False),
        sa.Column("cse", sa.String(), nullable=False),
        sa.Column("employer_role", sa.Text(), nullable=False),
        sa.Column("service_name", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("cse IN ('aucun', 'elu', 'carence')", name=op.f("ck_establishment_state_cse_known")),
        sa.CheckConstraint("headcount >= 0", name=op.f("ck_establishment_state_headcount_positive")),
        sa.ForeignKeyConstraint(
            ["service_id", "establishment_id"],
            ["establishment.service_id", "establishment.id"],
            name=op.f("fk_establishment_state_establishment"),
        ),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_establishment_state_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_establishment_state")),
        sa.UniqueConstraint(
            "service_id", "establishment_id", "seq", name=op.f("uq_establishment_state_service_id_establishment_id_seq")
        ),
        sa.UniqueConstraint("service_id", "id", name=op.f("uq_establishment_state_service_id_id")),
    )


def _fact() -> None:
    op.create_table(
        "fact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_role", sa.String(), nullable=False),
        sa.Column("profession", sa.String(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("campaign", sa.String(), nullable=False),
        sa.Column("contract_action", sa.String(), nullable=False),
        sa.Column("pathway_step", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=True),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("content_version_id", sa.Uuid(), nullable=True),
        sa.Column("siret", sa.String(), nullable=True),
        sa.Column("naf", sa.String(), nullable=True),
        sa.Column("naf_nomenclature", sa.String(), nullable=True),
        sa.Column("section", sa.String(), nullable=True),
        sa.Column("headcount", sa.Integer(), nullable=True),
        sa.Column("headcount_on", sa.Date(), nullable=True),
        sa.Column("territory", sa.Text(), nullable=True),
        sa.Column("voids_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "source IN ('portail', 'saisie', 'import', 'reprise', 'demo')", name=op.f("ck_fact_source_known")
        ),
        sa.CheckConstraint("minutes IS NULL OR minutes >= 0", name=op.f("ck_fact_minutes_positive")),
        sa.CheckConstraint("voids_id IS NULL OR voids_id <> id", name=op.f("ck_fact_voids_another")),
        sa.ForeignKeyConstraint(["content_version_id"], ["content_version.id"], name=op.f("fk_fact_content_version")),
        sa.ForeignKeyConstraint(
            ["service_id", "establishment_id"],
            ["establishment.service_id", "establishment.id"],
            name=op.f("fk_fact_establishment"),
        ),
        sa.ForeignKeyConstraint(["service_id", "voids_id"], ["fact.service_id", "fact.id"], name=op.f("fk_fact_fact")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_fact_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact")),
        sa.UniqueConstraint("service_id", "id", name=op.f("uq_fact_service_id_id")),
        sa.UniqueConstraint("service_id", "source", "external_id", name=op.f("uq_fact_service_id_source_external_id")),
        sa.UniqueConstraint("service_id", "voids_id", name=op.f("uq_fact_service_id_voids_id")),
    )
    op.create_index(
        op.f("ix_fact_service_id_kind_happened_on"), "fact", ["service_id", "kind", "happened_on"], unique=False
    )


def _rating() -> None:
    op.create_table(
        "rating",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("situation", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("priority", sa.String(), nullable=False),
        sa.Column("at_best", sa.String(), nullable=False),
        sa.Column("at_worst", sa.String(), nullable=False),
        sa.Column("gravity", sa.Integer(), nullable=False),
        sa.Column("frequency", sa.Integer(), nullable=True),
        sa.Column("mastery", sa.Integer(), nullable=True),
        sa.Column("rated_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content_version_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("at_best IN ('P1', 'P2', 'P3', 'P4')", name=op.f("ck_rating_at_best_known")),
        sa.CheckConstraint("at_worst IN ('P1', 'P2', 'P3', 'P4')", name=op.f("ck_rating_at_worst_known")),
        sa.CheckConstraint("priority IN ('P1', 'P2', 'P3', 'P4', 'a_evaluer')", name=op.f("ck_rating_priority_known")),
        sa.CheckConstraint("frequency IS NULL OR frequency BETWEEN 1 AND 4", name=op.f("ck_rating_frequency_scale")),
        sa.CheckConstraint("gravity BETWEEN 1 AND 4", name=op.f("ck_rating_gravity_scale")),
        sa.CheckConstraint("mastery IS NULL OR mastery BETWEEN 1 AND 4", name=op.f("ck_rating_mastery_scale")),
        sa.ForeignKeyConstraint(["content_version_id"], ["content_version.id"], name=op.f("fk_rating_content_version")),
        sa.ForeignKeyConstraint(
            ["service_id", "establishment_id"],
            ["establishment.service_id", "establishment.id"],
            name=op.f("fk_rating_establishment"),
        ),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_rating_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
        sa.UniqueConstraint("service_id", "id", name=op.f("uq_rating_service_id_id")),
    )
    op.create_index(
        "ix_rating_place",
        "rating",
        ["service_id", "establishment_id", "theme", "situation", "unit", "rated_on"],
        unique=False,
    )


def _rating_override() -> None:
    op.create_table(
        "rating_override",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("situation", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("checked_on", sa.String(), nullable=False),
        sa.Column("author_role", sa.Text(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("field IN ('gravity', 'mastery', 'first')", name=op.f("ck_rating_override_field_known")),
        sa.ForeignKeyConstraint(
            ["service_id", "establishment_id"],
            ["establishment.service_id", "establishment.id"],
            name=op.f("fk_rating_override_establishment"),
        ),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_rating_override_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating_override")),
        sa.UniqueConstraint(
            "service_id", "establishment_id", "theme", "situation", "unit", "field", name="uq_rating_override_place"
        ),
        sa.UniqueConstraint("service_id", "id", name=op.f("uq_rating_override_service_id_id")),
    )


def _situation_fact() -> None:
    op.create_table(
        "situation_fact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("situation", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), server_default="*", nullable=False),
        sa.Column("concerned", sa.Boolean(), nullable=False),
        sa.Column("frequency", sa.Integer(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("in_place", sa.Text(), nullable=True),
        sa.Column("checked_on", sa.String(), nullable=True),
        sa.Column("accident", sa.Boolean(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "frequency IS NULL OR (concerned AND frequency BETWEEN 1 AND 4)",
            name=op.f("ck_situation_fact_frequency_scale"),
        ),
        sa.ForeignKeyConstraint(
            ["service_id", "establishment_id"],
            ["establishment.service_id", "establishment.id"],
            name=op.f("fk_situation_fact_establishment"),
        ),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_situation_fact_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_situation_fact")),
        sa.UniqueConstraint(
            "service_id", "establishment_id", "theme", "situation", "unit", name="uq_situation_fact_place"
        ),
        sa.UniqueConstraint("service_id", "id", name=op.f("uq_situation_fact_service_id_id")),
    )


def _theme_draft() -> None:
    op.create_table(
        "theme_draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("content_version_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('a_faire', 'en_cours', 'termine', 'sans_objet', 'soumis', 'modification_demandee', 'relu')",
            name=op.f("ck_theme_draft_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["content_version_id"], ["content_version.id"], name=op.f("fk_theme_draft_content_version")
        ),
        sa.ForeignKeyConstraint(
            ["service_id", "establishment_id"],
            ["establishment.service_id", "establishment.id"],
            name=op.f("fk_theme_draft_establishment"),
        ),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_theme_draft_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme_draft")),
        sa.UniqueConstraint(
            "service_id", "establishment_id", "theme", name=op.f("uq_theme_draft_service_id_establishment_id_theme")
        ),
        sa.UniqueConstraint("service_id", "id", name=op.f("uq_theme_draft_service_id_id")),
    )


def _work_unit() -> None:
    op.create_table(
        "work_unit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("activities", sa.Text(), nullable=False),
        sa.Column("places", sa.Text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("women", sa.Integer(), nullable=True),
        sa.Column("men", sa.Integer(), nullable=True),
        sa.Column("temps", sa.Integer(), nullable=False),
        sa.Column("apprentices", sa.Integer(), nullable=False),
        sa.Column("flags", sa.String(), nullable=False),
        sa.Column("women_men", sa.Text(), nullable=False),
        sa.Column("archived_on", sa.Date(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("total >= 0 AND temps >= 0 AND apprentices >= 0", name=op.f("ck_work_unit_people_positive")),
        sa.ForeignKeyConstraint(
            ["service_id", "establishment_id"],
            ["establishment.service_id", "establishment.id"],
            name=op.f("fk_work_unit_establishment"),
        ),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_work_unit_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_unit")),
        sa.UniqueConstraint(
            "service_id", "establishment_id", "key", name=op.f("uq_work_unit_service_id_establishment_id_key")
        ),
        sa.UniqueConstraint("service_id", "id", name=op.f("uq_work_unit_service_id_id")),
    )


def _document_file() -> None:
    op.create_table(
        "document_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("document_version_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('docx', 'xlsx')", name=op.f("ck_document_file_kind_known")),
        sa.CheckConstraint("length(content) BETWEEN 1 AND 5000000", name=op.f("ck_document_file_content_size")),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_document_file_sha256_length")),
        sa.ForeignKeyConstraint(
            ["service_id", "document_version_id"],
            ["document_version.service_id", "document_version.id"],
            name=op.f("fk_document_file_document_version"),
        ),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_document_file_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_file")),
        sa.UniqueConstraint(
            "service_id",
            "document_version_id",
            "kind",
            name=op.f("uq_document_file_service_id_document_version_id_kind"),
        ),
        sa.UniqueConstraint("service_id", "id", name=op.f("uq_document_file_service_id_id")),
    )


def _register_line() -> None:
    op.create_table(
        "register_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("drafted_on", sa.Date(), nullable=False),
        sa.Column("content_sha256", sa.String(), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("previous_sha256", sa.String(), nullable=False),
        sa.Column("line_sha256", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(content_sha256) = 64", name=op.f("ck_register_line_content_sha256_length")),
        sa.CheckConstraint("length(previous_sha256) = 64", name=op.f("ck_register_line_previous_sha256_length")),
        sa.CheckConstraint("length(line_sha256) = 64", name=op.f("ck_register_line_line_sha256_length")),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_register_line_seq_positive")),
        sa.ForeignKeyConstraint(
            ["service_id", "establishment_id", "version_number"],
            ["document_version.service_id", "document_version.establishment_id", "document_version.number"],
            name=op.f("fk_register_line_document_version"),
        ),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_register_line_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_line")),
        sa.UniqueConstraint(
            "service_id", "establishment_id", "seq", name=op.f("uq_register_line_service_id_establishment_id_seq")
        ),
        sa.UniqueConstraint("service_id", "id", name=op.f("uq_register_line_service_id_id")),
    )
