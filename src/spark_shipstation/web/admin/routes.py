"""A page from its address to its answer: who asks, the transaction that it is made in and its handler, in one thread.

A page's parameters are all words of its address, so nothing is left for FastAPI to work out: it would look for the
route once more in each router, and give each dependency a thread and a turn of its own, which together took longer than
the questions of most pages. Forms, which bring a body, are FastAPI's.
"""

from collections.abc import Callable
from inspect import signature
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import URLPath
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, NoMatchFound, compile_path
from starlette.types import Receive, Scope, Send

from ...errors import SignInNeeded
from ...store.session import see_one_moment
from ..deps import parts_of
from . import cookies
from .visits import Visit, visit_of

Handler = Callable[..., Response]
Check = Callable[[Visit], Visit]

NOT_HERE: tuple[Match, Scope] = (Match.NONE, {})  # what most pages say of a call


class Page(BaseRoute):
    """The handler gets the visit, and by name what its other parameters are: parts of the path, or of the query with
    what they are where they are not given."""

    methods = frozenset({"GET"})

    def __init__(self, path: str, show: Handler, check: Check | None) -> None:
        self.path, self.show, self.check = path, show, check
        self.path_regex, self.path_format, convertors = compile_path(path)
        self.is_fixed = not convertors
        _, *others = signature(show).parameters.values()
        self.usual: dict[str, str] = {one.name: one.default for one in others if one.name not in convertors}

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        found = None if self.is_fixed else self.path_regex.match(scope["path"])
        if (found is None and scope["path"] != self.path) or scope["type"] != "http":
            return NOT_HERE
        there = {"route": self, "path_params": found.groupdict() if found else {}}
        return Match.FULL if scope["method"] in self.methods else Match.PARTIAL, there

    def url_path_for(self, name: str, /, **path_params: Any) -> URLPath:
        """Pages have no names."""
        raise NoMatchFound(name, path_params)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in self.methods:
            raise HTTPException(405, headers={"Allow": ", ".join(self.methods)})
        response = await run_in_threadpool(self.answer, Request(scope, receive, send))
        await response(scope, receive, send)

    def answer(self, request: Request) -> Response:
        """The transaction has ended before the answer leaves. Who has no session takes no connection."""
        if not cookies.read(request, cookies.SESSION):
            raise SignInNeeded
        with parts_of(request).sessions.begin() as session:
            see_one_moment(session)
            visit = visit_of(request, session)
            if self.check is not None:
                self.check(visit)
            return self.show(visit, **request.path_params, **self.asked(request))

    def asked(self, request: Request) -> dict[str, Any]:
        if not (self.usual and request.scope["query_string"]):
            return self.usual
        query = request.query_params
        return {name: query.get(name, usual) for name, usual in self.usual.items()}


class PageRouter(APIRouter):
    """Forms as of any router, and pages."""

    def page(self, path: str, check: Check | None = None) -> Callable[[Handler], Handler]:
        """`check` raises Forbidden for who may not see it."""

        def add(show: Handler) -> Handler:
            self.routes.append(Page(path, show, check))
            return show

        return add


def pages_of(router: APIRouter) -> list[Page]:
    """All of that router and of those that it includes. An application asks them itself, before its routers."""
    found: list[Page] = []
    for route in router.routes:
        within = getattr(route, "original_router", None)
        found += pages_of(within) if within is not None else [route] if isinstance(route, Page) else []
    return found
