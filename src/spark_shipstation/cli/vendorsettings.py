"""`vendor show`, `vendor set`, `vendor retell`: what a vendor is shown of its orders."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import typer
from pydantic import ValidationError

from ..errors import BadRequest, Invalid
from ..services import accounts, vendor_edits, vendors
from ..services.actor import Actor
from ..services.answers import VendorOut
from ..services.forms import VendorPatch, reasons_of
from ..services.retelling import retell as retell_some
from ..store.accounts import clock
from .accounts import Account, AsJson, acting_for
from .opening import opened

Pairs = list[str] | None

app = typer.Typer()


@app.command()
def show(name: str, account: Account = None, as_json: AsJson = False) -> None:
    """Print a vendor's settings, by its name or id."""
    with opened() as (sessions, settings), sessions.begin() as session:
        account_id = accounts.find_account(session, account).account_id
        vendor = vendors.read_vendor(session, account_id, name, settings.url(), now=clock(session))
    _print(vendor, as_json)


@app.command("set")
def set_(
    name: str,
    rename: Annotated[str | None, typer.Option(help="Another name.")] = None,
    active: Annotated[bool | None, typer.Option("--active/--inactive", help="An inactive vendor gets nothing.")] = None,
    default: Annotated[bool, typer.Option("--default", help="Gets every line that nothing decides about.")] = False,
    time_zone: Annotated[str | None, typer.Option(help="The zone that the ShipStation store is set to.")] = None,
    page_size: Annotated[int | None, typer.Option(help="Orders on a page, 1 to 500.")] = None,
    status: Annotated[Pairs, typer.Option(help="What ShipStation is told: paid=processing. Can be repeated.")] = None,
    query_credentials: Annotated[
        bool | None, typer.Option(help="Believe SS-UserName and SS-Password in the query, too.")
    ] = None,
    withhold_email: Annotated[
        bool | None, typer.Option("--withhold-email/--show-email", help="The buyer's e-mail address.")
    ] = None,
    withhold_phone: Annotated[
        bool | None, typer.Option("--withhold-phone/--show-phone", help="The buyer's phone number.")
    ] = None,
    discounts: Annotated[
        Literal["lines", "spread"] | None, typer.Option(help="Adjustment lines, or spread over the unit prices.")
    ] = None,
    coupon_codes_in: Annotated[
        Literal["none", "custom_field1", "custom_field2", "custom_field3"] | None,
        typer.Option(help="The custom field for coupon codes."),
    ] = None,
    internal_notes: Annotated[
        Literal["marked", "all", "none"] | None, typer.Option(help="Those marked for the vendor; all; none.")
    ] = None,
    shipping_method: Annotated[
        Pairs, typer.Option(help="Ground=UPS Ground; Ground= forgets it. Can be repeated.")
    ] = None,
    requested_warehouse: Annotated[str | None, typer.Option(help="Where the order names none.")] = None,
    source: Annotated[str | None, typer.Option(help="Where the order names none.")] = None,
    account: Account = None,
    as_json: AsJson = False,
) -> None:
    """Change what is given. Counts for every later export; `vendor retell` tells anew what was imported before."""
    given: dict[str, Any] = {
        "name": rename,
        "active": active,
        "default": default or None,
        "time_zone": time_zone,
        "page_size": page_size,
        "query_credentials": query_credentials,
        "withhold_email": withhold_email,
        "withhold_phone": withhold_phone,
        "discounts": discounts,
        "coupon_codes_in": "" if coupon_codes_in == "none" else coupon_codes_in,
        "internal_notes": internal_notes,
        "requested_warehouse": requested_warehouse,
        "source": source,
    }
    with opened() as (sessions, settings), sessions.begin() as session:
        given["statuses"] = _pairs(status) or None
        actor = acting_for(session, account)
        now = clock(session)
        before = vendors.read_vendor(session, actor.account_id, name, settings.url(), now=now)
        if shipping_method:
            given["shipping_methods"] = _changed(before.shipping_methods or {}, _pairs(shipping_method))
        form = _form({word: value for word, value in given.items() if value is not None})
        vendor = vendors.find_vendor(session, actor.account_id, name)
        changed = vendor_edits.change_vendor(session, actor, vendor, form, settings.url(), now=now)
    _print(changed, as_json)


def _pairs(words: Sequence[str] | None) -> dict[str, str]:
    pairs = [word.partition("=") for word in words or ()]
    for said, equals, _ in pairs:
        if not equals:
            raise BadRequest(f"“{said}” says nothing: write the word, = and what the vendor is told instead.")
    return {said.strip(): told.strip() for said, _, told in pairs}


def _changed(methods: dict[str, str], changes: dict[str, str]) -> dict[str, str]:
    """What stands for nothing any more is forgotten."""
    folded = {said.casefold() for said in changes}
    kept = {said: told for said, told in methods.items() if said.casefold() not in folded}
    return kept | {said: told for said, told in changes.items() if told}


def _form(given: dict[str, Any]) -> VendorPatch:
    try:
        return VendorPatch.model_validate(given)
    except ValidationError as error:
        raise Invalid("The settings were refused.", reasons_of(error)) from None


@app.command()
def retell(name: str, account: Account = None) -> None:
    """Tell ShipStation anew of all open orders that it has from before the vendor's settings changed."""
    told, left = 0, 1
    with opened() as (sessions, _):
        while left:
            with sessions.begin() as session:
                account_id = accounts.find_account(session, account).account_id
                vendor = vendors.find_vendor(session, account_id, name)
                answer = retell_some(session, vendor, Actor(account_id, "command line"), now=clock(session))
            told, left = told + answer.retold, answer.left if answer.retold else 0
    typer.echo(f"{told} orders go out anew with the next polls.")


def _print(vendor: VendorOut, as_json: bool) -> None:
    if as_json:
        typer.echo(vendor.model_dump_json(exclude_none=True))
        return
    for name, value in vendor.model_dump(mode="json", exclude_none=True).items():
        typer.echo(f"{name:<22} {_words(value)}")


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return "; ".join(f"{said} = {told}" for said, told in value.items()) or "-"
    return str(value) or "-"
