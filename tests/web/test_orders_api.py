"""Orders in over the API: validated, stored, routed, split; sent again; read back."""

import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from builders import ADDRESS, line, order
from driver import Merchant, text


def test_an_order_reads_back_as_it_was_sent(merchant: Merchant) -> None:
    sent = order(gift=True, gift_message="Für dich 🎁", custom_fields=["a", "", "c"])
    [got] = merchant.take(sent)
    same = ("store", "external_id", "number", "payment_status", "payment_method", "shipping_method", "currency",
            "shipping_amount", "tax_amount", "total", "gift", "gift_message", "custom_fields")  # fmt: skip
    assert {name: got[name] for name in same} == {name: sent[name] for name in same}
    assert datetime.fromisoformat(got["placed_at"]) == datetime.fromisoformat(sent["placed_at"])
    assert (got["status"], got["flags"]) == ("awaiting_shipment", [])
    [part] = got["vendor_orders"]
    [bought] = got["lines"]
    assert (bought["vendor"], bought["vendor_order"], bought["quantity"]) == ("ShipStation", part["id"], 3)
    assert bought["reason"] == "the account's default vendor is ShipStation"
    assert (part["number"], part["status"], part["told"], part["total"]) == (
        sent["number"], "awaiting_shipment", "awaiting_shipment", "37.10")  # fmt: skip


def test_sending_it_again_changes_nothing(merchant: Merchant) -> None:
    sent = order()
    [before] = merchant.take(sent)
    response = merchant.post(sent)
    assert [result["outcome"] for result in response.json()["results"]] == ["unchanged"]
    assert merchant.order(before["id"]) == before


def test_sending_it_changed_updates_it_and_puts_it_into_the_feed(merchant: Merchant) -> None:
    sent = order()
    [before] = merchant.take(sent)
    start = datetime.fromisoformat(before["updated_at"])
    sent["ship_to"] = {**ADDRESS, "address1": "2 Side St"}
    assert merchant.post(sent).json()["results"][0]["outcome"] == "updated"
    after = merchant.order(before["id"])
    assert after["vendor_orders"][0]["id"] == before["vendor_orders"][0]["id"]
    assert after["timeline"][-1]["what"] == "order changed by the shop: ship to"
    served = merchant.shipstation.poll().order(sent["number"])
    assert text(served, "Customer/ShipTo/Address1") == "2 Side St"
    assert datetime.fromisoformat(after["updated_at"]) > start


def test_results_come_in_order_and_the_good_ones_stand(merchant: Merchant) -> None:
    good, bad = order(), order(currency="dollars", lines=[line(quantity=-1), line("l2", unit_price="x")])
    response = merchant.post(good, bad, order())
    assert response.status_code == 200
    results = response.json()["results"]
    assert [result["outcome"] for result in results] == ["created", "refused", "created"]
    assert [result["index"] for result in results] == [0, 1, 2]
    pointers = {reason["pointer"] for reason in results[1]["errors"]}
    assert pointers == {"/currency", "/lines/0/quantity", "/lines/1/unit_price"}
    assert results[1]["number"] == bad["number"]


def test_when_all_are_refused_it_is_a_problem_with_results(merchant: Merchant) -> None:
    response = merchant.post(order(placed_at="2026-03-08T09:59:00"))
    assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json")
    [result] = response.json()["results"]
    assert result["errors"][0]["pointer"] == "/placed_at"
    assert "has no offset" in result["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"{", 400, "not JSON"),
        (b"[]", 400, "must be an order"),
        (b'{"orders": []}', 400, "must be an order"),
        (b'{"orders": [' + b"{}," * 1000 + b"{}]}", 422, "1001 orders are more than the 1000"),
        (b'{"total": NaN}', 400, "NaN is no number"),
        (b"\xff\xfe", 400, "not JSON"),
        (b"[" * 100_000, 400, "not JSON"),
    ],
)
def test_a_body_that_is_no_order_is_a_problem(merchant: Merchant, body: bytes, status: int, words: str) -> None:
    response = merchant.http.post("/api/v1/orders", content=body, auth=merchant.auth)
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    assert words in response.json()["detail"]


