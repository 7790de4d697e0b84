"""Vendors: making them, changing them, and the credentials of ShipStation connections."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.orm import Session

from ..customstore.window import zone
from ..errors import Conflict, Forbidden, Invalid, NotFound, Reason, SparkError, Unauthorized
from ..rules.presentation import PLAIN, SETTINGS
from ..rules.status import StatusNames
from ..rules.zones import mismatch_sentence
from ..store import vendors as store
from ..store.accounts import digest
from ..store.base import new_id
from ..store.vendorlist import vendors_with_connections
from ..store.vendors import SHIPSTATION, Caller, Connection, ConnectionPassword, Vendor
from . import secrets
from .answers import StatusNamesOut, VendorOut, ZoneMismatchOut
from .forms import StatusNamesIn, StatusNamesPatch, VendorIn, VendorPatch, as_uuid, reasons_of


def add_vendor(session: Session, account_id: UUID, form: VendorIn, base_url: str) -> VendorOut:
    """A new vendor. For ShipStation, with its connection and a password, which is in the answer and nowhere else.

    The first vendor of an account becomes its default, unless the form says otherwise. Raises Conflict, Invalid.
    """
    known = store.vendors_of(session, account_id)
    if any(vendor.name.casefold() == form.name.casefold() for vendor in known):
        raise Conflict(f"There is a vendor named {form.name} already.")
    _check_zone(form.time_zone)
    vendor = Vendor(account_id=account_id, id=new_id(), name=form.name, kind=form.kind, active=form.active)
    vendor.is_default = False
    session.add(vendor)
    session.flush()
    if form.default or (form.default is None and not known):
        make_default(session, vendor, known)
    if form.kind != SHIPSTATION:
        return vendor_out(vendor, None, base_url)
    connection = _add_connection(session, vendor, form)
    return vendor_out(vendor, connection, base_url, password=_add_password(session, connection))


def _add_connection(session: Session, vendor: Vendor, form: VendorIn) -> Connection:
    connection = Connection(
        account_id=vendor.account_id,
        vendor_id=vendor.id,
        public_id=secrets.public_id(""),
        username=secrets.public_id("ss-"),
        time_zone=form.time_zone,
        page_size=form.page_size,
        overlap_seconds=300,
        presentation=form.model_dump(include=set(SETTINGS), exclude_defaults=True),
        query_credentials=form.query_credentials,
    )
    connection.statuses = _names(form.statuses)
    session.add(connection)
    session.flush()
    return connection


def _names(form: StatusNamesIn) -> StatusNames:
    return StatusNames(**form.model_dump())


def _add_password(session: Session, connection: Connection) -> str:
    password = secrets.password()
    session.add(
        ConnectionPassword(
            account_id=connection.account_id, id=new_id(), vendor_id=connection.vendor_id, digest=digest(password)
        )
    )
    session.flush()
    return password


def make_default(session: Session, vendor: Vendor, all_vendors: Sequence[Vendor]) -> None:
    for other in all_vendors:
        other.is_default = False
    session.flush()
    vendor.is_default = True
    session.flush()


def rotate(
    session: Session, account_id: UUID, vendor: Vendor, base_url: str, *, now: datetime, keep_old: timedelta
) -> VendorOut:
    """A new password; every old one stays valid for `keep_old`. Raises Conflict for a vendor without a connection."""
    connection = store.connections_of(session, account_id).get(vendor.id)
    if connection is None:
        raise Conflict(f"{vendor.name} is no ShipStation vendor and has no credentials.")
    store.expire_passwords(session, connection, now + keep_old)
    return vendor_out(vendor, connection, base_url, password=_add_password(session, connection), now=now)


def change_vendor(
    session: Session, account_id: UUID, vendor: Vendor, form: VendorPatch, base_url: str, *, now: datetime
) -> VendorOut:
    """Raises Conflict for a name that is taken, Invalid for an unknown zone."""
    known = store.vendors_of(session, account_id)
    connection = store.connections_of(session, account_id).get(vendor.id)
    if form.name is not None:
        if any(v.name.casefold() == form.name.casefold() and v.id != vendor.id for v in known):
            raise Conflict(f"There is a vendor named {form.name} already.")
        vendor.name = form.name
    if form.active is not None:
        vendor.active = form.active
    if form.default:
        make_default(session, vendor, known)
    given = form.model_fields_set - _OF_ANY_VENDOR
    if any(getattr(form, name) is not None for name in given):
        if connection is None:
            raise Conflict(f"{vendor.name} is no ShipStation vendor: it has no such settings.")
        _change_connection(connection, form, now)
    session.flush()
    return vendor_out(vendor, connection, base_url, now=now)


# The other settings belong to a connection.
_OF_ANY_VENDOR = {"name", "active", "default"}


def _change_connection(connection: Connection, form: VendorPatch, now: datetime) -> None:
    before = (connection.statuses, connection.presentation)
    if form.time_zone is not None:
        _check_zone(form.time_zone)
        if form.time_zone != connection.time_zone:  # what the polls show of the new one is yet to be seen
            connection.offset_minutes, connection.offset_since = 0, now
        connection.time_zone = form.time_zone
    if form.statuses is not None:
        connection.statuses = _names(_merged(connection.statuses, form.statuses))
    if form.page_size is not None:
        connection.page_size = form.page_size
    if form.query_credentials is not None:
        connection.query_credentials = form.query_credentials
    given = form.model_dump(include=set(SETTINGS), exclude_none=True)
    settings = {name: getattr(PLAIN, name) for name in SETTINGS} | connection.presentation | given
    connection.presentation = {name: value for name, value in settings.items() if value != getattr(PLAIN, name)}
    if (connection.statuses, connection.presentation) != before:
        connection.settings_changed_at = now


def _merged(names: StatusNames, form: StatusNamesPatch) -> StatusNamesIn:
    try:
        return StatusNamesIn.model_validate(asdict(names) | form.model_dump(exclude_none=True))
    except ValidationError as error:
        raise Invalid("The vendor was refused.", reasons_of(error, "/statuses")) from None


def _check_zone(name: str) -> None:
    try:
        zone(name)
    except SparkError as error:
        raise Invalid("The vendor was refused.", [Reason(error.sentence, "/time_zone")]) from None


def find_vendor(session: Session, account_id: UUID, word: str) -> Vendor:
    """By id or by name. Raises NotFound."""
    return _meant([(vendor, None) for vendor in store.vendors_of(session, account_id)], word)[0]


def find_connected(session: Session, account_id: UUID, word: str) -> tuple[Vendor, Connection | None]:
    """As `find_vendor`, with its connection, in one statement. Raises NotFound."""
    return _meant(vendors_with_connections(session, account_id), word)


def _meant(known: Sequence[tuple[Vendor, Connection | None]], word: str) -> tuple[Vendor, Connection | None]:
    id_, name = as_uuid(word), word.strip().casefold()
    for vendor, connection in known:
        if vendor.id == id_ or vendor.name.casefold() == name:
            return vendor, connection
    raise NotFound(f"There is no vendor {word[:60]}.")


def read_vendor(session: Session, account_id: UUID, word: str, base_url: str, *, now: datetime) -> VendorOut:
    """By id or by name. Raises NotFound."""
    vendor, connection = find_connected(session, account_id, word)
    return vendor_out(vendor, connection, base_url, now=now)


def list_vendors(session: Session, account_id: UUID, base_url: str, *, now: datetime) -> list[VendorOut]:
    known = vendors_with_connections(session, account_id)
    return [vendor_out(vendor, connection, base_url, now=now) for vendor, connection in known]


def connection_url(base_url: str, connection: Connection) -> str:
    """What the merchant pastes into ShipStation as the URL to the custom XML page."""
    return f"{base_url.rstrip('/')}/shipstation/{connection.public_id}"


def vendor_out(
    vendor: Vendor,
    connection: Connection | None,
    base_url: str,
    *,
    password: str | None = None,
    now: datetime | None = None,
) -> VendorOut:
    """`now` is what a zone mismatch is told by: a vendor that was just made has none."""
    if connection is None:
        return VendorOut(id=vendor.id.hex, name=vendor.name, kind=vendor.kind, active=vendor.active,
                         default=vendor.is_default)  # fmt: skip
    return VendorOut(
        id=vendor.id.hex,
        name=vendor.name,
        kind=vendor.kind,
        active=vendor.active,
        default=vendor.is_default,
        url=connection_url(base_url, connection),
        username=connection.username,
        password=password,
        time_zone=connection.time_zone,
        statuses=StatusNamesOut(**asdict(connection.statuses)),
        page_size=connection.page_size,
        **{name: connection.presentation.get(name, getattr(PLAIN, name)) for name in SETTINGS},
        settings_changed_at=connection.settings_changed_at,
        query_credentials=connection.query_credentials,
        zone_mismatch=_mismatch_out(connection, now) if now else None,
    )


def _mismatch_out(connection: Connection, now: datetime) -> ZoneMismatchOut | None:
    offset, since = connection.offset_minutes, connection.offset_since
    if not offset or since is None:
        return None
    sentence = mismatch_sentence(offset, connection.time_zone, now)
    return ZoneMismatchOut(offset_minutes=offset, since=since, sentence=sentence)


def authenticated(
    session: Session,
    public_id: str,
    username: str | None,
    password: str | None,
    in_query: bool = False,
    *,
    durable: bool = False,
) -> Caller:
    """The caller of a connection's URL, active or not. Raises NotFound for no such URL, Unauthorized.

    An unknown user and a wrong password get the same answer after the same work, and so do credentials that stood in
    the query of a connection that does not take them there. `durable` as for `find_caller`.
    """
    caller = store.find_caller(session, public_id, durable=durable) if public_id.isalnum() else None
    if caller is None:
        raise NotFound("There is no ShipStation connection at this URL. Copy the URL that Spark gave out again.")
    right = secrets.matches(password or "", caller.digests)
    right &= secrets.matches(username or "", [digest(caller.channel.username)])
    if username is None or password is None or not right or (in_query and not caller.query_credentials):
        raise Unauthorized(
            "The username or the password is not right. Copy both from Spark again; "
            "`spark-shipstation vendor rotate` makes a new password.",
            called=(caller.channel.account_id, caller.channel.vendor_id),
        )
    return caller


def refuse_inactive(caller: Caller) -> None:
    """Raises Forbidden where the account or the vendor is switched off."""
    refuse_inactive_account(caller)
    if not caller.vendor_active:
        raise Forbidden(switched_off(caller))


def refuse_inactive_account(caller: Caller) -> None:
    """Raises Forbidden."""
    if not caller.account_active:
        raise Forbidden("This Spark account is not active.")


def switched_off(caller: Caller) -> str:
    return f"The vendor {caller.channel.vendor_name} is not active in Spark: activate it there."
