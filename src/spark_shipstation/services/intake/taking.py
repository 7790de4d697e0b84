"""Taking orders in, up to a thousand in one transaction: the steps, and what each order came to."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from ...rules.address import country_code
from ...rules.shopstatus import meaning_of
from ...rules.status import Flag
from ...store import accounts, bulk, journal
from ...store.base import new_id
from ...store.orders import Order, planning
from ...store.orders.planning import Key
from ...store.orders.shopstatus import words_of_stores
from ..actor import Actor
from ..forms import OrderIn
from ..life.cancelling import REFUNDED, cancel_open
from ..life.said import cancel_said, ship_said
from ..outcomes import Outcome
from ..restating import restate
from .differences import Standing, difference, standings
from .lines import keep_lines
from .splitting import split_orders


@dataclass(frozen=True, slots=True)
class Result:
    """Of one order, in the order they were given."""

    id: UUID
    number: str
    outcome: Outcome


@dataclass(slots=True)
class Intake:
    """One order on its way in. `what` and `before`, the columns that an update replaces, are for the timeline."""

    form: OrderIn
    digest: bytes
    order: Order
    outcome: Outcome
    what: str = ""
    before: dict[str, Any] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        return self.outcome is not Outcome.UNCHANGED

    @property
    def waits_for_a_vendor(self) -> bool:
        """Vendors may have come since, so sending the order again is worth another look."""
        return Flag.UNROUTED in self.order.flags

    @property
    def goes_elsewhere(self) -> bool:
        """To another country than before."""
        old = self.before.get("ship_to")
        return old is not None and country_code(old.get("country", "")) != country_code(self.form.ship_to.country)


def take_orders(session: Session, forms: Sequence[OrderIn], actor: Actor, *, now: datetime) -> list[Result]:
    """Create, update or leave alone each order; the same order twice in one call counts in the order given."""
    results: list[Result | None] = [None] * len(forms)
    waiting = list(enumerate(forms))
    while waiting:
        turn: dict[tuple[str, str], tuple[int, OrderIn]] = {}
        later = []
        for place, form in waiting:
            key = (form.store, form.external_id)
            if key in turn:
                later.append((place, form))
            else:
                turn[key] = (place, form)
        taken = _take_distinct(session, [form for _, form in turn.values()], actor, now)
        for (place, _), result in zip(turn.values(), taken, strict=True):
            results[place] = result
        waiting = later
    return [result for result in results if result is not None]


def _take_distinct(session: Session, forms: Sequence[OrderIn], actor: Actor, now: datetime) -> list[Result]:
    intakes = _keep_orders(session, forms, actor, now)
    known = [i.order for i in intakes if i.outcome is Outcome.UPDATED or (not i.changed and i.waits_for_a_vendor)]
    was = standings(session, actor.account_id, known)
    moved = {intake.order.id for intake in intakes if intake.goes_elsewhere}
    taken = [(i.order, i.form) for i in intakes if i.changed or i.waits_for_a_vendor]
    routed = keep_lines(session, taken, actor, moved)
    for intake in intakes:
        if not intake.changed and intake.order.id in routed:
            intake.outcome, intake.what = Outcome.UPDATED, "sent again: a vendor was found for lines that had none"
    changed = [intake for intake in intakes if intake.changed]
    split_orders(session, [intake.order for intake in changed], actor, now=now)
    refunded = [intake.order for intake in changed if intake.order.payment_status == REFUNDED]
    cancelled = cancel_open(session, refunded, actor, REFUNDED, now=now)  # who got the money back gets nothing more
    cancelled += cancel_said(session, [intake.order for intake in changed], actor, now=now)
    for outcome, what in ((Outcome.CREATED, "order received"), (Outcome.UPDATED, "order changed by the shop")):
        restate(session, [i.order for i in changed if i.outcome is outcome], actor, what, now=now)
    _write_timeline(session, changed, was, cancelled, actor, now)
    ship_said(session, [intake.order for intake in changed], actor, now=now)
    return [Result(intake.order.id, intake.order.number, intake.outcome) for intake in intakes]


def _keep_orders(session: Session, forms: Sequence[OrderIn], actor: Actor, now: datetime) -> list[Intake]:
    """The orders' own rows, locked. New ones are inserted past anyone who inserts the same at the same time."""
    stores = accounts.stores_by_code(session, actor.account_id, {(form.store, form.currency) for form in forms})
    by_key: dict[Key, OrderIn] = {(stores[form.store], form.external_id): form for form in forms}
    meanings = _meanings(session, by_key, actor)
    digests = {key: _digest(form) for key, form in by_key.items()}
    known = planning.lock_orders_by_key(session, actor.account_id, list(by_key))
    new = sorted(by_key.keys() - known.keys())
    made = _insert_orders(session, {key: by_key[key] for key in new}, digests, meanings, actor, now)
    if elsewhere := [key for key in new if key not in made]:
        known |= planning.lock_orders_by_key(session, actor.account_id, elsewhere)
    known |= made
    return [_intake(form, digests[key], meanings[key], known[key], is_new=key in made) for key, form in by_key.items()]