def test_reasons_are_said_in_plain_words(merchant: Merchant) -> None:
    bad = order(number=7, gift="perhaps", colour="red", lines=[line(quantity="three")])
    del bad["currency"]
    [result] = merchant.post(bad).json()["results"]
    assert {(reason["pointer"], reason["detail"]) for reason in result["errors"]} == {
        ("/number", "is not a text"),
        ("/gift", "is neither true nor false"),
        ("/colour", "there is no such field"),
        ("/currency", "is missing"),
        ("/lines/0/quantity", "is not a whole number"),
    }


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"total": 0.1}, None),
        ({"total": "1e3"}, "/total"),
        ({"total": "-1.00"}, "/total"),
        ({"colour": "red"}, "/colour"),
        ({"lines": []}, "/lines"),
        ({"lines": [line(), line()]}, ""),
        ({"number": "\ud800"}, "/number"),
        ({"lines": [line(weight={"value": "1", "unit": "stone"})]}, "/lines/0/weight/unit"),
        ({"placed_at": "yesterday"}, "/placed_at"),
        ({"number": "x" * 47}, "/number"),
    ],
)
def test_each_field_is_validated(merchant: Merchant, changes: dict[str, Any], pointer: str | None) -> None:
    [result] = merchant.post(order(**changes)).json()["results"]
    assert [reason["pointer"] for reason in result["errors"]] == ([] if pointer is None else [pointer]), result


def test_control_characters_are_survived(merchant: Merchant) -> None:
    [got] = merchant.take(order(customer_notes="a\x00b\x01c]]>&amp;d"))
    served = merchant.shipstation.poll().order(got["number"])
    assert text(served, "CustomerNotes") == "abc]]>&d"


def test_a_mixed_order_splits_and_the_parts_add_up(merchant: Merchant) -> None:
    west = merchant.add_store("West")
    merchant.put_product("MUG", [{"vendor": "West", "vendor_sku": "W-MUG", "location": "C3"}])
    [got] = merchant.take(
        order(
            lines=[line("l1", quantity=1), line("l2", sku="MUG", name="Mug", quantity=2, unit_price="3.33")],
            discounts=[{"code": "SAVE", "amount": "1.00"}],
            total="22.76",
        )
    )
    parts = {part["vendor"]: part for part in got["vendor_orders"]}
    assert set(parts) == {"ShipStation", "West"}
    assert sum(Decimal(part["total"]) for part in parts.values()) == Decimal("22.76")
    assert sum(Decimal(part["tax_amount"]) for part in parts.values()) == Decimal("2.10")
    assert {entry["sku"]: entry["reason"] for entry in got["lines"]}[
        "MUG"
    ] == "product MUG is shipped by West (priority 1)"
    served = west.poll().order(got["number"])
    assert [text(item, "SKU") for item in served.iterfind("Items/Item")] == ["W-MUG", ""]
    assert text(served, "Items/Item/Location") == "C3"
    assert [text(item, "SKU") for item in merchant.shipstation.poll().order(got["number"]).iterfind("Items/Item")] == [
        "TEE-M", ""]  # fmt: skip


def test_a_line_without_a_vendor_waits_visibly_and_the_others_go(merchant: Merchant) -> None:
    [got] = merchant.take(order(lines=[line("l1"), line("l2", vendor="Nobody")], total="67.10"))
    assert (got["flags"], got["status"]) == (["unrouted"], "awaiting_shipment")
    assert [entry["vendor"] for entry in got["lines"]] == ["ShipStation", None]
    assert got["lines"][1]["reason"] == "the order names the vendor “Nobody”, which does not exist"
    assert len(list(merchant.shipstation.poll().order(got["number"]).iterfind("Items/Item"))) == 1


def test_sending_an_unrouted_order_again_finds_the_vendor_that_came_since(merchant: Merchant) -> None:
    sent = order(lines=[line("l1", vendor="West")])
    merchant.take(sent)
    assert merchant.post(sent).json()["results"][0]["outcome"] == "unchanged"
    west = merchant.add_store("East")
    merchant.rename_unnoticed("East", "West")
    response = merchant.post(sent).json()["results"][0]
    after = merchant.order(response["id"])
    assert (response["outcome"], after["flags"], after["lines"][0]["vendor"]) == ("updated", [], "West")
    said = after["timeline"][-1]["what"]
    assert said.startswith("sent again: a vendor was found for lines that had none: line l1 no vendor → ")
    assert west.poll().numbers == [sent["number"]]


