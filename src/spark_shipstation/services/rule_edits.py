"""The routing rules as a person changes them, one at a time: added, changed, moved, taken away. As they are a list, a
change says which list it was made for."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from ..errors import Conflict, Invalid, NotFound, Reason
from ..store import catalog
from .actor import Actor
from .forms import MOST_RULES, RuleIn, RulesIn
from .routing_rules import put_rules, read_rules
from .versions import version_of

Rules = list[RuleIn]
Result = TypeVar("Result")


def save_rule(
    session: Session, actor: Actor, seen: str, place: int | None, rule: RuleIn, to: int, *, now: datetime
) -> int:
    """Replace the rule at that place (from 1; None = add one), and let it stand at `to`. Answers where it stands.
    Raises Invalid, NotFound, Conflict."""

    def change(rules: Rules) -> int:
        if place is not None:
            rules.pop(_index(rules, place))
        return _insert(rules, rule, to)

    return _change(session, actor, seen, change, now)


def move_rule(session: Session, actor: Actor, seen: str, place: int, to: int, *, now: datetime) -> int:
    """Raises NotFound, Conflict."""
    return _change(session, actor, seen, lambda rules: _insert(rules, rules.pop(_index(rules, place)), to), now)


def delete_rule(session: Session, actor: Actor, seen: str, place: int, *, now: datetime) -> None:
    """Raises NotFound, Conflict."""
    _change(session, actor, seen, lambda rules: rules.pop(_index(rules, place)), now)


def _index(rules: Rules, place: int) -> int:
    if not 1 <= place <= len(rules):
        raise NotFound(f"There is no rule {place}.")
    return place - 1


def _insert(rules: Rules, rule: RuleIn, to: int) -> int:
    """Nearer to where it can stand, if it cannot stand there."""
    place = min(max(to, 1), len(rules) + 1)
    rules.insert(place - 1, rule)
    return place


def _change(session: Session, actor: Actor, seen: str, change: Callable[[Rules], Result], now: datetime) -> Result:
    catalog.hold_rules(session, actor.account_id)
    known = read_rules(session, actor.account_id)
    if version_of(known) != seen:
        raise Conflict(
            "Somebody changed the rules meanwhile, so nothing was done. These are the rules as they are now."
        )
    rules = [RuleIn.model_validate(rule.model_dump()) for rule in known.rules]
    result = change(rules)
    if len(rules) > MOST_RULES:
        raise Invalid("Nothing was saved.", [Reason(f"there are {MOST_RULES:,} rules already, and no more can be")])
    put_rules(session, actor, RulesIn(rules=rules), now=now)
    return result