def _meanings(session: Session, by_key: Mapping[Key, OrderIn], actor: Actor) -> dict[Key, str]:
    """What the shops' own statuses mean. Nothing is asked where no shop says any."""
    stores = {store_id for (store_id, _), form in by_key.items() if form.status}
    words = words_of_stores(session, actor.account_id, stores) if stores else {}
    return {key: meaning_of(form.status, words.get(key[0], {})) for key, form in by_key.items()}


def _intake(form: OrderIn, digest: bytes, meaning: str, order: Order, *, is_new: bool) -> Intake:
    if is_new:
        return Intake(form, digest, order, Outcome.CREATED, "order received")
    if (order.content_digest, order.meaning) == (digest, meaning):
        return Intake(form, digest, order, Outcome.UNCHANGED)
    before = _update(order, form, digest, meaning)
    return Intake(form, digest, order, Outcome.UPDATED, "order changed by the shop", before)


def _insert_orders(
    session: Session,
    forms: dict[Key, OrderIn],
    digests: dict[Key, bytes],
    meanings: dict[Key, str],
    actor: Actor,
    now: datetime,
) -> dict[Key, Order]:
    """The orders made, which nobody else can see yet. One that came in elsewhere meanwhile is not among them."""
    rows: list[dict[str, Any]] = [
        {
            "account_id": actor.account_id,
            "id": new_id(),
            "store_id": key[0],
            "external_id": key[1],
            "content_digest": digests[key],
            "status": "",
            "flags": [],
            "held": False,
            "created_at": now,
            "updated_at": now,
            **_facts(form, meanings[key]),
        }
        for key, form in forms.items()
    ]
    made = bulk.insert_new_rows(session, Order, rows, ("account_id", "store_id", "external_id"))
    orders = [bulk.as_read(session, Order(**row)) for row in rows if row["id"] in made]
    return {(order.store_id, order.external_id): order for order in orders}


def _update(order: Order, form: OrderIn, digest: bytes, meaning: str) -> dict[str, Any]:
    """Set what differs; answers the old values."""
    before = {}
    for name, value in _facts(form, meaning).items():
        old = getattr(order, name)
        if old != value:
            before[name] = old
            setattr(order, name, value)
    order.content_digest = digest
    return before


def _facts(form: OrderIn, meaning: str) -> dict[str, Any]:
    """The order's columns, from the form; `meaning` is that of its status."""
    plain = form.model_dump(
        mode="json", include={"customer", "bill_to", "ship_to", "discounts", "package"}, exclude_none=True
    )
    plain.setdefault("package", None)
    names = (
        "number", "placed_at", "payment_status", "payment_method", "shipping_method", "currency", "shipping_amount",
        "tax_amount", "total", "gift", "gift_message", "customer_notes", "custom_fields", "source",
        "requested_warehouse",
    )  # fmt: skip
    notes = {
        "internal_notes": form.unmarked_notes,
        "marked_notes": [note.model_dump() for note in form.marked_notes],
    }
    said = {"shop_status": form.status, "meaning": meaning}
    return plain | notes | said | {name: getattr(form, name) for name in names}


def _digest(form: OrderIn) -> bytes:
    return hashlib.blake2b(form.model_dump_json().encode(), digest_size=16).digest()


def _write_timeline(
    session: Session,
    intakes: Sequence[Intake],
    was: Mapping[UUID, Standing],
    cancelled: Sequence[journal.NewEvent],
    actor: Actor,
    now: datetime,
) -> None:
    """What came in, and what each update changed. An update that changed nothing after all is none."""
    is_now = standings(session, actor.account_id, [i.order for i in intakes if i.order.id in was])
    events = []
    for intake in intakes:
        order_id = intake.order.id
        if order_id not in was:
            events.append(journal.NewEvent(order_id, intake.what))
            continue
        by = {name: getattr(intake.order, name) for name in intake.before}
        found = difference(was[order_id], is_now[order_id], intake.before, by)
        if found:
            events.append(journal.NewEvent(order_id, ": ".join(filter(None, (intake.what, found.told))), found.facts()))
        else:
            intake.outcome = Outcome.UNCHANGED
    events += cancelled
    journal.append_events(session, actor.account_id, events, now=now, who=actor.who, request_id=actor.request_id)