def test_an_order_without_an_address_is_held_back_until_it_has_one(merchant: Merchant) -> None:
    sent = order(ship_to={})
    [got] = merchant.take(sent, order())[:1]
    assert got["flags"] == ["needs_address"]
    assert sent["number"] not in merchant.shipstation.poll().numbers
    sent["ship_to"] = ADDRESS
    assert merchant.take(sent)[0]["flags"] == []
    assert sent["number"] in merchant.shipstation.poll().numbers


def test_an_amount_over_the_limit_is_held_back_and_spoils_no_page(merchant: Merchant) -> None:
    big, good = order(total="99999999.00"), order()
    got = merchant.take(big, good)
    assert got[0]["flags"] == ["needs_amount"]
    assert merchant.shipstation.poll().numbers == [good["number"]]


def test_an_unpaid_order_is_told_as_unpaid_until_it_is_paid(merchant: Merchant) -> None:
    sent = order(payment_status="unpaid")
    assert merchant.take(sent)[0]["status"] == "unpaid"
    assert text(merchant.shipstation.poll().order(sent["number"]), "OrderStatus") == "unpaid"
    assert merchant.take({**sent, "payment_status": "paid"})[0]["status"] == "awaiting_shipment"
    assert text(merchant.shipstation.poll().order(sent["number"]), "OrderStatus") == "awaiting_shipment"


def test_a_second_part_for_a_vendor_gets_a_letter(merchant: Merchant) -> None:
    sent = order()
    [got] = merchant.take(sent)
    merchant.shipstation.notify(b"", content_type=None, order_number=sent["number"], tracking_number="1Z")
    sent["lines"] = [line("l1", quantity=5)]
    [after] = merchant.take(sent)
    assert [(part["number"], part["status"], part["lines"][0]["quantity"]) for part in after["vendor_orders"]] == [
        (sent["number"], "shipped", 3),
        (f"{sent['number']}.B", "awaiting_shipment", 2),
    ]
    assert (after["status"], got["vendor_orders"][0]["id"]) == ("partially_shipped", after["vendor_orders"][0]["id"])


def test_a_line_moved_to_another_vendor_leaves_a_cancelled_part(merchant: Merchant) -> None:
    west = merchant.add_store("West")
    sent = order()
    merchant.take(sent)
    merchant.shipstation.poll()
    [after] = merchant.take({**sent, "lines": [line(vendor="West")]})
    told = {part["vendor"]: (part["status"], part["lines"][0]["quantity"]) for part in after["vendor_orders"]}
    assert told == {"ShipStation": ("cancelled", 0), "West": ("awaiting_shipment", 3)}
    assert after["status"] == "awaiting_shipment"
    cancelled = merchant.shipstation.poll().order(sent["number"])
    assert (text(cancelled, "OrderStatus"), text(cancelled, "Items/Item/Quantity")) == ("cancelled", "3")
    assert text(west.poll().order(sent["number"]), "OrderStatus") == "awaiting_shipment"


def test_a_cancel_gets_through_even_when_the_address_was_spoilt(merchant: Merchant) -> None:
    merchant.add_store("West")
    sent = order()
    merchant.take(sent)
    merchant.shipstation.poll()
    [spoilt] = merchant.take({**sent, "ship_to": {}})
    assert spoilt["flags"] == ["needs_address"]
    assert merchant.shipstation.poll().orders == []
    merchant.take({**sent, "ship_to": {}, "lines": [line(vendor="West")]})
    assert text(merchant.shipstation.poll().order(sent["number"]), "OrderStatus") == "cancelled"


def test_a_number_of_control_characters_is_none(merchant: Merchant) -> None:
    [result] = merchant.post(order(number="\x01\x02")).json()["results"]
    assert [reason["pointer"] for reason in result["errors"]] == ["/number"]


