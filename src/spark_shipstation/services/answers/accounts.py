"""What an account has: stores and keys."""

from pydantic import BaseModel


class StoreOut(BaseModel):
    """`statuses`: the shop's word → what it means. `unknown_statuses` are the words of open orders that have no meaning
    yet. `when_unrouted`: an order with a line that has no vendor is sent without it (`send_rest`), or waits (`wait`).
    `orders_left` is how many open orders still have to follow what was changed: repeat the call."""

    code: str
    name: str
    currency: str
    time_zone: str
    statuses: dict[str, str]
    unknown_statuses: list[str]
    when_unrouted: str
    orders_left: int = 0


class ApiKeyOut(BaseModel):
    id: str
    secret: str
