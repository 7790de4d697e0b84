"""Vendors, and the connections of those that are ShipStation accounts."""

from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass, fields
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, Text, UniqueConstraint, bindparam, func, or_, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from ..rules.mismatch import Mismatch
from ..rules.presentation import SETTINGS, Presentation, names_of
from ..rules.status import StatusNames
from .accounts import Account
from .asking import plain_rows
from .base import ACCOUNT, Base, Json, Owned
from .session import make_durable

SHIPSTATION, MANUAL = "shipstation", "manual"


class Vendor(Owned, Base):
    __tablename__ = "vendors"

    name: Mapped[str]
    kind: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    is_default: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


Index("uq_vendors_account_id_name", Vendor.account_id, func.lower(Vendor.name), unique=True)
Index("uq_vendors_account_id_default", Vendor.account_id, unique=True, postgresql_where=text("is_default"))


class Connection(Base):
    """A ShipStation vendor's settings. `public_id` stands in its URL. `restored_at`: the database was put back from a
    backup then, and no page is served until somebody has said that what was lost is there again."""

    __tablename__ = "connections"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "vendor_id"], ["vendors.account_id", "vendors.id"]),
        UniqueConstraint("account_id", "public_id"),
        Index(None, "public_id"),
    )

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    public_id: Mapped[str]
    username: Mapped[str]
    time_zone: Mapped[str] = mapped_column(default="UTC")
    status_unpaid: Mapped[str]
    status_paid: Mapped[str]
    status_shipped: Mapped[str]
    status_cancelled: Mapped[str]
    status_on_hold: Mapped[str]
    presentation: Mapped[Json] = mapped_column(server_default=text("'{}'::jsonb"))
    settings_changed_at: Mapped[datetime | None]
    page_size: Mapped[int] = mapped_column(default=100)
    overlap_seconds: Mapped[int] = mapped_column(default=300)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    offset_minutes: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    offset_since: Mapped[datetime | None]
    streak_minutes: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    streak_polls: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    streak_end: Mapped[datetime | None]
    reach_from: Mapped[datetime | None]
    reach_start: Mapped[datetime | None]
    query_credentials: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    pruned_before: Mapped[datetime | None]  # superseded changes before this are gone
    restored_at: Mapped[datetime | None]

    @property
    def statuses(self) -> StatusNames:
        return StatusNames(**{field.name: getattr(self, f"status_{field.name}") for field in fields(StatusNames)})

    @statuses.setter
    def statuses(self, names: StatusNames) -> None:
        for name, told in asdict(names).items():
            setattr(self, f"status_{name}", told)

    @property
    def mismatch(self) -> Mismatch:
        return Mismatch(*(getattr(self, name) for name in MISMATCH_COLUMNS))


class ConnectionPassword(Owned, Base):
    """One row for each password that is or was good: rotation lets the old one live on for a stated time."""

    __tablename__ = "connection_passwords"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "vendor_id"], ["connections.account_id", "connections.vendor_id"]),
        Index(None, "account_id", "vendor_id"),
    )

    vendor_id: Mapped[UUID]
    digest: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime | None]