def test_a_line_taken_off_is_no_longer_sent(merchant: Merchant) -> None:
    sent = order(lines=[line("l1"), line("l2", sku="MUG")])
    merchant.take(sent)
    [after] = merchant.take({**sent, "lines": [line("l1")]})
    assert [entry["quantity"] for entry in after["lines"]] == [3, 0]
    served = merchant.shipstation.poll().order(sent["number"])
    assert [text(item, "SKU") for item in served.iterfind("Items/Item")] == ["TEE-M"]


def test_the_same_order_at_once_from_many_is_one_order(merchant: Merchant) -> None:
    sent = order()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: merchant.post(sent), range(8)))
    outcomes = sorted(answer.json()["results"][0]["outcome"] for answer in answers)
    assert outcomes == ["created", *["unchanged"] * 7]
    assert len({answer.json()["results"][0]["id"] for answer in answers}) == 1


def test_the_same_order_twice_in_one_call_counts_in_the_order_given(merchant: Merchant) -> None:
    first = order()
    results = merchant.post(first, {**first, "customer_notes": "later"}).json()["results"]
    assert [result["outcome"] for result in results] == ["created", "updated"]
    assert merchant.order(results[0]["id"])["customer_notes"] == "later"


def test_equal_numbers_beside_a_number_with_a_letter_find_free_ones(merchant: Merchant) -> None:
    merchant.take(order(number="T.B", external_id="t.b"))
    got = merchant.take(*(order(number="T", external_id=f"t{n}", store=f"s{n}") for n in range(7)))
    numbers = sorted(entry["vendor_orders"][0]["number"] for entry in got)
    assert numbers == ["T", "T.C", "T.D", "T.E", "T.F", "T.G", "T.H"]
    [more] = merchant.take(order(number="T", external_id="t8", store="s8"))
    assert more["vendor_orders"][0]["number"] == "T.I"


def test_stores_with_equal_numbers_at_the_same_time_are_all_taken(merchant: Merchant) -> None:
    def send(store: str) -> list[int]:
        return [
            merchant.post(*(order(store=store, external_id=f"{n}-{k}", number=f"E{k}") for k in range(5))).status_code
            for n in range(6)
        ]

    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(send, ["one", "two", "three"]))
    assert answers == [[200] * 6] * 3


@pytest.mark.parametrize("field", ["customer_notes", "gift_message", "placed_at", "total", "currency"])
def test_half_a_surrogate_pair_refuses_its_order_and_no_other(merchant: Merchant, field: str) -> None:
    results = merchant.post(order(), order(**{field: "\ud800"})).json()["results"]
    assert [result["outcome"] for result in results] == ["created", "refused"]
    assert [reason["pointer"] for reason in results[1]["errors"]] == [f"/{field}"]


@pytest.mark.parametrize(
    "path",
    [
        "/orders?number=%00",
        "/orders?store=a%00",
        "/orders?status=%00",
        "/orders?external_id=%00",
        "/products/a%00b",
        "/vendors/%00",
        "/orders/%00",
        "/orders?cursor=" + "W1tb" * 8000,
    ],
)
def test_what_cannot_be_stored_cannot_be_asked_for(merchant: Merchant, path: str) -> None:
    response = merchant.http.get(f"/api/v1{path}", auth=merchant.auth)
    assert response.status_code in {400, 404}
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("credentials", [b"key\x00:x", b"\xff\xfe:x", b"no colon", b"\xc3"])
def test_credentials_that_are_none_get_a_challenge(merchant: Merchant, credentials: bytes) -> None:
    header = {"authorization": "Basic " + base64.b64encode(credentials).decode()}
    assert merchant.http.get("/api/v1/orders", headers=header).status_code == 401
    assert merchant.http.get(merchant.shipstation.url, headers=header).status_code == 401
    assert merchant.http.get("/shipstation/%00?action=export", headers=header).status_code == 404


