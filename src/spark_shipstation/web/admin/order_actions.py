"""What is done to an order: a page that says what it leads to, and the form on it that does it."""

import secrets
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from fastapi.responses import Response
from pydantic import ValidationError

from ...errors import Conflict, Invalid, NotFound, Reason
from ...rules.acting import Action
from ...services import life
from ...services.forms import LineToCancel, ReasonIn, reasons_of
from ...services.orderpage import read_order_to_act_on
from ...services.reading import read_order
from .routes import PageRouter
from .visits import Changing, Form, Visit, may_change

router = PageRouter()


class Words(NamedTuple):
    """What is asked, what the button says, and what the order's page says then. {} is the order's number."""

    question: str
    button: str
    done: str
    nothing: str


WORDS = {
    Action.HOLD: Words("Hold order {}?", "Hold the order", "Order {} is on hold.", "Order {} was on hold already."),
    Action.RELEASE: Words("Release order {}?", "Release the order", "Order {} is released.", "Order {} was not held."),
    Action.CANCEL: Words("Cancel order {}?", "Cancel", "Cancelled in order {}.", "Nothing was left to cancel."),
    Action.RESEND: Words(
        "Send order {} again?", "Send it again", "Order {} goes to ShipStation again with its next poll.", ""
    ),
    Action.MARK_PAID: Words(
        "Mark order {} as paid?", "Mark as paid", "Order {} is marked as paid.", "Order {} was paid already."
    ),
}
ACTIONS = {action.value: action for action in Action}
UNITS = "units-"  # the fields of a cancel: units-<line's id>


@router.page("/orders/{order}/{action}", may_change)
def show_action(visit: Visit, order: str, action: str) -> Response:
    return visit.show("order_action.html", **facts(visit, order, known(action)))


@router.post("/orders/{order}/{action}")
def act(visit: Changing, order: str, action: str) -> Response:
    """Units that were filled in are shown once more, with what cancelling them leads to, before it is done."""
    which = known(action)
    try:
        lines = lines_of(visit.form) if which is Action.CANCEL else []
        if visit.form.text("step") == "look":
            return visit.show("order_action.html", **facts(visit, order, which, lines))
        with visit.session.begin_nested():
            changed = DO[which](visit, order, lines)
    except (Conflict, Invalid) as error:
        return visit.refused("order_action.html", error, **facts(visit, order, which))
    said = WORDS[which].done if changed else WORDS[which].nothing
    number = read_order(visit.session, visit.account_id, order).number
    return visit.go(f"/orders/{order}", said.format(number))


def known(word: str) -> Action:
    """Raises NotFound."""
    if word not in ACTIONS:
        raise NotFound("There is no such page.")
    return ACTIONS[word]


def facts(visit: Visit, word: str, action: Action, lines: Sequence[LineToCancel] = ()) -> dict[str, Any]:
    """`chosen` are the units to cancel, by line; empty = all that is open."""
    found = read_order_to_act_on(visit.session, visit.account_id, word)
    order, foresight = found.order, found.foresee(action, lines, visit.clock)
    return {
        "order": order,
        "action": action.value,
        "words": WORDS[action],
        "foresight": foresight,
        "open_lines": [(line, units) for line in order.lines if (units := open_units(line))],
        "chosen": {line.line: line.quantity for line in lines},
        "key": visit.form.text("key") or secrets.token_hex(8),
        "reason": visit.form.text("reason"),
    }


def open_units(line: Any) -> int:
    return max(0, int(line.quantity - line.cancelled - line.shipped))


def lines_of(form: Form) -> list[LineToCancel]:
    """The units that were filled in; none where the form does not ask for any. Raises Invalid."""
    fields = {name.removeprefix(UNITS): form.text(name) for name in form if name.startswith(UNITS)}
    lines, reasons = [], []
    for line, units in fields.items():
        if units in {"", "0"}:
            continue
        try:
            lines.append(LineToCancel.model_validate({"line": line, "quantity": units}))
        except ValidationError as error:
            reasons += [Reason(reason.detail, f"/{UNITS}{line}") for reason in reasons_of(error)]
    if fields and not lines and not reasons:
        reasons.append(Reason("Choose at least one unit, or cancel all that is open."))
    if reasons:
        raise Invalid("Nothing was cancelled.", reasons)
    return lines


Do = Callable[[Visit, str, Sequence[LineToCancel]], bool]


def _plainly(action: Callable[..., bool]) -> Do:
    return lambda visit, order, _lines: action(
        visit.session, visit.actor(), order, now=visit.now, reason=reason_of(visit.form)
    )


def _cancel(visit: Visit, order: str, lines: Sequence[LineToCancel]) -> bool:
    """The form's key: when it is sent twice, the units are cancelled once."""
    return life.cancel(
        visit.session, visit.actor(), order, lines, now=visit.now, reason=reason_of(visit.form),
        key=f"page {visit.form.text('key')}"[:200] if visit.form.text("key") else "",
    )  # fmt: skip


DO: dict[Action, Do] = {
    Action.HOLD: _plainly(life.hold),
    Action.RELEASE: _plainly(life.release),
    Action.CANCEL: _cancel,
    Action.RESEND: _plainly(life.resend),
    Action.MARK_PAID: _plainly(life.mark_paid),
}


def reason_of(form: Form) -> str:
    """Raises Invalid for one that is too long."""
    try:
        return ReasonIn(reason=form.text("reason")).reason
    except ValidationError as error:
        raise Invalid("Nothing was done.", reasons_of(error)) from None