# The columns of `rules.mismatch.Mismatch`, in the order of its fields.
MISMATCH_COLUMNS = (
    "offset_minutes", "offset_since", "streak_minutes", "streak_polls", "streak_end", "reach_from", "reach_start",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Channel:
    """A connection as plain values, which outlive any session: what the export and the notices need to know."""

    account_id: UUID
    vendor_id: UUID
    vendor_name: str
    username: str
    time_zone: str
    statuses: StatusNames
    presentation: Presentation
    page_size: int
    overlap: timedelta
    mismatch: Mismatch


@dataclass(frozen=True, slots=True)
class Caller:
    """What the endpoint must know of a call before it believes it; `now` is the database's clock."""

    channel: Channel
    vendor_active: bool
    account_active: bool
    digests: tuple[bytes, ...]
    query_credentials: bool  # username and password may stand in the query
    is_restored: bool  # and waits for a person
    now: datetime


def find_caller(session: Session, public_id: str, *, durable: bool = False) -> Caller | None:
    """The connection of that public id with its unexpired passwords, in one statement.

    `durable`: what this transaction writes must outlive a crash. What an export writes is the log of the call: it may
    lose the last moment in one, so it waits for no disk.
    """
    facts = {"public_id": public_id, "synchronous_commit": "on" if durable else "off"}
    rows = plain_rows(session, _CALLER, **facts)
    if not rows:
        return None
    (
        account_id, vendor_id, name, username, time_zone, unpaid, paid, shipped, cancelled, on_hold, settings,
        page_size, overlap, *mismatch, vendor_active, account_active, query_credentials, is_restored, now, _, _,
    ) = rows[0]  # fmt: skip
    channel = Channel(
        account_id,
        vendor_id,
        name,
        username,
        time_zone,
        StatusNames(unpaid, paid, shipped, cancelled, on_hold),
        presentation_of(settings, vendor_id, name),
        page_size,
        timedelta(seconds=overlap),
        Mismatch(*mismatch),
    )
    digests = tuple(digest for *_, digest, _ in rows if digest is not None)
    return Caller(channel, vendor_active, account_active, digests, query_credentials, is_restored, now)


_CALLER = (
    select(
        Connection.account_id,
        Connection.vendor_id,
        Vendor.name,
        Connection.username,
        Connection.time_zone,
        Connection.status_unpaid,
        Connection.status_paid,
        Connection.status_shipped,
        Connection.status_cancelled,
        Connection.status_on_hold,
        Connection.presentation,
        Connection.page_size,
        Connection.overlap_seconds,
        *(getattr(Connection, name) for name in MISMATCH_COLUMNS),
        Vendor.active,
        Account.active,
        Connection.query_credentials,
        Connection.restored_at.is_not(None),
        func.clock_timestamp(),
        ConnectionPassword.digest,
        func.set_config("synchronous_commit", bindparam("synchronous_commit", type_=Text()), True),
    )
    .join(Vendor, (Vendor.account_id == Connection.account_id) & (Vendor.id == Connection.vendor_id))
    .join(Account, Account.account_id == Connection.account_id)
    .join(
        ConnectionPassword,
        (ConnectionPassword.account_id == Connection.account_id)
        & (ConnectionPassword.vendor_id == Connection.vendor_id)
        & or_(ConnectionPassword.expires_at.is_(None), ConnectionPassword.expires_at > func.clock_timestamp()),
        isouter=True,
    )
    .where(Connection.public_id == bindparam("public_id"))
)


# Made once: putting a statement together takes longer than asking it.
_VENDORS = select(Vendor).where(Vendor.account_id == ACCOUNT).order_by(Vendor.created_at, Vendor.id)
_CONNECTIONS = select(Connection).where(Connection.account_id == ACCOUNT)


def vendors_of(session: Session, account_id: UUID) -> Sequence[Vendor]:
    """All vendors, oldest first."""
    return session.scalars(_VENDORS, {"account_id": account_id}).all()


def connections_of(session: Session, account_id: UUID) -> dict[UUID, Connection]:
    rows = session.scalars(_CONNECTIONS, {"account_id": account_id})
    return {connection.vendor_id: connection for connection in rows}


def presentation_of(settings: Json, vendor_id: UUID, name: str) -> Presentation:
    """The settings as they are stored; what is not there has its default."""
    known = {key: value for key, value in settings.items() if key in SETTINGS}
    return Presentation(**known, called=names_of(vendor_id.hex, name))


_PRESENTATIONS = (
    select(Connection.presentation, Connection.vendor_id, Vendor.name)
    .join(Vendor, (Vendor.account_id == Connection.account_id) & (Vendor.id == Connection.vendor_id))
    .where(Connection.account_id == ACCOUNT)
)


def presentations_of(session: Session, account_id: UUID) -> dict[UUID, Presentation]:
    """By vendor, of all that have a connection."""
    rows = plain_rows(session, _PRESENTATIONS, account_id=account_id)
    return {vendor_id: presentation_of(settings, vendor_id, name) for settings, vendor_id, name in rows}


def shortest_overlap(session: Session) -> int | None:
    """Of all connections of all accounts, in seconds; None where there is none."""
    return session.scalar(select(func.min(Connection.overlap_seconds)))


def mark_restored(session: Session) -> int:
    """Every connection of every account, from now on. Answers how many there are."""
    return len(session.scalars(update(Connection).values(restored_at=func.now()).returning(Connection.vendor_id)).all())


def restored_connections(session: Session) -> Sequence[tuple[Connection, Vendor]]:
    """Of every account, those that wait for somebody since a backup was put back."""
    rows = session.execute(
        select(Connection, Vendor)
        .join(Vendor, (Vendor.account_id == Connection.account_id) & (Vendor.id == Connection.vendor_id))
        .where(Connection.restored_at.is_not(None))
        .order_by(Vendor.account_id, Vendor.created_at, Vendor.id)
    )
    return [(connection, vendor) for connection, vendor in rows]


def keep_mismatch(session: Session, channel: Channel, mismatch: Mismatch) -> None:
    """Write down what the polls of that connection have shown."""
    make_durable(session)
    session.execute(
        update(Connection)
        .where(Connection.account_id == channel.account_id, Connection.vendor_id == channel.vendor_id)
        .values(dict(zip(MISMATCH_COLUMNS, astuple(mismatch), strict=True)))
    )


def expire_passwords(session: Session, connection: Connection, at: datetime) -> None:
    """Let every password that is good now end at that time."""
    session.execute(
        update(ConnectionPassword)
        .where(
            ConnectionPassword.account_id == connection.account_id,
            ConnectionPassword.vendor_id == connection.vendor_id,
            or_(ConnectionPassword.expires_at.is_(None), ConnectionPassword.expires_at > at),
        )
        .values(expires_at=at)
    )
