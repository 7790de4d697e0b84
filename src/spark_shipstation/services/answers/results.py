"""What became of what was sent."""

from pydantic import BaseModel


class ReasonOut(BaseModel):
    detail: str
    pointer: str = ""


class ResultOut(BaseModel):
    index: int
    id: str | None
    number: str | None
    outcome: str
    errors: list[ReasonOut] = []


class ResultsOut(BaseModel):
    """One for each order that was sent, in its order."""

    results: list[ResultOut]
