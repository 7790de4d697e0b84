"""What is known of a vendor order's face by its digest, and that news from the vendor itself is not sent back to it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text as sql

from builders import ADDRESS, line, notice, order
from driver import Merchant
from spark_shipstation.rules.presentation import PLAIN
from spark_shipstation.rules.status import Status
from spark_shipstation.services import faces
from spark_shipstation.services.actor import Actor
from spark_shipstation.services.restating import restate
from spark_shipstation.store.orders import planning
from spark_shipstation.store.orders.faces import Face
from spark_shipstation.store.orders.faces import face_of as of_order_read
from spark_shipstation.store.orders.faces import faces as read_faces
from spark_shipstation.store.orders.reading import find_order


def part_id(taken: dict[str, Any]) -> UUID:
    return UUID(taken["vendor_orders"][0]["id"])


def face_of(merchant: Merchant, taken: dict[str, Any]) -> Face:
    with merchant.sessions.begin() as session:
        return read_faces(session, merchant.account_id, [part_id(taken)])[part_id(taken)]


def digest_kept(merchant: Merchant, taken: dict[str, Any]) -> bytes:
    with merchant.sessions.begin() as session:
        kept = session.execute(sql("SELECT face_digest FROM vendor_orders WHERE id = :id"), {"id": part_id(taken)})
        return bytes(kept.scalar_one())


def keep_digest(merchant: Merchant, taken: dict[str, Any], digest: bytes) -> None:
    with merchant.sessions.begin() as session:
        facts = {"id": part_id(taken), "digest": digest}
        session.execute(sql("UPDATE vendor_orders SET face_digest = :digest WHERE id = :id"), facts)


def changes(merchant: Merchant, taken: dict[str, Any]) -> int:
    with merchant.sessions.begin() as session:
        found = session.execute(sql("SELECT count(*) FROM changes WHERE vendor_order_id = :id"), {"id": part_id(taken)})
        return int(found.scalar_one())


def restated(merchant: Merchant, taken: dict[str, Any]) -> None:
    with merchant.sessions.begin() as session:
        orders = planning.lock_orders(session, merchant.account_id, [UUID(taken["id"])])
        restate(session, orders, Actor(merchant.account_id, "a test"), "looked at", now=datetime.now(UTC))


def stated(face: Face, status: str) -> Face:
    return replace(face, head=face.head._replace(status=status))


def in_its_first_form(face: Face) -> bytes:
    """The digest of the document with the status in it."""
    return faces._content_digest(face, PLAIN, face.head.status)


NOT_CANCELLED = [status for status in Status if status != Status.CANCELLED]


@pytest.mark.parametrize("before", NOT_CANCELLED)
def test_a_digest_with_another_status_is_that_of_the_face_with_it(merchant: Merchant, before: Status) -> None:
    [taken] = merchant.take(order(gift=True, discounts=[{"code": "SUMMER10", "amount": "3.00"}], total="34.10"))
    face = face_of(merchant, taken)
    digest = faces.digest_of(stated(face, before), PLAIN)
    for after in NOT_CANCELLED:
        assert faces.with_status(digest, before, after) == faces.digest_of(stated(face, after), PLAIN)
    assert len({faces.digest_of(stated(face, status), PLAIN) for status in Status}) == len(Status)


def test_where_only_the_face_can_tell_no_digest_is_made_up(merchant: Merchant) -> None:
    [taken] = merchant.take(order())
    digest, old = digest_kept(merchant, taken), in_its_first_form(face_of(merchant, taken))
    assert digest == faces.digest_of(face_of(merchant, taken), PLAIN)
    assert faces.with_status(digest, Status.CANCELLED, Status.SHIPPED) is None
    assert faces.with_status(digest, Status.SHIPPED, Status.CANCELLED) is None
    assert faces.with_status(b"", Status.ON_HOLD, Status.SHIPPED) is None
    assert faces.with_status(old, Status.AWAITING_SHIPMENT, Status.SHIPPED) is None


@pytest.mark.parametrize("first_form", [True, False], ids=["of the first form", "of today's form"])
def test_a_digest_tells_what_changed_whatever_its_form(merchant: Merchant, first_form: bool) -> None:
    [taken] = merchant.take(order())
    if first_form:
        keep_digest(merchant, taken, in_its_first_form(face_of(merchant, taken)))
    restated(merchant, taken)
    assert changes(merchant, taken) == 1
    assert digest_kept(merchant, taken) == faces.digest_of(face_of(merchant, taken), PLAIN)
    if first_form:
        keep_digest(merchant, taken, in_its_first_form(face_of(merchant, taken)))
    merchant.done(f"/orders/{taken['id']}/hold")
    assert changes(merchant, taken) == 2


@pytest.mark.parametrize("first_form", [True, False], ids=["of the first form", "of today's form"])
@pytest.mark.parametrize("units", [1, 3])
def test_after_a_package_the_face_is_known_as_it_is(merchant: Merchant, first_form: bool, units: int) -> None:
    """ShipStation is not sent its own news, and hears of what is changed elsewhere afterwards."""
    [taken] = merchant.take(order())
    if first_form:
        keep_digest(merchant, taken, in_its_first_form(face_of(merchant, taken)))
    line = taken["vendor_orders"][0]["lines"][0]["id"]
    assert merchant.shipstation.notify(notice(part_id(taken).hex, {line: units})).status_code == 200
    assert digest_kept(merchant, taken) == faces.digest_of(face_of(merchant, taken), PLAIN)
    restated(merchant, taken)
    assert changes(merchant, taken) == 1
    shipment = merchant.order(taken["id"])["shipments"][0]["id"]
    merchant.done(f"/shipments/{shipment}/void", reason="never left")
    assert changes(merchant, taken) == 2


def test_what_may_not_be_shown_any_more_is_held_back_whatever_the_form_of_its_digest(merchant: Merchant) -> None:
    document = order()
    [taken] = merchant.take(document)
    keep_digest(merchant, taken, in_its_first_form(face_of(merchant, taken)))
    [after] = merchant.take({**document, "ship_to": {**ADDRESS, "address1": ""}})
    assert after["vendor_orders"][0]["flags"] == ["needs_address"]
    assert digest_kept(merchant, taken) == b""
    merchant.take(document)
    assert changes(merchant, taken) == 2


def test_a_part_that_comes_free_with_anothers_package_goes_out(merchant: Merchant) -> None:
    """It was held back, and what held it has gone meanwhile: nobody else would look at it again."""
    east = merchant.add_store("East")
    document = order()
    merchant.take(document)
    merchant.http.patch("/api/v1/stores/web", json={"when_unrouted": "wait"}, auth=merchant.auth)
    document["lines"] = [line(), line("l2", vendor="East"), line("l3", vendor="nobody we know")]
    [taken] = merchant.take(document)
    own, others = taken["vendor_orders"]
    assert (own["flags"], others["flags"], east.poll().numbers) == ([], ["needs_routing"], [])
    before = changes(merchant, taken)
    with merchant.sessions.begin() as session:  # as while the store's many orders are released, some at a time
        released = sql("UPDATE stores SET unrouted_waits = false WHERE account_id = :id")
        session.execute(released, {"id": merchant.account_id})
    assert merchant.shipstation.notify(notice(own["id"], {own["lines"][0]["id"]: 3})).status_code == 200
    assert merchant.order(taken["id"])["vendor_orders"][1]["flags"] == []
    assert east.poll().numbers == [taken["number"]]
    assert changes(merchant, taken) == before


def test_an_order_that_was_read_whole_has_the_faces_that_are_asked_for(merchant: Merchant) -> None:
    merchant.add_store("East")
    lines = [line(quantity=5, weight={"value": "6", "unit": "oz"}), line("l2", vendor="East"), line("l3")]
    [taken] = merchant.take(order(lines=lines, discounts=[{"code": "X", "amount": "3.00"}], gift=True))
    merchant.done(f"/orders/{taken['id']}/cancel", lines=[{"line": taken["lines"][0]["id"], "quantity": 2}])
    with merchant.sessions.begin() as session:
        found = find_order(session, merchant.account_id, UUID(taken["id"]))
        assert found is not None
        asked = read_faces(session, merchant.account_id, [part.id for part in found.vendor_orders])
        assert {part.id: of_order_read(found, part) for part in found.vendor_orders} == asked
        assert len(asked) == 2
        assert any(own.cancelled for face in asked.values() for own in face.lines)
