"""The one table from class of error to HTTP status. How it is said is decided where it is answered."""

from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from .. import errors

STATUS: dict[type[errors.SparkError], int] = {
    errors.TooMany: 422,
    errors.BadRequest: 400,
    errors.Unreadable: 400,
    errors.Invalid: 422,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Unauthorized: 401,
    errors.SignInNeeded: 401,
    errors.Forbidden: 403,
    errors.TooOften: 429,
    errors.MethodNotAllowed: 405,
    errors.TooLarge: 413,
    errors.TooSlow: 408,
    errors.UnsupportedMedia: 415,
    errors.Unavailable: 503,
}

UNIQUE_VIOLATION = "23505"
# Classes of SQLSTATE that pass: connection, transaction state and rollback, resources, object in use, operator, system.
PASSING = frozenset({"08", "40", "53", "55", "57", "58", "25"})
TRY_AGAIN = "Spark's database cannot be reached or is busy. Nothing was changed; try again."


def status_of(error: errors.SparkError) -> int:
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def headers_of(error: errors.SparkError) -> dict[str, str]:
    if isinstance(error, errors.Unauthorized):
        return {"WWW-Authenticate": 'Basic realm="Spark", charset="UTF-8"'}
    if isinstance(error, errors.Unavailable | errors.TooOften):
        return {"Retry-After": str(error.retry_after)}
    if isinstance(error, errors.MethodNotAllowed):
        return {"Allow": ", ".join(error.allowed)}
    if isinstance(error, errors.TooSlow):
        return {"Connection": "close"}  # the rest of the body would be taken for the next request
    return {}


def cause_of(error: BaseException | None) -> str:
    """For the log: the kind of failure, without the words of a statement or a row."""
    original = getattr(error, "orig", None) or error
    return " ".join(filter(None, (type(original).__name__, getattr(original, "sqlstate", None)))) if original else ""


def as_spark_error(error: Exception) -> errors.SparkError | None:
    """What a failure of the database means to the caller; None for a fault of our own."""
    if isinstance(error, errors.SparkError):
        return error
    if isinstance(error, PoolTimeout):
        return errors.Unavailable(TRY_AGAIN, retry_after=5)
    if not isinstance(error, DBAPIError):
        return None
    state = getattr(error.orig, "sqlstate", None) or ""
    if state == UNIQUE_VIOLATION:  # someone else wrote the same at the same moment
        return errors.Unavailable(TRY_AGAIN, retry_after=1)
    if error.statement is None:  # a commit, or a connection that could not be made
        return errors.Unavailable(TRY_AGAIN)
    if isinstance(error, DataError):
        return errors.BadRequest("A value holds what cannot be stored, for example a NUL character.")
    if not can_be_reached(error) or state[:2] in PASSING:
        return errors.Unavailable(TRY_AGAIN)
    return None


def can_be_reached(error: Exception) -> bool:
    """Whether the database that failed so will answer another transaction at once: for what is written about it."""
    if isinstance(error, PoolTimeout):
        return False
    if not isinstance(error, DBAPIError):
        return True
    nothing_said = isinstance(error, OperationalError) and not getattr(error.orig, "sqlstate", None)
    return not (error.connection_invalidated or nothing_said)
