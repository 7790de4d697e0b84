"""The floor of a poll: a FastAPI route that only authenticates, on the same server, with the same session."""

from fastapi import FastAPI, Request, Response

from spark_shipstation.services.vendors import authenticated
from spark_shipstation.settings import Settings
from spark_shipstation.store.session import connect, reading_sessions_on
from spark_shipstation.web.deps import basic_credentials


def create_app() -> FastAPI:
    app = FastAPI()
    sessions = reading_sessions_on(connect(Settings().database_url))

    @app.get("/shipstation/{public_id}")
    def only_authenticate(request: Request, public_id: str) -> Response:
        with sessions.begin() as session:
            authenticated(session, public_id, *basic_credentials(request))
        return Response("<ok/>", media_type="application/xml")

    return app
