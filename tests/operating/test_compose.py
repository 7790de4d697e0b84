"""docker-compose.yml as podman-compose reads it, the Dockerfile as hadolint does, and secrets that stand in files."""

import re
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from dockerfile_parse import DockerfileParser

from processes import spark
from spark_shipstation.cli import app as commands
from spark_shipstation.settings import Settings
from test_docs import leaves

ROOT = Path(__file__).parents[2]
ENGINE = "#!/bin/sh\necho 'podman version 5.0.0'\n"
Service = dict[str, Any]


@cache
def compose(*profiles: str) -> dict[str, Any]:
    """The file, read and resolved. Podman-compose asks for the engine's version, even to print what it has read."""
    chosen = [word for name in profiles for word in ("--profile", name)]
    with tempfile.TemporaryDirectory() as folder:
        engine = Path(folder) / "podman"
        engine.write_text(ENGINE)
        engine.chmod(0o755)
        read = subprocess.run(
            [sys.executable, "-m", "podman_compose", "--podman-path", str(engine), "--file", "docker-compose.yml",
             "--env-file", "/dev/null", *chosen, "config"],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert read.returncode == 0, read.stderr
    document: dict[str, Any] = yaml.safe_load(read.stdout)
    return document


def service(name: str) -> Service:
    found: Service = compose("https")["services"][name]
    return found


def test_caddy_runs_with_its_profile_only() -> None:
    assert compose()["services"].keys() == {"postgres", "migrate", "spark"}
    assert compose("https")["services"].keys() == {"postgres", "migrate", "spark", "caddy"}


@pytest.mark.parametrize("name", ["migrate", "spark", "caddy"])
def test_what_runs_our_files_can_do_as_little_as_possible(name: str) -> None:
    ours = service(name)
    assert ours["read_only"] is True
    assert ours["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in ours["security_opt"]


def test_the_service_starts_after_one_migration_and_that_after_a_healthy_database() -> None:
    assert service("migrate")["command"] == ["db", "upgrade"]
    assert service("migrate")["depends_on"]["postgres"]["condition"] == "service_healthy"
    assert "restart" not in service("migrate")
    assert service("spark")["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert service("caddy")["depends_on"]["spark"]["condition"] == "service_healthy"
    assert service("postgres")["healthcheck"]["test"][:2] == ["CMD", "pg_isready"]


def test_only_caddy_is_reached_from_outside() -> None:
    published = {name: one.get("ports", []) for name, one in compose("https")["services"].items()}
    assert {port.partition(":")[0] for port in published["spark"]} == {"127.0.0.1"}
    assert published["postgres"] == published["migrate"] == []
    assert {port.partition("/")[0] for port in published["caddy"]} == {"80:80", "443:443"}


def test_what_must_outlive_a_container_is_in_a_volume() -> None:
    document = compose("https")
    assert document["volumes"].keys() == {"postgres", "caddy"}
    assert "postgres:/var/lib/postgresql" in service("postgres")["volumes"]
    assert "caddy:/data" in service("caddy")["volumes"]


def test_a_stop_waits_longer_than_requests_may_take() -> None:
    """Ten seconds to finish and five to be undone: see `cli/serve.py` and `web/app.py`."""
    assert int(service("spark")["stop_grace_period"].removesuffix("s")) > 15


def test_the_database_and_the_service_read_its_password_from_one_file() -> None:
    secret = "/run/secrets/database_password"
    assert compose()["secrets"]["database_password"]["file"].endswith("secrets/database_password")
    for name, variable in (("postgres", "POSTGRES_PASSWORD_FILE"), ("spark", "SPARK_DATABASE_PASSWORD_FILE"),
                           ("migrate", "SPARK_DATABASE_PASSWORD_FILE")):  # fmt: skip
        assert service(name)["environment"][variable] == secret
        assert [one if isinstance(one, str) else one["source"] for one in service(name)["secrets"]] == [
            "database_password"
        ]
    assert "PASSWORD:" not in (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    assert "secrets/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_compose_gives_the_service_what_it_needs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Its variables are settings, and together they are the database's address."""
    (tmp_path / "password").write_text("p@ss/word:1\n")
    for name, value in service("spark")["environment"].items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.setenv("SPARK_DATABASE_PASSWORD_FILE", str(tmp_path / "password"))
    settings = Settings(_env_file=None)
    assert settings.database_url == "postgresql://spark:p%40ss%2Fword%3A1@postgres/spark"
    assert settings.workers == 2


def test_the_linter_finds_nothing_in_the_dockerfile() -> None:
    linted = subprocess.run(
        [Path(sys.executable).with_name("hadolint"), "Dockerfile"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (linted.returncode, linted.stdout) == (0, "")


def test_the_image_runs_as_a_plain_user_whose_number_an_engine_can_check() -> None:
    users = [
        one["value"] for one in DockerfileParser(str(ROOT / "Dockerfile")).structure if one["instruction"] == "USER"
    ]
    assert users == ["10001:10001"]


# Secrets by file.


def test_a_value_can_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "value"
    file.write_text("  8123\n")
    monkeypatch.setenv("SPARK_PORT_FILE", str(file))
    monkeypatch.setenv("SPARK_PORT", "")
    assert Settings(_env_file=None).port == 8123


def test_the_file_can_be_named_in_dot_env(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://spark@db/spark")
    (tmp_path / "password").write_text("secret")
    (tmp_path / ".env").write_text(
        f"SPARK_DATABASE_URL_FILE={tmp_path}/url\nSPARK_DATABASE_PASSWORD_FILE={tmp_path}/password\n"
    )
    assert Settings(_env_file=tmp_path / ".env").database_url == "postgresql://spark:secret@db/spark"


def test_a_file_that_is_missing_is_named_in_a_sentence(tmp_path: Path) -> None:
    refused = spark(tmp_path, "db", "upgrade", SPARK_DATABASE_PASSWORD_FILE="/run/secrets/nothing")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == "Error: /run/secrets/nothing: No such file or directory.\n"


# The page about it.


def test_every_command_of_the_page_about_operating_exists() -> None:
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    known = set(leaves(typer.main.get_command(commands)))
    lines = re.findall(r"(?:spark-shipstation|compose run --rm (?:-T )?spark) ([a-z][^`\n]*)", page)
    assert len(lines) > 8
    for line in lines:
        assert any(f"{line} ".startswith(f"{command} ") for command in known), line
