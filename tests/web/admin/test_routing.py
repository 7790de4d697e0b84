"""Routing at the pages: the rules one by one and as a file, where an order would go, and routing again."""

from typing import Any

import pytest

from builders import line, order
from driver import Merchant
from visitor import Seen, Visitor

NAMES = ("One", "Two", "Three")


@pytest.fixture
def three(merchant: Merchant) -> list[str]:
    merchant.put_rules(*[{"name": name, "sku": name.upper(), "vendor": "ShipStation"} for name in NAMES])
    return list(NAMES)


def names(merchant: Merchant) -> list[str]:
    return [rule["name"] for rule in merchant.rules()]


def alert(page: Seen) -> str:
    return " ".join(page.texts("//*[@role='alert']"))


def seen(page: Seen) -> str:
    return str(page.all("//input[@name='seen']/@value")[0])


# The rules.


def test_without_a_rule_the_page_says_what_to_do_next(admin: Visitor, reader: Visitor) -> None:
    page = admin.get("/routing")
    assert "There is no rule yet" in page.words
    assert {"/routing/rules/new", "/routing/file", "/routing/try"} <= set(page.all("//main//a/@href"))
    assert "/routing/rules/new" not in reader.get("/routing").all("//main//a/@href")


def test_rules_stand_in_their_order_with_what_they_match(merchant: Merchant, admin: Visitor) -> None:
    merchant.add_store("East")
    merchant.put_rules(
        {"name": "Europe", "countries": ["DE", "AT"], "brand": "Acme", "vendor": "East"},
        {"sku_pattern": "GIFT*", "exclude": True},
    )
    merchant.set_vendor("East", active=False)
    rows = [row.removesuffix(" Up rule 1Down rule 1") for row in admin.get("/routing").texts("//tbody/tr")]
    assert rows[0].startswith("1. Europe brand Acme, and ship-to country DE or AT East switched off: passed over")
    assert rows[1].startswith("2. without a name SKU pattern GIFT* nobody")


def test_a_rule_is_added_where_it_is_to_stand(merchant: Merchant, admin: Visitor, three: list[str]) -> None:
    merchant.add_store("East")
    assert admin.get("/routing/rules/new").value("place") == "4"
    page = admin.fill(
        "/routing/rules/new", name="New", sku_pattern="A*", countries="de, Austria;", place="2",
        vendor=merchant.get("/vendors/East")["id"],
    )  # fmt: skip
    assert (page.status, page.path, "Saved rule 2." in page.words) == (200, "/routing", True)
    assert names(merchant) == ["One", "New", "Two", "Three"]
    assert merchant.rules()[1] == {
        "name": "New", "sku": "", "sku_pattern": "A*", "brand": "", "tag": "", "countries": ["DE", "AT"],
        "vendor": "East", "exclude": False,
    }  # fmt: skip


def test_a_rule_is_changed_and_moved_at_once(merchant: Merchant, admin: Visitor, three: list[str]) -> None:
    page = admin.get("/routing/rules/3")
    assert (page.value("sku"), page.value("place")) == ("THREE", "3")
    admin.fill("/routing/rules/3", name="First", vendor="nobody", place="1")
    assert names(merchant) == ["First", "One", "Two"]
    assert merchant.rules()[0]["exclude"] is True
    assert admin.get("/routing/rules/1").all("//option[@selected]/@value") == ["nobody"]


def test_a_rule_that_is_sent_back_as_it_stands_changes_nothing(merchant: Merchant, admin: Visitor) -> None:
    merchant.put_rules({"name": "x", "sku": "A", "sku_pattern": "A*", "brand": "B", "tag": "t",
                        "countries": ["DE", "AT"], "vendor": "ShipStation"})  # fmt: skip
    before = merchant.rules()
    admin.get("/routing/rules/1")
    assert "Saved rule 1." in admin.fill("/routing/rules/1").words
    assert merchant.rules() == before


@pytest.mark.parametrize(
    ("place", "to", "order_"),
    [
        (1, 2, ["Two", "One", "Three"]),
        (3, 2, ["One", "Three", "Two"]),
        (1, 99, ["Two", "Three", "One"]),
        (3, 0, ["Three", "One", "Two"]),
    ],
)
def test_a_rule_is_moved(
    merchant: Merchant, admin: Visitor, three: list[str], place: int, to: int, order_: list[str]
) -> None:
    page = admin.get("/routing")
    admin.post(f"/routing/rules/{place}/move", seen=seen(page), to=str(to))
    assert names(merchant) == order_


