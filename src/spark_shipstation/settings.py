"""Configuration: environment variables with the prefix SPARK_ (or a `.env` file). Read by the edges only.

Instead of a variable, the same with _FILE can name a file that holds the value. Every setting stands in `.env.example`
and in the table of docs/settings.md; a test compares the three.
"""

from pathlib import Path
from typing import Any

from limits import parse_many
from pydantic import Field, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict
from sqlalchemy.engine import make_url


class FromFiles(PydanticBaseSettingsSource):
    """Values that stand in files of their own, as containers are given secrets. Raises OSError for one that cannot be
    read."""

    def __init__(self, settings_cls: type[BaseSettings], *variables: PydanticBaseSettingsSource) -> None:
        super().__init__(settings_cls)
        self.variables = [source.env_vars for source in variables if isinstance(source, EnvSettingsSource)]

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        name = f"{self.config['env_prefix']}{field_name}_FILE".lower()
        file = next((given[name] for given in self.variables if given.get(name)), None)
        return (Path(file).read_text(encoding="utf-8").strip() if file else None), field_name, False

    def __call__(self) -> dict[str, Any]:
        values = {name: self.get_field_value(field, name)[0] for name, field in self.settings_cls.model_fields.items()}
        return {name: value for name, value in values.items() if value is not None}


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SPARK_", env_file=".env", extra="ignore")

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=1, le=65535, description="Port to listen on.")
    base_url: str = Field("", description="How the world reaches this server, for the URL that ShipStation gets. "
                          "Empty: http://HOST:PORT.")  # fmt: skip
    database_url: str = Field("", description="A PostgreSQL 15 or newer, as postgresql://user:password@host/name. "
                              "Empty: the embedded PostgreSQL.")  # fmt: skip
    database_password: str = Field("", description="The password for SPARK_DATABASE_URL, where it does not stand "
                                   "there.")  # fmt: skip
    data_dir: Path = Field(
        Path(".spark"), description="Where the embedded PostgreSQL keeps its data, and first-run.json."
    )
    workers: int = Field(1, ge=1, le=64, description="How many server processes.")
    pool_size: int = Field(10, ge=1, le=200, description="Database connections that each worker keeps open.")
    transaction_seconds: int = Field(60, ge=1, le=240, description="The longest a transaction may take, in seconds. "
                                     "Must be shorter than a connection's overlap (300).")  # fmt: skip
    lock_seconds: int = Field(10, ge=1, le=240, description="The longest a statement waits for a lock, in seconds.")
    notice_bytes: int = Field(512 * 1024, ge=1024, description="The largest body of a notification, in bytes.")
    api_bytes: int = Field(16 * 1024 * 1024, ge=1024, description="The largest body of an API call, in bytes.")
    body_seconds: int = Field(30, ge=1, le=600, description="How long a request's body may take to arrive, in seconds.")
    connection_rate: str = Field("6000/minute", description="How often one connection or API key may call; several "
                                 "rates with ; between them. Each worker counts for itself. Empty: "
                                 "without limit.")  # fmt: skip
    address_rate: str = Field("30000/minute", description="How often one network address may call, as above.")
    connection_calls_at_once: int = Field(4, ge=1, le=1000, description="How many calls of one connection or API key "
                                          "each worker works at at once; others wait.")  # fmt: skip
    calls_at_once: int = Field(500, ge=2, le=100_000, description="How many calls each worker has at once, half of "
                               "them from one address; others are answered 503.")  # fmt: skip
    late_hours: int = Field(6, ge=1, le=720, description="After how many hours without a poll, or with an order that "
                            "no poll has picked up, the pages say so.")  # fmt: skip
    metrics_token: str = Field("", pattern=r"^(\S{20,})?$", repr=False, description="Who presents it (Authorization: "
                               "Bearer …) may read /metrics. At least 20 characters. Empty: nobody may.")  # fmt: skip
    log_level: str = Field(
        "INFO", pattern="^(?i:DEBUG|INFO|WARNING|ERROR|CRITICAL)$", description="DEBUG, INFO, WARNING or ERROR."
    )
    log_format: str = Field("json", pattern="^(json|console)$", description="json, or console for people.")

    @field_validator("connection_rate", "address_rate")
    @classmethod
    def _must_be_a_rate(cls, words: str) -> str:
        if words:
            parse_many(words)  # raises ValueError
        return words

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        from_files = FromFiles(settings_cls, env_settings, dotenv_settings)
        return init_settings, from_files, env_settings, dotenv_settings

    @model_validator(mode="after")
    def _with_password(self) -> "Settings":
        if self.database_url and self.database_password:
            url = make_url(self.database_url.replace("postgres://", "postgresql://", 1))
            self.database_url = url.set(password=self.database_password).render_as_string(hide_password=False)
        return self

    def url(self) -> str:
        """The base of every URL that is given out, without a slash at its end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.base_url.rstrip("/") or f"http://{host}:{self.port}"


def current() -> Settings:
    return Settings()
