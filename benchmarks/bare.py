"""The floors: FastAPI routes on the same server, with the same sessions, that do only what cannot be left out. Of a
poll: authenticate. Of a notice: authenticate and keep it, commit, write that it is settled, commit.
"""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Body, FastAPI, Request, Response
from sqlalchemy import text
from sqlalchemy.orm import Session

from spark_shipstation.services.notices import RawNotice, keep
from spark_shipstation.services.vendors import authenticated
from spark_shipstation.settings import Settings
from spark_shipstation.store.session import connect, reading_sessions_on, sessions_on
from spark_shipstation.web.deps import basic_credentials


def create_app() -> FastAPI:
    app = FastAPI()
    engine = connect(Settings().database_url)
    sessions, writing = reading_sessions_on(engine), sessions_on(engine)

    @app.get("/shipstation/{public_id}")
    def only_authenticate(request: Request, public_id: str) -> Response:
        with sessions.begin() as session:
            authenticated(session, public_id, *basic_credentials(request))
        return Response("<ok/>", media_type="application/xml")

    @app.post("/shipstation/{public_id}")
    def only_keep(request: Request, public_id: str, body: Annotated[bytes, Body()]) -> Response:
        with writing.begin() as session:
            account_id, notice_id = kept(session, request, public_id, body)
        with writing.begin() as session:
            session.execute(SETTLED, {"account_id": account_id, "id": notice_id})
        return Response("<ok></ok>", media_type="application/xml")

    return app


SETTLED = text("UPDATE notices SET state = 'applied', answer = 200 WHERE account_id = :account_id AND id = :id")


def kept(session: Session, request: Request, public_id: str, body: bytes) -> tuple[UUID, UUID]:
    caller = authenticated(session, public_id, *basic_credentials(request), durable=True)
    [id_] = keep(session, caller.channel, [RawNotice({}, "text/xml", body)], now=datetime.now(UTC))
    return caller.channel.account_id, id_
