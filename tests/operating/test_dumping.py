"""A backup from one database into another, on whichever PostgreSQL the tests run: 15, too, where the programs that come
along are newer than the server."""

from pathlib import Path

import psycopg

from databases import fresh_database
from processes import spark
from spark_shipstation.store.dumping import address, environment


def test_a_backup_goes_from_one_database_into_another(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "spark.dump"
    with fresh_database(database_url) as one, fresh_database(database_url) as other:
        for words in (
            ["db", "upgrade"],
            ["account", "add", "A"],
            ["vendor", "add", "East"],
            ["db", "backup", str(file)],
        ):
            done = spark(tmp_path, *words, SPARK_DATABASE_URL=one)
            assert done.returncode == 0, done.stderr
        done = spark(tmp_path, "db", "restore", str(file), SPARK_DATABASE_URL=other)
        assert done.returncode == 0, done.stderr
        again = spark(tmp_path, "db", "restore", str(file), "--replace", SPARK_DATABASE_URL=other)
        assert again.returncode == 0, again.stderr
        with psycopg.connect(other.replace("+psycopg", "")) as connection:
            assert connection.execute("SELECT name FROM accounts").fetchall() == [("A",)]
            assert connection.execute("SELECT restored_at IS NOT NULL FROM connections").fetchall() == [(True,)]
            triggers = "SELECT count(*) FROM pg_trigger WHERE tgname = 'changes_commit_in_time'"
            assert connection.execute(triggers.encode()).fetchone() == (1,)


def test_a_password_stands_in_no_command_line() -> None:
    """PostgreSQL's programs get it in their environment, which is for their owner only."""
    url = "postgresql+psycopg://spark:p%40ss@db/spark?sslmode=require"
    assert address(url) == "postgresql://spark@db/spark?sslmode=require"
    assert environment(url)["PGPASSWORD"] == "p@ss"
