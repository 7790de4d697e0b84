"""The account's routing rules: read and replaced as a whole, in their order."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from ..errors import Invalid, Reason
from ..rules.matching import Rule
from ..rules.routing import Catalog
from ..store import catalog
from .actor import Actor
from .forms import RuleIn, RulesIn
from .rerouting import route_waiting
from .routing_answers import RuleOut, RulesOut


def put_rules(session: Session, actor: Actor, form: RulesIn, *, now: datetime) -> RulesOut:
    """Replace all rules by these. Counts for lines that are routed from then on, and for those that wait for a vendor.
    Raises Invalid with every reason."""
    account_id = actor.account_id
    routing = catalog.routing_catalog(session, account_id, [])
    if reasons := wrong_vendors([rule.vendor for rule in form.rules], routing):
        raise Invalid("The rules were refused.", reasons)
    rules = [_rule(place, rule, routing) for place, rule in enumerate(form.rules, start=1)]
    catalog.hold_rules(session, account_id)
    if rules != catalog.routing_catalog(session, account_id, []).rules:
        catalog.replace_rules(session, account_id, rules)
        route_waiting(session, actor, now=now)
    return read_rules(session, account_id)


def wrong_vendors(words: Sequence[str | None], routing: Catalog) -> list[Reason]:
    """Of the vendors that the rules name, in their order."""
    return [
        Reason(f"there is no vendor {word[:200]}", f"/rules/{index}/vendor")
        for index, word in enumerate(words)
        if word and routing.named(word) is None
    ]


def _rule(place: int, form: RuleIn, routing: Catalog) -> Rule:
    vendor = routing.named(form.vendor) if form.vendor else None
    return Rule(
        place=place,
        vendor_id=vendor.id if vendor else None,
        name=form.name,
        sku=form.sku,
        sku_pattern=form.sku_pattern,
        brand=form.brand,
        tag=form.tag,
        countries=tuple(dict.fromkeys(form.countries)),
    )


def read_rules(session: Session, account_id: UUID) -> RulesOut:
    return RulesOut(
        rules=[
            RuleOut(
                name=row.name,
                sku=row.sku,
                sku_pattern=row.sku_pattern,
                brand=row.brand,
                tag=row.tag,
                countries=row.countries,
                vendor=row.vendor,
                exclude=row.vendor_id is None,
            )
            for row in catalog.rules_of(session, account_id)
        ]
    )