@pytest.mark.parametrize(("currency", "total"), [("KWD", "31.221"), ("JPY", "33"), ("USD", "31.22"), ("JPY", "31.5")])
def test_the_parts_add_up_on_the_wire_in_every_currency(merchant: Merchant, currency: str, total: str) -> None:
    merchant.add_store("West")
    lines = [line("l1", quantity=1, unit_price="10.55"), line("l2", quantity=1, unit_price="20.67", vendor="West")]
    [got] = merchant.take(order(currency=currency, total=total, lines=lines, tax_amount="1.5", shipping_amount="0"))
    parts = [Decimal(part["total"]) for part in got["vendor_orders"]]
    assert sum(parts) == Decimal(total)
    on_the_wire = sum(part.quantize(Decimal("0.01"), ROUND_HALF_UP) for part in parts)
    assert on_the_wire == Decimal(total).quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_an_amount_written_another_way_is_no_change(merchant: Merchant) -> None:
    sent = order(discounts=[{"code": "A", "amount": "3"}])
    merchant.take(sent)
    again = {
        **sent,
        "total": "37.1",
        "lines": [line(unit_price="10.0")],
        "discounts": [{"code": "A", "amount": "3.00"}],
    }
    assert merchant.post(again).json()["results"][0]["outcome"] == "unchanged"


def test_an_address_of_nothing_visible_is_none(merchant: Merchant) -> None:
    [got] = merchant.take(order(ship_to={**ADDRESS, "address1": "&nbsp;"}, customer={"code": "&nbsp;"}))
    assert got["flags"] == ["needs_address"]


def test_two_stores_with_the_same_number_are_told_apart(merchant: Merchant) -> None:
    got = merchant.take(order(number="55", external_id="a"), order(number="55", external_id="b", store="outlet"))
    assert [entry["vendor_orders"][0]["number"] for entry in got] == ["55", "55.B"]


def test_lists_are_newest_first_and_pages_neither_skip_nor_repeat(merchant: Merchant) -> None:
    numbers = [got["number"] for got in merchant.take(*(order() for _ in range(7)))]
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        answer = merchant.get("/orders", limit="3", **cursor)
        seen += [got["number"] for got in answer["orders"]]
        merchant.take(order())  # newer ones must not move the pages
        if answer["next_cursor"] is None:
            break
        cursor = {"cursor": answer["next_cursor"]}
    assert sorted(seen) == sorted(numbers)


def test_filters_narrow_the_list(merchant: Merchant) -> None:
    unpaid, paid = merchant.take(order(payment_status="unpaid"), order(store="outlet"))

    def found(**query: str) -> list[str]:
        return [got["id"] for got in merchant.get("/orders", **query)["orders"]]

    assert found(status="unpaid") == [unpaid["id"]]
    assert found(store="outlet") == [paid["id"]]
    assert found(number=paid["number"]) == [paid["id"]]
    assert found(store="web", external_id=unpaid["external_id"]) == [unpaid["id"]]
    assert found(updated_after="2100-01-01T00:00:00Z") == []


@pytest.mark.parametrize("query", [{"cursor": "x"}, {"cursor": "W10"}])
def test_a_foreign_cursor_is_refused(merchant: Merchant, query: dict[str, str]) -> None:
    response = merchant.http.get("/api/v1/orders", params=query, auth=merchant.auth)
    assert (response.status_code, "cursor" in response.json()["detail"]) == (400, True)


def test_an_order_of_another_account_does_not_exist(merchant: Merchant, make_merchant: Any) -> None:
    [got] = merchant.take(order())
    other = make_merchant()
    response = other.http.get(f"/api/v1/orders/{got['id']}", auth=other.auth)
    assert response.status_code == 404
    assert other.get("/orders")["orders"] == []


@pytest.mark.parametrize("auth", [None, ("key-x", "y")])
def test_a_wrong_key_gets_a_challenge(merchant: Merchant, auth: tuple[str, str] | None) -> None:
    response = merchant.http.get("/api/v1/orders", auth=auth)
    assert (response.status_code, response.headers["content-type"]) == (401, "application/problem+json")
    assert response.headers["www-authenticate"].startswith("Basic ")


@pytest.mark.parametrize(
    "changes", [{"store": " "}, {"external_id": "\t"}, {"lines": [line(" ")]}, {"number": " \u0001 "}]
)
def test_blanks_are_no_name(merchant: Merchant, changes: dict[str, Any]) -> None:
    [result] = merchant.post(order(**changes)).json()["results"]
    assert [reason["detail"] for reason in result["errors"]] == ["must not be empty"]
