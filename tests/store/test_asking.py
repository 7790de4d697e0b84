"""Statements that the driver asks: what comes back, and what a failure looks like to everybody else."""

import pytest
from sqlalchemy import Engine, Integer, Text, any_, bindparam, event, func, literal, literal_column, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import CompileError, DBAPIError, OperationalError

from spark_shipstation.store.accounts import Account
from spark_shipstation.store.asking import plain_rows, plain_write
from spark_shipstation.store.base import new_id
from spark_shipstation.store.session import Sessions

ONE = select(bindparam("one", type_=Integer()), bindparam("two", type_=Text()), literal("own"))
NAMED = select(Account.name).where(Account.account_id == bindparam("id"))
BACKEND = select(func.pg_backend_pid())
ENDED = text("SELECT pg_terminate_backend(:backend)")


def test_values_go_by_their_names_and_those_of_the_statement_stay(sessions: Sessions) -> None:
    with sessions() as session:
        assert plain_rows(session, ONE, two="zwei", one=1) == [(1, "zwei", "own")]
        assert plain_rows(session, ONE, two=None, one=2) == [(2, None, "own")]


def test_a_value_that_is_left_out_is_an_error(sessions: Sessions) -> None:
    with sessions() as session, pytest.raises(KeyError, match="two"):
        plain_rows(session, ONE, one=1)


def test_what_waits_to_be_written_is_seen_and_undone_with_the_rest(sessions: Sessions) -> None:
    id_ = new_id()
    with sessions() as session:
        session.add(Account(account_id=id_, name="asked"))
        assert plain_rows(session, NAMED, id=id_) == [("asked",)]
        plain_write(session, text("UPDATE accounts SET name = 'told' WHERE account_id = :id"), id=id_)
        assert plain_rows(session, NAMED, id=id_) == [("told",)]
        session.rollback()
        assert plain_rows(session, NAMED, id=id_) == []


def test_a_list_is_one_value_and_one_that_changes_the_words_is_refused(sessions: Sessions) -> None:
    two = literal_column("2", Integer())
    with sessions() as session:
        assert plain_rows(session, select(two == any_(literal([1, 2], ARRAY(Integer()))))) == [(True,)]
        with pytest.raises(CompileError, match="among"):
            plain_rows(session, select(two.in_([1, 2])))


def test_a_failure_is_sqlalchemys_with_its_state_and_without_its_values(sessions: Sessions) -> None:
    with sessions() as session, pytest.raises(DBAPIError) as failed:
        plain_rows(session, text("SELECT 1 / (length(:secret) - 6)"), secret="secret")
    assert failed.value.orig.sqlstate == "22012"  # type: ignore[union-attr]
    assert "1 / (length($1)" in str(failed.value)
    assert "'secret'" not in str(failed.value)
    assert not failed.value.connection_invalidated


def test_what_the_driver_cannot_read_is_such_a_failure_too(sessions: Sessions) -> None:
    with sessions() as session, pytest.raises(DBAPIError):
        plain_rows(session, text("SELECT timestamptz 'infinity'"))


def test_a_connection_that_broke_is_told_so_and_replaced(sessions: Sessions) -> None:
    with sessions() as session:
        [(backend,)] = plain_rows(session, BACKEND)
        with sessions.begin() as other:
            plain_rows(other, ENDED, backend=backend)
        with pytest.raises(OperationalError) as failed:
            plain_rows(session, BACKEND)
        assert failed.value.connection_invalidated
        session.rollback()
        assert plain_rows(session, BACKEND) != [(backend,)]


def test_listeners_can_note_when_a_statement_began(sessions: Sessions, engine: Engine) -> None:
    began = lambda *call: setattr(call[4], "began", call[2])  # noqa: E731
    noted: list[str] = []
    ended = lambda *call: noted.append(call[4].began)  # noqa: E731
    event.listen(engine, "before_cursor_execute", began)
    event.listen(engine, "after_cursor_execute", ended)
    try:
        with sessions() as session:
            plain_rows(session, NAMED, id=None)
    finally:
        event.remove(engine, "before_cursor_execute", began)
        event.remove(engine, "after_cursor_execute", ended)
    assert len(noted) == 1


def test_who_listens_to_statements_hears_of_these_too(sessions: Sessions, engine: Engine) -> None:
    told: list[tuple[str, object]] = []
    note = lambda *call: told.append((call[2], call[3]))  # noqa: E731
    event.listen(engine, "before_cursor_execute", note)
    try:
        with sessions() as session:
            plain_rows(session, NAMED, id=None)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    [(words, values)] = told
    assert ("accounts.account_id = $1" in words, values) == (True, [None])