def test_the_buttons_move_by_one_and_end_at_the_ends(merchant: Merchant, admin: Visitor, three: list[str]) -> None:
    page = admin.get("/routing")
    assert page.texts("//button[@disabled]") == ["Up rule 1", "Down rule 3"]
    down = page.all("//form[.//button[starts-with(., 'Down rule 1') or contains(., 'rule 1')]]")[1]
    admin.post(down.action, **{name: value or "" for name, value in down.form_values()})
    assert names(merchant) == ["Two", "One", "Three"]


def test_a_rule_is_deleted_from_its_own_page(merchant: Merchant, admin: Visitor, three: list[str]) -> None:
    admin.get("/routing/rules/2")
    assert "Rule 2 is gone." in admin.fill("/routing/rules/2/delete").words
    assert names(merchant) == ["One", "Three"]


@pytest.mark.parametrize(("path", "more"), [("", {}), ("/move", {"to": "3"}), ("/delete", {})])
def test_a_change_of_a_list_that_is_no_longer_so_does_nothing(
    merchant: Merchant, admin: Visitor, three: list[str], path: str, more: dict[str, str]
) -> None:
    page = admin.get("/routing/rules/1")
    fields = {"name": "Mine", "sku": "ONE", "vendor": merchant.shipstation.vendor.id, "place": "1", **more}
    merchant.put_rules({"name": "Theirs", "sku": "A", "exclude": True}, {"name": "Two", "sku": "B", "exclude": True})
    refused = admin.post(f"/routing/rules/1{path}", seen=seen(page), **fields)
    assert (refused.status, "Somebody changed the rules meanwhile" in alert(refused)) == (409, True)
    assert refused.texts("//tbody//th") == ["1. Theirs", "2. Two"]
    assert names(merchant) == ["Theirs", "Two"]


def test_what_is_wrong_with_a_rule_is_told_at_its_field(merchant: Merchant, admin: Visitor, three: list[str]) -> None:
    admin.get("/routing/rules/2")
    page = admin.fill("/routing/rules/2", name="Wrong", countries="Atlantis", vendor="", tag="a;b")
    assert page.status == 422
    told = [words.partition(":")[0] for words in page.texts("//*[@role='alert']//li")]
    assert told == ["Tag", "Countries", "Vendor"]
    assert page.value("name") == "Wrong"
    page = admin.fill("/routing/rules/2", tag="", countries="", sku="", vendor="nobody")
    assert "say what it matches" in alert(page)
    assert names(merchant) == three
    assert "Saved rule 2." in admin.fill("/routing/rules/2", brand="Acme").words


@pytest.mark.parametrize("path", ["0", "4", "x", "-1", "99999999999"])
def test_a_rule_that_is_not_there_is_not_found(admin: Visitor, three: list[str], path: str) -> None:
    assert admin.get(f"/routing/rules/{path}").status == 404
    page = admin.get("/routing")
    assert admin.post(f"/routing/rules/{path}/delete", seen=seen(page)).status in {400, 404}


