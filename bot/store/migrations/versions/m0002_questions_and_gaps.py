"""Questions and gaps"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "gaps",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("reported_at", sa.DateTime(), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("closed_by", sa.String(length=32), nullable=True),
        sa.Column("passage", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gaps")),
    )
    with op.batch_alter_table("gaps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gaps_team_id"), ["team_id"], unique=False)

    op.create_table(
        "questions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("channel_id", sa.String(length=32), nullable=False),
        sa.Column("thread_ts", sa.String(length=32), nullable=True),
        sa.Column("origin", sa.String(length=160), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("helpful", sa.Boolean(), nullable=True),
        sa.Column("shared_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
        sa.UniqueConstraint("origin", name=op.f("uq_questions_origin")),
    )
    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.create_index("ix_questions_owner", ["team_id", "user_id", "created_at"], unique=False)
        batch_op.create_index("ix_questions_thread", ["team_id", "channel_id", "thread_ts"], unique=False)

    op.create_table(
        "gap_questions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("gap_id", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("asked_on", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["gap_id"], ["gaps.id"], name=op.f("fk_gap_questions_gap_id_gaps"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap_questions")),
    )
    with op.batch_alter_table("gap_questions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gap_questions_gap_id"), ["gap_id"], unique=False)

    op.create_table(
        "gap_passages",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("gap_id", sa.String(length=32), nullable=False),
        sa.Column("team_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=32), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("view_id", sa.String(length=32), nullable=False),
        sa.Column("seen_ts", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["gap_id"], ["gaps.id"], name=op.f("fk_gap_passages_gap_id_gaps"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap_passages")),
    )
    with op.batch_alter_table("gap_passages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gap_passages_gap_id"), ["gap_id"], unique=False)

    with op.batch_alter_table("escalations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("question_id", sa.String(length=32), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("escalations", schema=None) as batch_op:
        batch_op.drop_column("question_id")

    with op.batch_alter_table("gap_passages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_gap_passages_gap_id"))

    op.drop_table("gap_passages")
    with op.batch_alter_table("gap_questions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_gap_questions_gap_id"))

    op.drop_table("gap_questions")
    with op.batch_alter_table("questions", schema=None) as batch_op:
        batch_op.drop_index("ix_questions_thread")
        batch_op.drop_index("ix_questions_owner")

    op.drop_table("questions")
    with op.batch_alter_table("gaps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_gaps_team_id"))

    op.drop_table("gaps")
