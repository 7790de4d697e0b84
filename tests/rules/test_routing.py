"""Which vendor ships a line, and what the merchant is told about it."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spark_shipstation.rules.matching import Rule, Traits, pattern_matcher
from spark_shipstation.rules.routing import Catalog, Decision, Offer, Product, Vendor, named_way_out, route

NORTH = Vendor(UUID(int=1), "North", active=True)
SOUTH = Vendor(UUID(int=2), "South", active=True)
CLOSED = Vendor(UUID(int=3), "Closed", active=False)


def catalog(*offers: Offer, default: Vendor | None = None) -> Catalog:
    vendors = {vendor.id: vendor for vendor in (NORTH, SOUTH, CLOSED)}
    return Catalog(vendors, {"TEE": Product(offers=offers)} if offers else {}, default.id if default else None)


def offer(vendor: Vendor, priority: int = 1, sku: str = "", location: str = "") -> Offer:
    return Offer(vendor.id, priority, sku, location)


# The vendor named on the line

ANOTHER = "Have the shop send another vendor: one that the order names is never overruled."


@pytest.mark.parametrize("word", ["South", "south", " SOUTH ", str(SOUTH.id), SOUTH.id.hex, str(SOUTH.id).upper()])
def test_the_vendor_named_on_the_line_comes_first_by_name_or_id(word: str) -> None:
    decision = route("TEE", word, catalog(offer(NORTH), default=NORTH))
    assert decision.vendor_id == SOUTH.id
    assert decision.reason == "the order names the vendor South"


def test_a_named_vendor_ships_under_its_own_sku_and_location() -> None:
    decision = route("TEE", "South", catalog(offer(NORTH, 1, "n-tee", "N1"), offer(SOUTH, 2, "s-tee", "S1")))
    assert (decision.vendor_id, decision.vendor_sku, decision.location) == (SOUTH.id, "s-tee", "S1")


def test_a_named_vendor_that_does_not_exist_is_not_overruled() -> None:
    decision = route("TEE", "West", catalog(offer(NORTH), default=SOUTH))
    assert decision == Decision(None, "the order names the vendor “West”, which does not exist")


def test_a_named_vendor_that_is_inactive_is_not_overruled() -> None:
    decision = route("TEE", "closed", catalog(offer(NORTH), default=SOUTH))
    assert decision == Decision(None, "the order names the vendor Closed, which is inactive")


@pytest.mark.parametrize(
    ("named", "way"),
    [
        ("West", "Add a vendor named “West”, or rename one to that, and it is routed; or have the shop send another"),
        ("closed", "Switch Closed on, and it is routed; or have the shop send another"),
        ("South", "Have the shop send another"),
    ],
)
def test_what_helps_where_the_order_names_the_vendor_is_that_vendor_or_another_word(named: str, way: str) -> None:
    assert named_way_out(route("TEE", named, catalog(offer(NORTH))).reason).startswith(f"{way} vendor")
    assert named_way_out(route("TEE", None, catalog(offer(NORTH))).reason) == ""


def test_a_line_that_has_the_vendor_the_order_names_leaves_it_by_another_word_only() -> None:
    for named in ("West", "closed", "South"):
        assert named_way_out(route("TEE", named, catalog()).reason, has_vendor=True) == ANOTHER
    assert named_way_out(route("TEE", None, catalog(offer(NORTH))).reason, has_vendor=True) == ""


@pytest.mark.parametrize("named", [None, ""])
def test_a_line_that_names_nobody_goes_by_its_product(named: str | None) -> None:
    assert route("TEE", named, catalog(offer(NORTH), default=SOUTH)).vendor_id == NORTH.id


# The product's vendors


@pytest.mark.parametrize("turned", [False, True])
def test_the_lowest_priority_is_asked_first_whatever_order_the_offers_come_in(turned: bool) -> None:
    offers = [offer(NORTH, 2), offer(SOUTH, 1, "s-tee", "S1")]
    decision = route("TEE", None, catalog(*(reversed(offers) if turned else offers), default=NORTH))
    assert decision == Decision(SOUTH.id, "product TEE is shipped by South (priority 1)", "S1", "s-tee")


@pytest.mark.parametrize("turned", [False, True])
def test_equal_priorities_are_settled_the_same_way_every_time(turned: bool) -> None:
    offers = [offer(SOUTH), offer(NORTH)]
    assert route("TEE", None, catalog(*(reversed(offers) if turned else offers))).vendor_id == NORTH.id


def test_an_inactive_vendor_is_passed_over() -> None:
    assert route("TEE", None, catalog(offer(CLOSED, 1), offer(SOUTH, 9))).vendor_id == SOUTH.id


def test_a_product_of_inactive_vendors_alone_waits_and_does_not_go_to_the_default() -> None:
    decision = route("TEE", None, catalog(offer(CLOSED), default=NORTH))
    assert decision == Decision(None, "every vendor of product TEE is inactive: Closed")


# The default


def test_a_sku_that_nobody_claims_goes_to_the_default_vendor() -> None:
    decision = route("MUG", None, catalog(offer(NORTH), default=SOUTH))
    assert decision == Decision(SOUTH.id, "the account's default vendor is South")


def test_a_default_vendor_that_is_inactive_gets_nothing() -> None:
    decision = route("MUG", None, catalog(default=CLOSED))
    assert decision == Decision(None, "the account's default vendor Closed is inactive")


def test_without_a_default_the_line_is_unrouted_and_says_why() -> None:
    assert route("MUG", None, catalog()).reason == "no vendor is set for SKU MUG and the account has no default vendor"
    assert "(none)" in route("", None, catalog()).reason


def test_a_default_vendor_that_is_gone_is_no_default() -> None:
    assert route("MUG", None, replace(catalog(), default_vendor=UUID(int=9))).vendor_id is None


# Rules


def by_rules(*rules: Rule, base: Catalog | None = None, brand: str = "", tags: tuple[str, ...] = ()) -> Catalog:
    base = base or catalog(offer(NORTH))
    known = base.products.get("TEE", Product())
    return replace(base, rules=rules, products={"TEE": Product(brand, frozenset(tags), known.offers)})


def test_the_first_rule_that_matches_decides_before_the_products_vendors() -> None:
    rules = (Rule(1, NORTH.id, sku="MUG"), Rule(2, SOUTH.id, "Shirts", sku="TEE"), Rule(3, NORTH.id, sku_pattern="*"))
    decision = route("TEE", None, by_rules(*rules))
    assert decision == Decision(SOUTH.id, "rule 2 “Shirts” (SKU TEE) sends it to South")


def test_a_rule_sends_a_line_with_what_the_product_says_of_that_vendor() -> None:
    base = catalog(offer(NORTH), offer(SOUTH, 2, "s-tee", "S1"))
    decision = route("TEE", None, by_rules(Rule(1, SOUTH.id, sku="TEE"), base=base))
    assert (decision.vendor_sku, decision.location) == ("s-tee", "S1")


def test_the_vendor_named_on_the_line_comes_before_the_rules() -> None:
    assert route("TEE", "North", by_rules(Rule(1, None, sku="TEE"))).vendor_id == NORTH.id


def test_a_line_that_a_rule_excludes_goes_to_nobody_and_is_not_unrouted() -> None:
    decision = route("TEE", None, by_rules(Rule(1, None, "Digital", tag="digital"), tags=("Digital",)))
    assert decision == Decision(None, "rule 1 “Digital” (tag digital) says that nobody ships it", excluded=True)


def test_a_rule_of_an_inactive_vendor_is_passed_over() -> None:
    decision = route("TEE", None, by_rules(Rule(1, CLOSED.id, sku="TEE"), Rule(2, SOUTH.id, sku="TEE")))
    assert decision == Decision(SOUTH.id, "rule 2 (SKU TEE) sends it to South, as Closed is inactive")
    decision = route("TEE", None, by_rules(Rule(1, CLOSED.id, sku="TEE")))
    assert decision.reason == "product TEE is shipped by North (priority 1), as Closed is inactive"


def test_the_default_vendor_does_not_step_in_for_the_inactive_vendor_of_a_rule() -> None:
    base = by_rules(Rule(1, CLOSED.id, sku="TEE"), base=catalog(default=NORTH))
    assert route("TEE", None, base).vendor_id is None


@pytest.mark.parametrize(
    ("rule", "line", "matches"),
    [
        (Rule(1, None, sku="TEE"), Traits("TEE"), True),
        (Rule(1, None, sku="TEE"), Traits("tee"), False),
        (Rule(1, None, brand="ACME"), Traits("TEE", "Acme"), True),
        (Rule(1, None, brand="ACME"), Traits("TEE"), False),
        (Rule(1, None, tag="Straße"), Traits("TEE", tags=frozenset({"x", "STRASSE"})), True),
        (Rule(1, None, countries=("DE", "AT")), Traits("TEE", country="AT"), True),
        (Rule(1, None, countries=("DE", "AT")), Traits("TEE"), False),
        (Rule(1, None, brand="Acme", countries=("DE",)), Traits("TEE", "Acme", country="US"), False),
        (Rule(1, None, brand="Acme", countries=("DE",)), Traits("TEE", "Acme", country="DE"), True),
    ],
)
def test_all_that_a_rule_asks_for_must_hold(rule: Rule, line: Traits, matches: bool) -> None:
    assert rule.matches(line) is matches


@pytest.mark.parametrize(
    ("pattern", "sku", "matches"),
    [
        ("MUG-*", "MUG-11", True),
        ("MUG-*", "MUG-", True),
        ("MUG-*", "XMUG-1", False),
        ("MUG-*", "mug-11", False),
        ("M?G", "MUG", True),
        ("M?G", "MG", False),
        ("*", "", True),
        ("*-XL", "TEE-XL", True),
        ("*-XL", "TEE-XL2", False),
        ("A[1]*", "A[1]B", True),
        ("A[1]*", "A1B", False),
        ("a.c", "abc", False),
        ("*\n*", "a\nb", True),
    ],
)
def test_a_pattern_has_two_wildcards_and_no_other_special_sign(pattern: str, sku: str, matches: bool) -> None:
    assert bool(pattern_matcher(pattern)(sku)) is matches


def test_no_pattern_takes_long() -> None:
    assert not pattern_matcher("*a" * 200 + "b")("a" * 500)


def test_a_rule_is_told_with_all_that_it_asks_for() -> None:
    rule = Rule(3, None, "All", "A", "B*", "C", "d", ("DE", "AT"))
    assert rule.words == "rule 3 “All” (SKU A, SKU pattern B*, brand C, tag d, ship-to country DE or AT)"


vendors_drawn = st.sampled_from([NORTH, SOUTH, CLOSED])


@settings(deadline=None, max_examples=200)
@given(
    st.sampled_from(["TEE", "MUG", ""]),
    st.none() | st.sampled_from(["North", "closed", "West", " "]),
    st.lists(st.builds(offer, vendors_drawn, st.integers(1, 3)), max_size=4, unique_by=lambda made: made.vendor_id),
    st.none() | vendors_drawn,
    st.lists(
        st.builds(Rule, st.just(1), st.none() | vendors_drawn.map(lambda vendor: vendor.id),
                  sku_pattern=st.sampled_from(["*", "T*", "MUG"])),
        max_size=3,
    ),
)  # fmt: skip
def test_whatever_is_asked_there_is_a_reason_and_never_an_inactive_vendor(
    sku: str, named: str | None, offers: list[Offer], default: Vendor | None, rules: list[Rule]
) -> None:
    decision = route(sku, named, replace(catalog(*offers, default=default), rules=rules))
    assert decision.reason
    assert decision.vendor_id in (None, NORTH.id, SOUTH.id)
    assert not (decision.excluded and decision.vendor_id)


def test_lines_of_one_kind_are_decided_once_and_those_of_another_for_themselves() -> None:
    rules = [Rule(1, SOUTH.id, countries=("DE",))]
    known = replace(catalog(offer(NORTH)), rules=rules)
    there = [(named, country) for named in (None, "South") for country in ("US", "DE")]
    first = [route("TEE", named, known, country) for named, country in there]
    assert [decision.vendor_id for decision in first] == [NORTH.id, SOUTH.id, SOUTH.id, SOUTH.id]
    again = [route("TEE", named, known, country) for named, country in there]
    assert all(made is kept for made, kept in zip(again, first, strict=True))
    assert route("TEE", None, replace(known, rules=[]), "DE").vendor_id == NORTH.id
