"""The pages for people: one module with its templates for each group, wired here."""

from fastapi import APIRouter
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from . import (
    activity,
    inbox,
    me,
    order_actions,
    order_moves,
    order_packages,
    orders,
    overview,
    people,
    rendering,
    signing,
    vendor_forms,
    vendors,
)
from .catalog import files, products, rerouting, rules, trying
from .routes import pages_of

router = APIRouter(include_in_schema=False)
ORDERS = (orders, order_moves, order_packages, order_actions)
for module in (overview, *ORDERS, inbox, vendors, vendor_forms, activity, people, me, signing):
    router.include_router(module.router)
for part in (files, products, rules, rerouting, trying):
    router.include_router(part.router)
pages = pages_of(router)


class StaticFilesOfOurs(StaticFiles):
    """Browsers keep a file as long as its address, which changes with it."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["X-Content-Type-Options"] = "nosniff"
        if scope["query_string"]:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


static_files = StaticFilesOfOurs(directory=rendering.STATIC)
