"""What goes out about a file that came in."""

from collections.abc import Iterable

from pydantic import BaseModel

from ..errors import RowReason
from .outcomes import Outcome
from .products import Result


class RowErrorOut(BaseModel):
    """`line` is that of the file, from 1; `column` is empty where it is the row as a whole. `pointer` says both."""

    detail: str
    pointer: str
    line: int
    column: str
    sku: str


class ProductsTakenOut(BaseModel):
    """How many products were created, updated and so on, and every reason of those that were refused."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    errors: list[RowErrorOut] = []

    @property
    def products(self) -> int:
        return self.created + self.updated + self.unchanged + self.refused

    @property
    def all_refused(self) -> bool:
        return bool(self.refused) and self.refused == self.products


def count_products(so_far: ProductsTakenOut, results: Iterable[Result]) -> ProductsTakenOut:
    """With these results added to what was taken before them."""
    counts = {outcome.value: getattr(so_far, outcome.value) for outcome in Outcome}
    errors = list(so_far.errors)
    for result in results:
        counts[result.outcome.value] += 1
        errors += [
            RowErrorOut(sku=result.sku, detail=why.detail, pointer=why.pointer, line=why.line, column=why.column)
            for why in result.reasons
            if isinstance(why, RowReason)
        ]
    return ProductsTakenOut(**counts, errors=errors)