def test_there_are_no_more_rules_than_can_be(
    merchant: Merchant, admin: Visitor, three: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("spark_shipstation.services.rule_edits.MOST_RULES", 3)
    admin.get("/routing/rules/new")
    page = admin.fill("/routing/rules/new", sku="A", vendor="nobody")
    assert (page.status, "there are 3 rules already" in alert(page)) == (422, True)


def test_a_new_rule_counts_for_what_waits(merchant: Merchant, admin: Visitor) -> None:
    merchant.set_vendor(active=False)
    [got] = merchant.take(order())
    assert "1 order has a line that waits for a vendor." in admin.get("/routing").words
    merchant.add_store("East")
    admin.get("/routing/rules/new")
    admin.fill("/routing/rules/new", sku="TEE-M", vendor=merchant.get("/vendors/East")["id"])
    assert merchant.order(got["id"])["lines"][0]["vendor"] == "East"
    assert "No line waits for a vendor." in admin.get("/routing").words


def test_who_may_only_look_sees_rules_and_no_form(reader: Visitor, three: list[str]) -> None:
    for path in ("/routing/rules/1", "/routing/rules/new"):
        assert reader.get(path).status == 403
    for path in ("/routing", "/routing/file", "/routing/again"):
        assert reader.get(path).all("//main//form[@method='post']") == [], path
    assert "SKU TWO" in reader.get("/routing").words


def test_another_accounts_rules_are_not_there(admin: Visitor, make_merchant: Any) -> None:
    make_merchant().put_rules({"name": "SECRET", "sku": "A", "exclude": True})
    assert "SECRET" not in admin.get("/routing").words + admin.get("/routing/routing-rules.csv").response.text


# A file.


def test_a_file_of_rules_is_fetched_and_replaces_all(merchant: Merchant, admin: Visitor, three: list[str]) -> None:
    fetched = admin.http.get("/routing/routing-rules.csv").content
    admin.get("/routing/file")
    page = admin.send("/routing/file", fetched.replace(b"Two,TWO", b"Zwei,TWO"))
    assert (page.path, "It is the whole list now: 3 rules." in page.words) == ("/routing", True)
    assert names(merchant) == ["One", "Zwei", "Three"]


def test_a_wrong_file_of_rules_tells_every_row_and_changes_none(
    merchant: Merchant, admin: Visitor, three: list[str]
) -> None:
    admin.get("/routing/file")
    page = admin.send("/routing/file", b"sku,countries,vendor,exclude\nA,,ShipStation,\nB,XX,,perhaps\n,,,yes\n")
    assert page.status == 422
    told = [words.partition(":")[0] for words in page.texts("//*[@role='alert']//li")]
    assert told == ["Line 3, countries", "Line 3, exclude", "Line 4"]
    assert "the old ones stand" in alert(page)
    for content, status in ((b"", 422), (b"colour\nred\n", 400), (b"sku\n\xff", 400)):
        assert admin.send("/routing/file", content).status == status
    assert names(merchant) == three


# Where would it go?


def cells(page: Seen, rows: str) -> list[list[str]]:
    return [[" ".join(cell.text_content().split()) for cell in row] for row in page.all(rows)]


def tried(visitor: Visitor, **query: str) -> list[list[str]]:
    return cells(visitor.get("/routing/try", **query), "//*[@role='status']//tbody/tr")


def test_an_order_that_is_tried_says_who_gets_which_line_and_why(merchant: Merchant, admin: Visitor) -> None:
    merchant.add_store("East")
    merchant.put_product("MUG", [{"vendor": "East", "vendor_sku": "E-MUG", "location": "A1"}])
    merchant.put_rules({"name": "Cards", "sku": "GIFT", "exclude": True},
                       {"countries": ["DE"], "vendor": "East"})  # fmt: skip
    asked = {"sku-0": "MUG", "quantity-0": "2", "sku-1": "GIFT", "sku-3": "TEE", "vendor-3": ""}
    assert tried(admin, country="US", **asked) == [
        ["MUG", "2", "East", "product MUG is shipped by East (priority 1)"],
        ["GIFT", "1", "nobody", "rule 1 “Cards” (SKU GIFT) says that nobody ships it"],
        ["TEE", "1", "ShipStation", "the account's default vendor is ShipStation"],
    ]
    page = admin.get("/routing/try", country="Germany", **asked)
    assert "rule 2 (ship-to country DE) sends it to East" in page.words
    assert page.texts("//li[@class='tile']//li") == ["2 × E-MUG, bin A1", "1 × TEE"]
    assert page.all("//input[@name='sku-2']/@value") == ["TEE"]
    assert merchant.get("/orders")["orders"] == []


def test_the_vendor_that_an_order_names_counts(merchant: Merchant, admin: Visitor) -> None:
    merchant.add_store("East")
    east = merchant.get("/vendors/East")["id"]
    assert tried(admin, **{"sku-0": "A", "vendor-0": east}) == [["A", "1", "East", "the order names the vendor East"]]


def test_what_would_wait_says_what_the_rest_does(merchant: Merchant, admin: Visitor) -> None:
    merchant.set_vendor(active=False)
    merchant.take(order())
    assert "The other lines would go out" in admin.get("/routing/try", **{"sku-0": "A"}).words
    patched = merchant.http.patch("/api/v1/stores/web", json={"when_unrouted": "wait"}, auth=merchant.auth)
    assert patched.status_code == 200
    page = admin.get("/routing/try", **{"sku-0": "A", "store": "web"})
    assert "The whole order would wait until each line has a vendor" in page.words


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"quantity-0": "many"}, "quantity-0"),
        ({"quantity-0": "100000"}, "quantity-0"),
        ({"country": "Atlantis"}, "country"),
    ],
)
def test_an_order_that_cannot_be_is_refused_in_words(admin: Visitor, query: dict[str, str], field: str) -> None:
    page = admin.get("/routing/try", **({"sku-0": "A"} | query))
    assert page.status == 422
    assert page.all("//*[@aria-invalid]/@name") == [field]
    assert len(page.texts("//*[@role='alert']//li")) == 1


