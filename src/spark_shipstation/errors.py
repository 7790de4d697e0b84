"""The one tree of errors. Facts are attributes; how an error is shown is decided at the edges.

SparkError
├── BadRequest            the caller's words cannot be understood
│   └── TooMany           more in one call than is allowed
├── Unreadable            a document that is not what it claims to be
├── Invalid               understood, but against the rules; carries every reason
├── NotFound
├── Conflict              against what is stored already; carries every reason where there are several
├── Unauthorized          no, unknown or wrong credentials: always the same answer
├── SignInNeeded          a page that only people who are signed in may see
├── Forbidden             known, but switched off, or not allowed to do this
├── TooOften              tried too often: later again
├── MethodNotAllowed
├── TooLarge              a body over its limit
├── TooSlow               a body that takes too long to arrive
├── UnsupportedMedia
├── Unavailable           try again later
├── Refused               another's answer to a call of ours: not what was asked for
└── Unwritable            a value that no rule can make fit the wire (never leaves the export)
"""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was refused: `pointer` is a JSON pointer into what was sent, or ""."""

    detail: str
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class RowReason(Reason):
    """In a file of rows: `line` counts from 1, `column` is "" where it is the row as a whole. `pointer` says both."""

    line: int = 0
    column: str = ""


def row_reason(line: int, column: str, detail: str) -> RowReason:
    return RowReason(detail, ", ".join(filter(None, (f"line {line}", column))), line, column)


class SparkError(Exception):
    """`sentence` can be shown to a person: it says what is wrong and, where it can, what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class BadRequest(SparkError):
    pass


class TooMany(BadRequest):
    pass


class Unreadable(SparkError):
    pass


class Invalid(SparkError):
    def __init__(self, sentence: str, reasons: list[Reason]) -> None:
        super().__init__(sentence)
        self.reasons = reasons


class NotFound(SparkError):
    pass


class Conflict(SparkError):
    def __init__(self, sentence: str, reasons: list[Reason] | None = None) -> None:
        super().__init__(sentence)
        self.reasons = reasons or []


class Unauthorized(SparkError):
    """`called` are account and vendor of the connection whose URL was called, where it was one."""

    def __init__(
        self, sentence: str = "The username or the password is not right.", called: tuple[UUID, UUID] | None = None
    ) -> None:
        super().__init__(sentence)
        self.called = called


class SignInNeeded(SparkError):
    def __init__(self, sentence: str = "Sign in first.") -> None:
        super().__init__(sentence)


class Forbidden(SparkError):
    pass


class TooOften(SparkError):
    def __init__(self, sentence: str, retry_after: int) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class MethodNotAllowed(SparkError):
    def __init__(self, sentence: str, allowed: tuple[str, ...]) -> None:
        super().__init__(sentence)
        self.allowed = allowed


class TooLarge(SparkError):
    def __init__(self, sentence: str, limit: int) -> None:
        super().__init__(sentence)
        self.limit = limit


class TooSlow(SparkError):
    pass


class UnsupportedMedia(SparkError):
    pass


class Unavailable(SparkError):
    def __init__(self, sentence: str, retry_after: int = 30) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class Refused(SparkError):
    """`said` is the answer's own sentence; `retry_after` its seconds, where it named any."""

    def __init__(self, status: int, said: str, retry_after: int | None = None) -> None:
        later = "" if retry_after is None else f" It asks to be called again in {retry_after} seconds."
        super().__init__(f"The store answered {status}: {said}{later}")
        self.status = status
        self.said = said
        self.retry_after = retry_after


class Unwritable(SparkError):
    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
