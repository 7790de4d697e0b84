"""The commands: `spark-shipstation …`. Each opens what it needs, calls services, and commits."""

import typer

from . import (
    accounts,
    check,
    db,
    life,
    notices,
    orders,
    products,
    routing,
    serve,
    shipstation,
    stores,
    vendors,
    vendorsettings,
)

app = typer.Typer(
    name="spark-shipstation",
    help="Orders in, split by vendor; a ShipStation account is a vendor.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command("serve")(serve.serve)
app.command("check")(check.check)
app.add_typer(db.app, name="db")
app.add_typer(accounts.account, name="account")
app.add_typer(accounts.user, name="user")
app.add_typer(accounts.api_key, name="api-key")
vendors.app.add_typer(vendorsettings.app)
app.add_typer(vendors.app, name="vendor")
app.add_typer(stores.app, name="store")
orders.app.add_typer(life.app)
app.add_typer(orders.app, name="orders")
app.add_typer(notices.app, name="notices")
orders.app.command("reroute")(routing.reroute)
app.add_typer(products.app, name="products")
app.add_typer(routing.app, name="routing")
app.add_typer(shipstation.app, name="shipstation")
