"""The first tables.

Revision 0001, the first one.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from spark_shipstation.store.base import Xid8

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# The delivery contract rests on this: a change is committed within the limit after its time, which is shorter than
# the overlap of every window. Asked at the commit itself, on every version of PostgreSQL.
COMMIT_IN_TIME = """
CREATE FUNCTION changes_commit_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    allowed float := coalesce(nullif(current_setting('spark.transaction_seconds', true), ''), '60');
BEGIN
    IF clock_timestamp() - NEW.at > make_interval(secs => allowed) THEN
        RAISE EXCEPTION 'a change must be committed within % seconds of its time', allowed
            USING ERRCODE = 'query_canceled';
    END IF;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_accounts")),
    )
    op.create_table(
        "api_keys",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_api_keys_account_id")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("account_id", "public_id", name=op.f("uq_api_keys_account_id_public_id")),
    )
    op.create_index(op.f("ix_api_keys_public_id"), "api_keys", ["public_id"], unique=False)
    op.create_table(
        "products",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("image_url", sa.Text(), nullable=False),
        sa.Column("weight", sa.Numeric(precision=16, scale=4), nullable=True),
        sa.Column("weight_unit", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_products_account_id")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_products")),
        sa.UniqueConstraint("account_id", "sku", name=op.f("uq_products_account_id_sku")),
    )
    op.create_table(
        "stores",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_stores_account_id")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_stores")),
        sa.UniqueConstraint("account_id", "code", name=op.f("uq_stores_account_id_code")),
    )
    op.create_table(
        "users",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_users_account_id")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_users")),
        sa.UniqueConstraint("account_id", "email", name=op.f("uq_users_account_id_email")),
    )
    op.create_table(
        "vendors",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_vendors_account_id")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_vendors")),
    )
    op.create_index(
        "uq_vendors_account_id_default", "vendors", ["account_id"], unique=True, postgresql_where=sa.text("is_default")
    )
    op.create_index(
        "uq_vendors_account_id_name", "vendors", ["account_id", sa.literal_column("lower(name)")], unique=True
    )
    op.create_table(
        "connections",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("status_unpaid", sa.Text(), nullable=False),
        sa.Column("status_paid", sa.Text(), nullable=False),
        sa.Column("status_shipped", sa.Text(), nullable=False),
        sa.Column("status_cancelled", sa.Text(), nullable=False),
        sa.Column("status_on_hold", sa.Text(), nullable=False),
        sa.Column("page_size", sa.Integer(), nullable=False),
        sa.Column("overlap_seconds", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "vendor_id"],
            ["vendors.account_id", "vendors.id"],
            name=op.f("fk_connections_account_id_vendor_id"),
        ),
        sa.PrimaryKeyConstraint("account_id", "vendor_id", name=op.f("pk_connections")),
        sa.UniqueConstraint("account_id", "public_id", name=op.f("uq_connections_account_id_public_id")),
    )
    op.create_index(op.f("ix_connections_public_id"), "connections", ["public_id"], unique=False)
    op.create_table(
        "orders",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("store_id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payment_status", sa.Text(), nullable=False),
        sa.Column("payment_method", sa.Text(), nullable=False),
        sa.Column("shipping_method", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("customer", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("bill_to", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("ship_to", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("discounts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("shipping_amount", sa.Numeric(precision=16, scale=4), nullable=False),
        sa.Column("tax_amount", sa.Numeric(precision=16, scale=4), nullable=False),
        sa.Column("total", sa.Numeric(precision=16, scale=4), nullable=False),
        sa.Column("gift", sa.Boolean(), nullable=False),
        sa.Column("gift_message", sa.Text(), nullable=False),
        sa.Column("customer_notes", sa.Text(), nullable=False),
        sa.Column("internal_notes", sa.Text(), nullable=False),
        sa.Column("custom_fields", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("requested_warehouse", sa.Text(), nullable=False),
        sa.Column("package", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("content_digest", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("flags", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "store_id"], ["stores.account_id", "stores.id"], name=op.f("fk_orders_account_id_store_id")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_orders_account_id")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_orders")),
        sa.UniqueConstraint(
            "account_id", "store_id", "external_id", name=op.f("uq_orders_account_id_store_id_external_id")
        ),
    )
    op.create_index(op.f("ix_orders_account_id_number"), "orders", ["account_id", "number"], unique=False)
    op.create_index(op.f("ix_orders_account_id_updated_at"), "orders", ["account_id", "updated_at"], unique=False)
    op.create_index("ix_orders_by_status", "orders", ["account_id", "status", "created_at", "id"], unique=False)
    op.create_index("ix_orders_newest", "orders", ["account_id", "created_at", "id"], unique=False)
    op.create_table(
        "product_vendors",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("vendor_sku", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "product_id"],
            ["products.account_id", "products.id"],
            name=op.f("fk_product_vendors_account_id_product_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "vendor_id"],
            ["vendors.account_id", "vendors.id"],
            name=op.f("fk_product_vendors_account_id_vendor_id"),
        ),
        sa.PrimaryKeyConstraint("account_id", "product_id", "vendor_id", name=op.f("pk_product_vendors")),
    )
    op.create_index(
        op.f("ix_product_vendors_account_id_vendor_id"), "product_vendors", ["account_id", "vendor_id"], unique=False
    )
    op.create_table(
        "readings",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("window_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("window_end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("page_size", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("snapshot", sa.Text(), server_default=sa.text("pg_current_snapshot()::text"), nullable=False),
        sa.Column("bound_times", postgresql.ARRAY(postgresql.TIMESTAMP(timezone=True)), nullable=False),
        sa.Column("bound_ids", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "vendor_id"],
            ["vendors.account_id", "vendors.id"],
            name=op.f("fk_readings_account_id_vendor_id"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_readings_account_id")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_readings")),
    )
    op.create_index(
        "ix_readings_window",
        "readings",
        ["account_id", "vendor_id", "window_start", "window_end", "started_at"],
        unique=False,
    )
    op.create_table(
        "connection_passwords",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id", "vendor_id"],
            ["connections.account_id", "connections.vendor_id"],
            name=op.f("fk_connection_passwords_account_id_vendor_id"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name=op.f("fk_connection_passwords_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_connection_passwords")),
    )
    op.create_index(
        op.f("ix_connection_passwords_account_id_vendor_id"),
        "connection_passwords",
        ["account_id", "vendor_id"],
        unique=False,
    )
    op.create_table(
        "events",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "order_id"], ["orders.account_id", "orders.id"], name=op.f("fk_events_account_id_order_id")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_events_account_id")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_events")),
    )
    op.create_index(op.f("ix_events_account_id_order_id_at"), "events", ["account_id", "order_id", "at"], unique=False)
    op.create_table(
        "order_lines",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price", sa.Numeric(precision=16, scale=4), nullable=False),
        sa.Column("weight", sa.Numeric(precision=16, scale=4), nullable=True),
        sa.Column("weight_unit", sa.Text(), nullable=False),
        sa.Column("image_url", sa.Text(), nullable=False),
        sa.Column("upc", sa.Text(), nullable=False),
        sa.Column("options", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("named_vendor", sa.Text(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_order_lines_quantity_not_negative")),
        sa.ForeignKeyConstraint(
            ["account_id", "order_id"],
            ["orders.account_id", "orders.id"],
            name=op.f("fk_order_lines_account_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "vendor_id"],
            ["vendors.account_id", "vendors.id"],
            name=op.f("fk_order_lines_account_id_vendor_id"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_order_lines_account_id")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_order_lines")),
        sa.UniqueConstraint(
            "account_id", "order_id", "external_id", name=op.f("uq_order_lines_account_id_order_id_external_id")
        ),
    )
    op.create_table(
        "vendor_orders",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("discounts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("tax_amount", sa.Numeric(precision=16, scale=4), nullable=False),
        sa.Column("shipping_amount", sa.Numeric(precision=16, scale=4), nullable=False),
        sa.Column("total", sa.Numeric(precision=16, scale=4), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("flags", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("face_digest", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "order_id"],
            ["orders.account_id", "orders.id"],
            name=op.f("fk_vendor_orders_account_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "vendor_id"],
            ["vendors.account_id", "vendors.id"],
            name=op.f("fk_vendor_orders_account_id_vendor_id"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_vendor_orders_account_id")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_vendor_orders")),
        sa.UniqueConstraint(
            "account_id", "vendor_id", "number", name=op.f("uq_vendor_orders_account_id_vendor_id_number")
        ),
    )
    op.create_index(
        op.f("ix_vendor_orders_account_id_order_id"), "vendor_orders", ["account_id", "order_id"], unique=False
    )
    op.create_index("ix_vendor_orders_newest", "vendor_orders", ["account_id", "created_at", "id"], unique=False)
    op.create_table(
        "changes",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_order_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("xact", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "vendor_id"],
            ["vendors.account_id", "vendors.id"],
            name=op.f("fk_changes_account_id_vendor_id"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "vendor_order_id"],
            ["vendor_orders.account_id", "vendor_orders.id"],
            name=op.f("fk_changes_account_id_vendor_order_id"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_changes_account_id")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_changes")),
    )
    op.create_index(
        op.f("ix_changes_account_id_vendor_order_id_at"),
        "changes",
        ["account_id", "vendor_order_id", "at"],
        unique=False,
    )
    op.create_index(
        "ix_changes_feed",
        "changes",
        ["account_id", "vendor_id", "at", "id"],
        unique=False,
        postgresql_include=["previous_at", "vendor_order_id"],
    )
    op.create_table(
        "notices",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("query", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("answer", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("vendor_order_id", sa.Uuid(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id", "vendor_id"],
            ["vendors.account_id", "vendors.id"],
            name=op.f("fk_notices_account_id_vendor_id"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "vendor_order_id"],
            ["vendor_orders.account_id", "vendor_orders.id"],
            name=op.f("fk_notices_account_id_vendor_order_id"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_notices_account_id")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_notices")),
    )
    op.create_index("ix_notices_by_state", "notices", ["account_id", "state", "received_at", "id"], unique=False)
    op.create_table(
        "vendor_order_lines",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("vendor_order_id", sa.Uuid(), nullable=False),
        sa.Column("order_line_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("last_quantity", sa.Integer(), nullable=False),
        sa.Column("vendor_sku", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_vendor_order_lines_quantity_not_negative")),
        sa.ForeignKeyConstraint(
            ["account_id", "order_line_id"],
            ["order_lines.account_id", "order_lines.id"],
            name=op.f("fk_vendor_order_lines_account_id_order_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "vendor_order_id"],
            ["vendor_orders.account_id", "vendor_orders.id"],
            name=op.f("fk_vendor_order_lines_account_id_vendor_order_id"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_vendor_order_lines_account_id")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_vendor_order_lines")),
        sa.UniqueConstraint(
            "account_id",
            "vendor_order_id",
            "order_line_id",
            name=op.f("uq_vendor_order_lines_account_id_vendor_order_id_order_line_id"),
        ),
    )
    op.create_index(
        op.f("ix_vendor_order_lines_account_id_order_line_id"),
        "vendor_order_lines",
        ["account_id", "order_line_id"],
        unique=False,
    )
    op.create_table(
        "cancellations",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("order_line_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_order_line_id", sa.Uuid(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_cancellations_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["account_id", "order_id"],
            ["orders.account_id", "orders.id"],
            name=op.f("fk_cancellations_account_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "order_line_id"],
            ["order_lines.account_id", "order_lines.id"],
            name=op.f("fk_cancellations_account_id_order_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "vendor_order_line_id"],
            ["vendor_order_lines.account_id", "vendor_order_lines.id"],
            name=op.f("fk_cancellations_account_id_vendor_order_line_id"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_cancellations_account_id")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_cancellations")),
    )
    op.create_index(
        op.f("ix_cancellations_account_id_order_id"), "cancellations", ["account_id", "order_id"], unique=False
    )
    op.create_index(
        op.f("ix_cancellations_account_id_vendor_order_line_id"),
        "cancellations",
        ["account_id", "vendor_order_line_id"],
        unique=False,
    )
    op.create_table(
        "exchanges",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("window_start", sa.DateTime(timezone=True), nullable=True),
        sa.Column("window_end", sa.DateTime(timezone=True), nullable=True),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("served", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("complaint", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "notice_id"],
            ["notices.account_id", "notices.id"],
            name=op.f("fk_exchanges_account_id_notice_id"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "vendor_id"],
            ["vendors.account_id", "vendors.id"],
            name=op.f("fk_exchanges_account_id_vendor_id"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_exchanges_account_id")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_exchanges")),
    )
    op.create_index(
        op.f("ix_exchanges_account_id_vendor_id_at"), "exchanges", ["account_id", "vendor_id", "at"], unique=False
    )
    op.create_table(
        "shipments",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_order_id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=True),
        sa.Column("dedupe_key", sa.LargeBinary(), nullable=False),
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("carrier_code", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("tracking_number", sa.Text(), nullable=False),
        sa.Column("ship_date", sa.Date(), nullable=True),
        sa.Column("label_created_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shipping_cost", sa.Numeric(precision=16, scale=4), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("notes_to_customer", sa.Text(), nullable=False),
        sa.Column("notify_customer", sa.Boolean(), nullable=True),
        sa.Column("recipient", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("flags", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "notice_id"],
            ["notices.account_id", "notices.id"],
            name=op.f("fk_shipments_account_id_notice_id"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "order_id"],
            ["orders.account_id", "orders.id"],
            name=op.f("fk_shipments_account_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "vendor_order_id"],
            ["vendor_orders.account_id", "vendor_orders.id"],
            name=op.f("fk_shipments_account_id_vendor_order_id"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_shipments_account_id")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_shipments")),
        sa.UniqueConstraint(
            "account_id",
            "vendor_order_id",
            "dedupe_key",
            name=op.f("uq_shipments_account_id_vendor_order_id_dedupe_key"),
        ),
    )
    op.create_index(op.f("ix_shipments_account_id_order_id"), "shipments", ["account_id", "order_id"], unique=False)
    op.create_index(
        op.f("ix_shipments_account_id_tracking_number"), "shipments", ["account_id", "tracking_number"], unique=False
    )
    op.create_table(
        "shipment_lines",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shipment_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("vendor_order_line_id", sa.Uuid(), nullable=True),
        sa.Column("order_line_id", sa.Uuid(), nullable=True),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "order_line_id"],
            ["order_lines.account_id", "order_lines.id"],
            name=op.f("fk_shipment_lines_account_id_order_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "shipment_id"],
            ["shipments.account_id", "shipments.id"],
            name=op.f("fk_shipment_lines_account_id_shipment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "vendor_order_line_id"],
            ["vendor_order_lines.account_id", "vendor_order_lines.id"],
            name=op.f("fk_shipment_lines_account_id_vendor_order_line_id"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_shipment_lines_account_id")),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_shipment_lines")),
    )
    op.create_index(
        op.f("ix_shipment_lines_account_id_shipment_id"), "shipment_lines", ["account_id", "shipment_id"], unique=False
    )
    op.create_index(
        op.f("ix_shipment_lines_account_id_vendor_order_line_id"),
        "shipment_lines",
        ["account_id", "vendor_order_line_id"],
        unique=False,
    )
    op.execute(COMMIT_IN_TIME)
    op.execute(
        "CREATE CONSTRAINT TRIGGER changes_commit_in_time AFTER INSERT ON changes "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION changes_commit_in_time()"
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_shipment_lines_account_id_vendor_order_line_id"), table_name="shipment_lines")
    op.drop_index(op.f("ix_shipment_lines_account_id_shipment_id"), table_name="shipment_lines")
    op.drop_table("shipment_lines")
    op.drop_index(op.f("ix_shipments_account_id_tracking_number"), table_name="shipments")
    op.drop_index(op.f("ix_shipments_account_id_order_id"), table_name="shipments")
    op.drop_table("shipments")
    op.drop_index(op.f("ix_exchanges_account_id_vendor_id_at"), table_name="exchanges")
    op.drop_table("exchanges")
    op.drop_index(op.f("ix_cancellations_account_id_vendor_order_line_id"), table_name="cancellations")
    op.drop_index(op.f("ix_cancellations_account_id_order_id"), table_name="cancellations")
    op.drop_table("cancellations")
    op.drop_index(op.f("ix_vendor_order_lines_account_id_order_line_id"), table_name="vendor_order_lines")
    op.drop_table("vendor_order_lines")
    op.drop_index("ix_notices_by_state", table_name="notices")
    op.drop_table("notices")
    op.drop_index("ix_changes_feed", table_name="changes", postgresql_include=["previous_at", "vendor_order_id"])
    op.drop_index(op.f("ix_changes_account_id_vendor_order_id_at"), table_name="changes")
    op.drop_table("changes")
    op.drop_index("ix_vendor_orders_newest", table_name="vendor_orders")
    op.drop_index(op.f("ix_vendor_orders_account_id_order_id"), table_name="vendor_orders")
    op.drop_table("vendor_orders")
    op.drop_table("order_lines")
    op.drop_index(op.f("ix_events_account_id_order_id_at"), table_name="events")
    op.drop_table("events")
    op.drop_index(op.f("ix_connection_passwords_account_id_vendor_id"), table_name="connection_passwords")
    op.drop_table("connection_passwords")
    op.drop_index("ix_readings_window", table_name="readings")
    op.drop_table("readings")
    op.drop_index(op.f("ix_product_vendors_account_id_vendor_id"), table_name="product_vendors")
    op.drop_table("product_vendors")
    op.drop_index("ix_orders_newest", table_name="orders")
    op.drop_index("ix_orders_by_status", table_name="orders")
    op.drop_index(op.f("ix_orders_account_id_updated_at"), table_name="orders")
    op.drop_index(op.f("ix_orders_account_id_number"), table_name="orders")
    op.drop_table("orders")
    op.drop_index(op.f("ix_connections_public_id"), table_name="connections")
    op.drop_table("connections")
    op.drop_index("uq_vendors_account_id_name", table_name="vendors")
    op.drop_index("uq_vendors_account_id_default", table_name="vendors", postgresql_where=sa.text("is_default"))
    op.drop_table("vendors")
    op.drop_table("users")
    op.drop_table("stores")
    op.drop_table("products")
    op.drop_index(op.f("ix_api_keys_public_id"), table_name="api_keys")
    op.drop_table("api_keys")
    op.drop_table("accounts")
    op.execute("DROP FUNCTION changes_commit_in_time()")
