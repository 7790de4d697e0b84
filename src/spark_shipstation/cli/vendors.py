"""`vendor add`, `vendor rotate`."""

from datetime import timedelta
from typing import Annotated, Literal

import typer
from pydantic import ValidationError

from ..errors import Invalid
from ..services import accounts, vendor_edits, vendors
from ..services.answers import VendorOut
from ..services.forms import VendorIn, reasons_of
from ..store.accounts import clock
from .accounts import Account, AsJson, acting_for
from .guide import connect_guide
from .opening import opened

app = typer.Typer(help="Vendors: who ships.", no_args_is_help=True)


@app.command()
def add(
    name: str,
    kind: Annotated[Literal["shipstation", "manual"], typer.Option(help="Who ships.")] = "shipstation",
    time_zone: Annotated[str, typer.Option(help="The zone that the ShipStation store is set to.")] = "UTC",
    default: Annotated[bool | None, typer.Option(help="Gets every line that nothing else decides about.")] = None,
    query_credentials: Annotated[
        bool, typer.Option("--query-credentials", help="Believe SS-UserName and SS-Password in the query, too.")
    ] = False,
    account: Account = None,
    as_json: AsJson = False,
) -> None:
    """Add a vendor; for ShipStation, with what to paste into its Custom Store form."""
    with opened() as (sessions, settings), sessions.begin() as session:
        try:
            form = VendorIn(
                name=name, kind=kind, time_zone=time_zone, default=default, query_credentials=query_credentials
            )
        except ValidationError as error:
            raise Invalid("The vendor was refused.", reasons_of(error)) from None
        actor = acting_for(session, account)
        vendor = vendor_edits.add_vendor(session, actor, form, settings.url(), now=clock(session))
    _show(vendor, as_json)


@app.command()
def rotate(
    name: str,
    keep_old_minutes: Annotated[int, typer.Option(min=0, max=7 * 24 * 60, help="How long the old one lives.")] = 60,
    account: Account = None,
    as_json: AsJson = False,
) -> None:
    """Make a new password for a ShipStation vendor."""
    with opened() as (sessions, settings), sessions.begin() as session:
        account_id = accounts.find_account(session, account).account_id
        vendor = vendors.find_vendor(session, account_id, name)
        keep_old = timedelta(minutes=keep_old_minutes)
        answer = vendors.rotate(session, account_id, vendor, settings.url(), now=clock(session), keep_old=keep_old)
    _show(answer, as_json)


def _show(vendor: VendorOut, as_json: bool) -> None:
    if as_json:
        typer.echo(vendor.model_dump_json(exclude_none=True))
    elif vendor.url:
        typer.echo(connect_guide(vendor))
    else:
        typer.echo(f"Added the vendor {vendor.name}.")