def test_without_a_line_there_is_nothing_to_say(admin: Visitor, reader: Visitor) -> None:
    assert admin.get("/routing/try").all("//*[@role='status']") == []
    assert len(tried(reader, **{"sku-0": "A"})) == 1


# Routing again.


def test_what_would_move_is_shown_and_moves_only_when_it_is_asked_for(merchant: Merchant, admin: Visitor) -> None:
    merchant.add_store("East")
    [moving] = merchant.take(order(lines=[line(sku="LAMP")]))
    [staying] = merchant.take(order())
    merchant.put_product("LAMP", [{"vendor": "East"}])
    page = admin.get("/routing/again", which="open")
    assert "2 orders were looked at, the oldest first; 1 would change:" in page.words
    moves = "3 × LAMP from ShipStation to East product LAMP is shipped by East (priority 1)"
    assert cells(page, "//section[1]//tbody/tr") == [[moving["number"], moves]]
    assert merchant.order(moving["id"]) == moving
    done = admin.fill("/routing/again", reason="a better price")
    assert "2 orders looked at, 1 changed." in done.words
    after = merchant.order(moving["id"])
    assert after["lines"][0]["vendor"] == "East"
    assert after["timeline"][-1]["who"] == f"user {admin.email}" or "a better price" in str(after["timeline"])
    assert merchant.order(staying["id"]) == staying
    assert "each line stays where it is" in admin.get("/routing/again", which="open").words


def test_only_orders_with_the_sku_are_looked_at(merchant: Merchant, admin: Visitor) -> None:
    merchant.take(order(lines=[line(sku="LAMP")]), order())
    assert "1 order was looked at" in admin.get("/routing/again", which="open", sku="LAMP").words
    assert "There is nothing to do." in admin.get("/routing/again", which="open", sku="NONE").words


def test_the_queue_says_what_waits_and_why(merchant: Merchant, admin: Visitor) -> None:
    assert "No order waits for a vendor. There is nothing to do." in admin.get("/routing/again").words
    merchant.take(order(lines=[line(vendor="North", quantity=4)]))
    page = admin.get("/routing/again")
    assert "1 order was looked at, and each line stays where it is" in page.words
    [row] = cells(page, "//section[@aria-labelledby='waits-title']//tbody/tr")
    reason = "the order names the vendor “North”, which does not exist"
    way = "Add a vendor named “North”, or rename one to that, and it is routed; or have the shop send another vendor."
    assert row[:4] == ["TEE-M", f"{reason} {way}", "1", "4"]


def test_what_helps_those_that_wait_is_said_by_the_reasons(merchant: Merchant, admin: Visitor) -> None:
    catalog, named = "Give the SKUs below a vendor", "Where the order names the vendor, only what stands below helps."
    merchant.take(order(lines=[line(vendor="North")]))
    words = admin.get("/routing/again").words
    assert (catalog in words, named in words) == (False, True)
    merchant.set_vendor(active=False)
    merchant.take(order())
    words = admin.get("/routing/again").words
    assert (catalog in words, named in words) == (True, True)


def test_more_than_fit_into_one_go_come_after(
    merchant: Merchant, admin: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    merchant.add_store("East")
    ids = [got["id"] for got in merchant.take(*[order(lines=[line(sku="LAMP")]) for _ in range(5)])]
    merchant.put_product("LAMP", [{"vendor": "East"}])
    monkeypatch.setattr("spark_shipstation.web.admin.catalog.rerouting.MOST_AT_ONCE", 2)
    admin.get("/routing/again", which="open")
    for changed in (2, 2, 1):
        assert (
            f"{changed} order{'s' if changed > 1 else ''} looked at, {changed} changed."
            in admin.fill("/routing/again").words
        )
    assert {merchant.order(id_)["lines"][0]["vendor"] for id_ in ids} == {"East"}


@pytest.mark.parametrize("query", [{"which": "all"}, {"cursor": "nonsense"}])
def test_what_is_no_choice_is_refused(admin: Visitor, query: dict[str, str]) -> None:
    assert admin.get("/routing/again", **query).status == 400
    assert admin.post("/routing/again", **{"which": "open", **query}).status in {400, 403}
