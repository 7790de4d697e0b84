"""The account's routing rules: read and replaced as a whole, in their order."""

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
    reasons: list[Reason] = []
    rules = [_rule(place, rule, routing, reasons) for place, rule in enumerate(form.rules, start=1)]
    if reasons:
        raise Invalid("The rules were refused.", reasons)
    catalog.hold_rules(session, account_id)
    if rules != catalog.routing_catalog(session, account_id, []).rules:
        catalog.replace_rules(session, account_id, rules)
        route_waiting(session, actor, now=now)
    return read_rules(session, account_id)


def _rule(place: int, form: RuleIn, routing: Catalog, reasons: list[Reason]) -> Rule:
    vendor = routing.named(form.vendor) if form.vendor else None
    if form.vendor and vendor is None:
        reasons.append(Reason(f"there is no vendor {form.vendor}", f"/rules/{place - 1}/vendor"))
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
