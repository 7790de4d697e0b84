"""`/routing`: the rules in their order, one at a time."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi.responses import Response
from pydantic import ValidationError

from ....errors import BadRequest, Conflict, Invalid, NotFound, Reason
from ....services import routing_rules, rule_edits
from ....services.forms import RuleIn, reasons_of
from ....services.routing_answers import RuleOut, RulesOut
from ....services.rulefiles import BETWEEN_COUNTRIES
from ....services.unrouted import count_unrouted
from ....services.versions import version_of
from ..choices import Choice, vendor_choices
from ..routes import PageRouter
from ..visits import Changing, Form, Visit, may_change

router = PageRouter()

NEW, NOBODY = "new", "nobody"
TEXTS = {
    "name": "Name",
    "sku": "SKU",
    "sku_pattern": "SKU pattern",
    "brand": "Brand",
    "tag": "Tag",
    "countries": "Ship-to countries",
}


@router.page("/routing")
def show_rules(visit: Visit) -> Response:
    return visit.show("routing.html", **_facts(visit))


def _facts(visit: Visit) -> dict[str, Any]:
    known = routing_rules.read_rules(visit.session, visit.account_id)
    return {
        "rules": known.rules,
        "seen": version_of(known),
        "vendors": vendor_choices(visit),
        "unrouted": count_unrouted(visit.session, visit.account_id),
    }


@router.page("/routing/rules/{place}", may_change)
def show_rule(visit: Visit, place: str) -> Response:
    known, there = routing_rules.read_rules(visit.session, visit.account_id), vendor_choices(visit)
    if place == NEW:
        blank = {"place": str(len(known.rules) + 1)}
        return visit.show("rule.html", **_facts_of_rule(known, there, None, blank))
    fields = _fields(_rule_at(known, place), there) | {"place": place}
    return visit.show("rule.html", **_facts_of_rule(known, there, _number(place), fields))


@router.post("/routing/rules/{place}")
def save_rule(visit: Changing, place: str) -> Response:
    form, at = visit.form, None if place == NEW else _number(place)
    try:
        with visit.session.begin_nested():
            rule, to = _read(form), _number(form.text("place"))
            stands = rule_edits.save_rule(visit.session, visit.actor(), form.text("seen"), at, rule, to, now=visit.now)
    except Invalid as error:
        known = routing_rules.read_rules(visit.session, visit.account_id)
        return visit.refused("rule.html", error, **_facts_of_rule(known, vendor_choices(visit), at, form))
    except Conflict as error:
        return visit.refused("routing.html", error, **_facts(visit))
    return visit.go(f"/routing#rule-{stands}", f"Saved rule {stands}. {COUNTS}")


@router.post("/routing/rules/{place}/move")
def move_rule(visit: Changing, place: str) -> Response:
    at, to, seen = _number(place), _number(visit.form.text("to")), visit.form.text("seen")
    try:
        with visit.session.begin_nested():
            stands = rule_edits.move_rule(visit.session, visit.actor(), seen, at, to, now=visit.now)
    except Conflict as error:
        return visit.refused("routing.html", error, **_facts(visit))
    return visit.go(f"/routing#rule-{stands}", f"Rule {at} is rule {stands} now. {COUNTS}")


@router.post("/routing/rules/{place}/delete")
def delete_rule(visit: Changing, place: str) -> Response:
    at = _number(place)
    try:
        with visit.session.begin_nested():
            rule_edits.delete_rule(visit.session, visit.actor(), visit.form.text("seen"), at, now=visit.now)
    except Conflict as error:
        return visit.refused("routing.html", error, **_facts(visit))
    return visit.go("/routing", f"Rule {at} is gone. {COUNTS}")


COUNTS = "It counts for lines that come in from now on, and for those that wait for a vendor."


def _number(word: str) -> int:
    """Raises BadRequest."""
    if not (word.isascii() and word.isdigit() and len(word) < 6):
        raise BadRequest("A place is a whole number, from 1.")
    return int(word)


def _rule_at(known: RulesOut, place: str) -> RuleOut:
    number = int(place) if place.isascii() and place.isdigit() else 0
    if not 1 <= number <= len(known.rules):
        raise NotFound(f"There is no rule {place[:20]}.")
    return known.rules[number - 1]


def _facts_of_rule(
    known: RulesOut, there: Sequence[Choice], place: int | None, fields: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "place": place,
        "fields": fields,
        "texts": TEXTS,
        "nobody": NOBODY,
        "count": len(known.rules),
        "seen": fields.get("seen") or version_of(known),
        "vendors": there,
    }


def _fields(rule: RuleOut, there: Sequence[Choice]) -> dict[str, str]:
    ids = {vendor.name: vendor.id for vendor in there}
    return {
        **rule.model_dump(include={"name", "sku", "sku_pattern", "brand", "tag"}),
        "countries": f"{BETWEEN_COUNTRIES} ".join(rule.countries),
        "vendor": ids[rule.vendor] if rule.vendor else NOBODY,
    }


def _read(form: Form) -> RuleIn:
    """Raises Invalid with every reason."""
    vendor = form.text("vendor")
    countries = form.text("countries").replace(",", BETWEEN_COUNTRIES).split(BETWEEN_COUNTRIES)
    document = {name: form.text(name) for name in TEXTS if name != "countries"} | {
        "countries": [country.strip() for country in countries if country.strip()],
        "vendor": None if vendor == NOBODY else vendor or "-",
        "exclude": vendor == NOBODY,
    }
    choose = [] if vendor else [Reason("choose who ships what matches, or that nobody does", "/vendor")]
    try:
        rule = RuleIn.model_validate(document)
    except ValidationError as error:
        raise Invalid("Nothing was saved.", reasons_of(error) + choose) from None
    if choose:
        raise Invalid("Nothing was saved.", choose)
    return rule
