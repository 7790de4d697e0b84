"""Products and routing rules as CSV: what goes out comes in as it was; what is wrong is told with its place."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from driver import Merchant
from spark_shipstation.errors import Invalid, Unreadable
from spark_shipstation.services import productfiles, rulefiles
from spark_shipstation.services.actor import Actor
from spark_shipstation.services.outcomes import Outcome
from spark_shipstation.services.products import Result

signs = st.sampled_from("'=+-@\t\r\n＝a,;\"\\ é\u2028") | st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"])
texts = st.text(signs, max_size=6)
tags = texts.map(lambda text: text.replace(";", "").strip()).filter(bool)


@pytest.fixture
def session(merchant: Merchant) -> Iterator[Session]:
    with merchant.sessions() as session:
        yield session
        session.rollback()


def actor(merchant: Merchant) -> Actor:
    return Actor(merchant.account_id, "tests")


def put(session: Session, merchant: Merchant, lines: list[str]) -> None:
    rulefiles.import_rules(session, actor(merchant), lines, now=datetime.now(UTC))


def taken(session: Session, merchant: Merchant, *lines: str) -> list[Result]:
    entries = list(productfiles.read_products(f"{line}\n" for line in lines))
    return productfiles.take_products(session, actor(merchant), entries, now=datetime.now(UTC))


def outcomes(session: Session, merchant: Merchant, *lines: str) -> list[Outcome]:
    return [result.outcome for result in taken(session, merchant, *lines)]


def exported(session: Session, merchant: Merchant) -> list[str]:
    return list(productfiles.export_products(session, merchant.account_id))


def test_a_product_has_one_row_for_each_of_its_vendors(session: Session, merchant: Merchant) -> None:
    merchant.add_store("East")
    lines = (
        "sku,name,brand,tags,weight,weight_unit,image_url,vendor,vendor_sku,location,priority",
        "MUG,Mug,Acme,fragile;new,0.50,kg,https://x.example/m.jpg,East,E-1,A1,1",
        "MUG,,,,,,,ShipStation,,B2,2",
        "TEE,Tee,,,,,,,,,",
    )
    assert outcomes(session, merchant, *lines) == [Outcome.CREATED, Outcome.CREATED]
    assert outcomes(session, merchant, *lines) == [Outcome.UNCHANGED, Outcome.UNCHANGED]
    whole = "MUG,Mug,Acme,fragile;new,0.50,kg,https://x.example/m.jpg"
    assert [line.strip() for line in exported(session, merchant)] == [
        lines[0], f"{whole},East,E-1,A1,1", f"{whole},ShipStation,,B2,2", lines[3]]  # fmt: skip


def test_a_column_that_the_file_lacks_changes_nothing(session: Session, merchant: Merchant) -> None:
    taken(session, merchant, "sku,name,weight,weight_unit,vendor,location,priority", "MUG,Mug,1,kg,ShipStation,A1,7")
    assert outcomes(session, merchant, "sku,brand", "MUG,Acme") == [Outcome.UPDATED]
    assert outcomes(session, merchant, "sku,vendor,vendor_sku", "MUG,shipstation,S1") == [Outcome.UPDATED]
    assert exported(session, merchant)[1].strip() == "MUG,Mug,Acme,,1.00,kg,,ShipStation,S1,A1,7"


def test_an_empty_cell_takes_away_what_there_was(session: Session, merchant: Merchant) -> None:
    taken(session, merchant, "sku,name,weight,weight_unit,vendor", "MUG,Mug,1,kg,ShipStation")
    taken(session, merchant, "sku,name,weight,vendor", "MUG,,,")
    assert exported(session, merchant)[1].strip() == "MUG,,,,,,,,,,"


def test_semicolons_and_the_mark_of_a_spreadsheet_are_understood(session: Session, merchant: Merchant) -> None:
    assert outcomes(session, merchant, "\ufeffsku;name;tags", 'MUG;"Mug, big";"a;b"') == [Outcome.CREATED]
    assert exported(session, merchant)[1].strip() == 'MUG,"Mug, big",,a;b,,,,,,,'


def test_bad_products_are_refused_with_their_reasons_and_the_good_ones_stand(
    session: Session, merchant: Merchant
) -> None:
    results = taken(
        session,
        merchant,
        "sku,name,weight,weight_unit,vendor,priority",
        "GOOD,Good,,,,",
        "BAD,Bad,heavy,stone,Nobody,",
        "LATE,Late,,,ShipStation,soon",
        "TWO,One name,,,ShipStation,1",
        "TWO,Another,,,,",
        "GOOD,Apart,,,,",
        ",No SKU,,,,",
        "MANY,Many,,,,",
        "MANY,,,,ShipStation,1",
        "MANY,,,,Nobody,0",
        "WIDE,Wide, very,,,ShipStation,1",
    )
    assert [result.outcome == Outcome.CREATED for result in results] == [True] + [False] * 7
    assert [[reason.pointer for reason in result.reasons] for result in results] == [
        [], ["line 3, weight", "line 3, weight_unit", "line 3, vendor"], ["line 4, priority"], ["line 6, name"],
        ["line 7, sku"], ["line 8, sku"], ["line 11, priority", "line 11, vendor"], ["line 12"]]  # fmt: skip
    assert [one.detail for one in (results[3].reasons[0], results[4].reasons[0])] == [
        "“Another” is not what line 5 says: “One name”",
        "the rows of a product must stand together: it stands in line 2, too",
    ]


def test_all_that_is_wrong_with_a_product_is_told_at_once(session: Session, merchant: Merchant) -> None:
    [result] = taken(
        session,
        merchant,
        "sku,name,weight,weight_unit,vendor,priority",
        "TWO,One name,six,stone,Nobody,soon",
        "TWO,Another,,,ShipStation,0",
        "TWO,,,,shipstation,2",
    )
    assert [reason.pointer for reason in result.reasons] == [
        "line 2, weight", "line 2, weight_unit", "line 2, priority", "line 2, vendor",
        "line 3, name", "line 3, priority", "line 4, vendor"]  # fmt: skip
    said = {reason.pointer: reason.detail for reason in result.reasons}
    assert said["line 2, vendor"] == "there is no vendor Nobody"
    assert said["line 4, vendor"] == "the vendor ShipStation stands there twice"


def test_of_a_row_with_too_many_cells_that_alone_is_told_as_the_others_may_be_in_wrong_columns(
    session: Session, merchant: Merchant
) -> None:
    head = "sku,name,weight,weight_unit,vendor,priority"
    [result] = taken(session, merchant, head, "A,Mug, blue,1,kg,ShipStation,1", "A,,,,Nobody,")
    assert [reason.pointer for reason in result.reasons] == ["line 2"]


def test_a_product_that_names_the_vendor_by_its_id_keeps_what_the_file_does_not_say(
    session: Session, merchant: Merchant
) -> None:
    taken(session, merchant, "sku,vendor,location", "MUG,ShipStation,A1")
    assert outcomes(session, merchant, "sku,vendor", f"MUG,{merchant.shipstation.vendor.id}") == [Outcome.UNCHANGED]


def test_cells_hold_no_control_characters_and_a_separator_too_many_at_the_end_is_none(
    session: Session, merchant: Merchant
) -> None:
    assert outcomes(session, merchant, "sku,name", "M\x00UG,Mug,,") == [Outcome.CREATED]
    assert exported(session, merchant)[1].strip() == "MUG,Mug,,,,,,,,,"


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], "it lacks sku"),
        (["name"], "it lacks sku"),
        (["sku,colour", "A,red"], "no column colour. The columns are sku, name"),
        (["sku,sku", "A,B"], "stands there twice"),
        (["sku,name", 'A,"B'], "Line 2 is not CSV"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(lines: list[str], words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        list(productfiles.read_products(f"{line}\n" for line in lines))


products = st.fixed_dictionaries(
    {"name": texts, "brand": texts, "tags": st.lists(tags, max_size=3), "vendor_sku": texts, "location": texts}
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(texts.filter(lambda text: bool(text.strip())), products, min_size=1, max_size=3))
def test_whatever_a_catalog_holds_its_export_reads_back_as_it_was(
    session: Session, merchant: Merchant, drawn: dict[str, dict[str, Any]]
) -> None:
    documents = [
        {"sku": sku, **{name: facts[name] for name in ("name", "brand", "tags")},
         "vendors": [{"vendor": "ShipStation", **{name: facts[name] for name in ("vendor_sku", "location")}}]}
        for sku, facts in drawn.items()
    ]  # fmt: skip
    response = merchant.http.post("/api/v1/products", json={"products": documents}, auth=merchant.auth)
    assert response.status_code == 200, response.text
    before = exported(session, merchant)
    text = "".join(before)
    again = taken_text(session, merchant, text)
    assert {result.outcome for result in again} == {Outcome.UNCHANGED}
    session.rollback()


def taken_text(session: Session, merchant: Merchant, text: str) -> list[Result]:
    """As a file of its own: read line by line, ends as they are."""
    entries = list(productfiles.read_products(StringIO(text, newline="")))
    return productfiles.take_products(session, actor(merchant), entries, now=datetime.now(UTC))


# Routing rules


def rules_of(session: Session, merchant: Merchant) -> str:
    return "".join(rulefiles.export_rules(session, merchant.account_id))


def test_a_file_of_rules_replaces_all_rules_and_reads_back_as_it_was(session: Session, merchant: Merchant) -> None:
    file = (
        "name,sku,sku_pattern,brand,tag,countries,vendor,exclude\r\n"
        "Digital,,,,digital,,,yes\r\n"
        "'=Europe,,MUG-*,Acme,,DE;AT,ShipStation,\r\n"
    )
    put(session, merchant, file.splitlines(keepends=True))
    assert rules_of(session, merchant) == file
    put(session, merchant, ["sku,exclude\n", "A,1\n"])
    assert rules_of(session, merchant).splitlines()[1:] == [",A,,,,,,yes"]


def test_where_one_rule_is_bad_the_old_ones_stand(session: Session, merchant: Merchant) -> None:
    put(session, merchant, ["sku,exclude\n", "A,yes\n"])
    lines = ["sku,vendor,exclude,countries\n", "B,Nobody,,\n", "\n", "C,Nobody,perhaps,XX\n", "D,,,\n"]
    with pytest.raises(Invalid) as refused:
        put(session, merchant, lines)
    assert [reason.pointer for reason in refused.value.reasons] == [
        "line 2, vendor", "line 4, countries", "line 4, exclude", "line 4, vendor", "line 5"]  # fmt: skip
    with pytest.raises(Invalid) as refused:
        put(session, merchant, ["sku,vendor\n", "B,ShipStation,too many\n"])
    assert [reason.pointer for reason in refused.value.reasons] == ["line 2"]
    with pytest.raises(Invalid) as refused:
        put(session, merchant, ["sku,vendor\n", "B,Nobody\n"])
    assert [reason.pointer for reason in refused.value.reasons] == ["line 2, vendor"]
    assert rules_of(session, merchant).splitlines()[1:] == [",A,,,,,,yes"]
