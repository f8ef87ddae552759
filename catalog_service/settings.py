"""The settings of one run, read once: flag, environment, `polyseme.toml`, then default."""

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from catalog_service.errors import Misconfigured

DEFAULT_BASE = "https://mesh.example/"
FILE = "polyseme.toml"
_FOLDERS = ("standards", "data_roots")
"""Settings that list folders; a path in a file begins at the file."""


class Connection(BaseModel):
    """How to reach the data of a port where its address in the graph is not enough.

    What is secret is named by the environment variable that holds it, so that no file keeps it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field("", description="An address to read instead of the one in the graph.")
    url_env: str = Field("", description="The environment variable that holds such an address.")
    user: str = Field("", description="Whose rights the data is read with.")
    password_env: str = Field("", description="The environment variable that holds the password.")
    token_env: str = Field("", description="The environment variable that holds a bearer token.")
    endpoint: str = Field(
        "",
        description="Where an object store answers, as `https://host:9000`; empty for Amazon's"
        " own. `user` is then the id of an access key, `password_env` names the variable with its"
        " secret, and `token_env` the one with the token of a session.",
    )
    region: str = Field("", description="The region of an object store; `us-east-1` if empty.")
    loopback: bool = Field(
        default=False, description="Whether an address of this machine may be asked over HTTP."
    )
    takes_keys: bool = Field(
        default=False,
        description="Whether keys of identities may go along with what is asked of it, so that it"
        " hands over their rows only. Who runs it sees them, in its log as well.",
    )
    engine: Literal["", "duckdb", "spark"] = Field(
        "", description="The engine that questions over it are put to, whatever it holds."
    )

    @field_validator("url")
    @classmethod
    def _without_password(cls, value: str) -> str:
        if urlsplit(value).password is not None:
            msg = "holds a password; name the variable that holds it as password_env"
            raise ValueError(msg)
        return value

    @field_validator("endpoint")
    @classmethod
    def _of_a_service(cls, value: str) -> str:
        at = urlsplit(value)
        web = at.scheme in ("http", "https") and at.hostname and at.path in ("", "/")
        if value and (not web or at.username is not None or at.query or at.fragment):
            msg = "write the address of the object store as https://host:9000, without more"
            raise ValueError(msg)
        return value

    def address(self) -> str:
        """The address to read instead of the one in the graph; empty for none."""
        return os.environ.get(self.url_env, "") if self.url_env else self.url

    def password(self) -> str:
        """The password; empty for none."""
        return os.environ.get(self.password_env, "") if self.password_env else ""

    def token(self) -> str:
        """The bearer token; empty for none."""
        return os.environ.get(self.token_env, "") if self.token_env else ""


class Settings(BaseSettings):
    """What may be set. Each field is also `POLYSEME_<FIELD>` in the environment."""

    model_config = SettingsConfigDict(env_prefix="POLYSEME_", frozen=True, extra="forbid")

    home: Path = Field(Path(".polyseme"), description="The folder that holds journal and indexes.")
    base_iri: str = Field(
        "",
        description="What the IRIs of this mesh begin with. A home remembers its first.",
    )
    cache: Path = Field(
        default_factory=lambda: Path(
            os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "polyseme"
        ),
        description="The folder for what can be computed again, such as the closed ontology.",
    )
    standards: Annotated[tuple[Path, ...] | None, NoDecode] = Field(
        None,
        description="The folders of standards that domains keep for their own products; paths in a"
        " file begin at the file, and in the environment a colon parts them. A home remembers the"
        " folders that it was last given to write with.",
    )
    publisher: str = Field("", description="Who publishes, as journal and pages name them.")
    host: str = Field("127.0.0.1", description="The address to serve on.")
    port: int = Field(8000, ge=0, le=65535, description="The port to serve on; 0 takes a free one.")
    token: SecretStr | None = Field(
        None, description="The bearer token that every request but /health must carry."
    )
    publish_token: SecretStr | None = Field(
        None, description="The token that `polyseme publish --to` sends; see `polyseme token`."
    )
    workers: int = Field(2, ge=1, le=64, description="Processes that answer SPARQL.")
    query_seconds: float = Field(10.0, gt=0, le=3600, description="Time limit of one SPARQL query.")
    subscriptions: int = Field(
        1_000,
        ge=1,
        description="How many may follow the feed of changes at a time, and how many WebSockets may"
        " be open.",
    )
    query_memory: int = Field(
        1024, ge=64, description="Memory limit of one SPARQL query, in MiB beyond the graph's own."
    )

    past_subjects: int = Field(
        25_000,
        ge=0,
        description="How many products and decisions the past states that are kept at hand may"
        " hold together; 0 answers nothing of the past.",
    )

    data_roots: Annotated[tuple[Path, ...] | None, NoDecode] = Field(
        None,
        description="The folders below which the files of ports may be read to answer questions"
        " across products; paths in a file begin at the file, and in the environment a colon parts"
        " them. Where none are named, a server reads no files, and a command only those in the"
        " repository of the document that states the port.",
    )
    connections: dict[str, Connection] = Field(
        {},
        description="How to reach the data of ports, in a file as"
        ' `[connections."<IRI of a port or product, or how an address begins>"]` with `url` or'
        " `url_env`, `user`, `password_env`, `token_env`, `endpoint`, `region`, `loopback`,"
        " `takes_keys` and `engine`. Databases, object stores and SPARQL services are read only"
        " where one is set. One with a secret for a port or product wants a `url`, which the"
        " secret goes to.",
    )
    data_threads: int = Field(
        2, ge=1, le=256, description="Threads that the data of one question is read with."
    )

    spark_url: str = Field(
        "",
        description="The Spark Connect server, as `sc://host:15002`, for questions over more data"
        " than `scan_limit` and over ports whose connection has `engine` set to `spark`.",
    )
    spark_files: bool = Field(
        default=False,
        description="Whether that server sees the files of ports under the same paths; where it"
        " does not, the rows that are wanted are sent to it.",
    )
    scan_limit: int = Field(
        10_240, ge=0, description="MiB of data that DuckDB is given to read where Spark is set up."
    )

    clearance: Literal["Public", "Internal", "Confidential", "Restricted"] = Field(
        "Confidential",
        description="The highest level of sensitivity whose values are shown in answers across"
        " products; keys above it may join and are never shown.",
    )
    identities: bool = Field(
        default=False,
        description="Whether an answer across products may have one row for each identity.",
    )
    statements: bool = Field(
        default=False,
        description="Whether callers over HTTP are shown the SQL of an answer, which holds the"
        " filters of policies.",
    )
    minimum_group: int = Field(
        5, ge=1, description="Groups of fewer identities are withheld from answers; 1 for none."
    )
    answer_seconds: float = Field(
        60.0, gt=0, le=86_400, description="Time limit of one answer across products."
    )
    answer_memory: int = Field(
        2048, ge=64, description="Memory limit of one answer across products, in MiB."
    )
    answer_rows: int = Field(
        10_000_000, ge=1, description="The most rows of one answer across products."
    )

    @field_validator("standards", "data_roots", mode="before")
    @classmethod
    def _parted(cls, value: object) -> object:
        return (
            [part for part in value.split(os.pathsep) if part] if isinstance(value, str) else value
        )

    @field_validator("base_iri")
    @classmethod
    def _ends_in_slash(cls, value: str) -> str:
        web = value.startswith(("http://", "https://"))
        if value and (not web or any(character in value for character in ' <>"')):
            msg = "must be an http(s) IRI"
            raise ValueError(msg)
        return value if not value or value.endswith(("/", "#")) else value + "/"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - no .env is read
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - nor a secrets folder
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags, then the environment, then what `read` found in the file."""
        given = dict(getattr(init_settings, "init_kwargs", {}))
        filed = given.pop("_filed", {})
        return (
            InitSettingsSource(settings_cls, given),
            env_settings,
            InitSettingsSource(settings_cls, filed),
        )


def read(start: Path | None = None, **flags: Any) -> Settings:  # noqa: ANN401 - as the fields are
    """The settings for work that begins in the folder `start`.

    Args:
        start: the file or folder the command was given; the nearest `polyseme.toml` (or
            `[tool.polyseme]` of a `pyproject.toml`) in it or above it counts, else the one in or
            above the current folder.
        flags: fields given on the command line; None means not given.

    Raises:
        Misconfigured: a value is wrong, or a name is unknown; the file or variable is named.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    file = next(filter(None, (_nearest(place) for place in (start, Path.cwd()) if place)), None)
    filed = _filed(file) if file else {}
    try:
        return Settings(**given, _filed=filed)  # type: ignore[call-arg]
    except ValidationError as fault:
        first = fault.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "settings"
        where = _named(name, given, filed, file)
        raise Misconfigured(
            f"{where}: {first['msg'].removeprefix('Value error, ')}",
            hint=f"the settings are {', '.join(sorted(Settings.model_fields))}",
        ) from fault


def _named(name: str, given: dict[str, Any], filed: dict[str, Any], file: Path | None) -> str:
    if name in given:
        return f"--{name.replace('_', '-')}"
    return f"{file}: {name}" if name in filed else f"POLYSEME_{name.upper()}"


def _nearest(start: Path) -> Path | None:
    begin = start.absolute()
    for folder in (begin, *begin.parents):
        if (folder / FILE).is_file():
            return folder / FILE
        project = folder / "pyproject.toml"
        if project.is_file() and "[tool.polyseme]" in project.read_text(encoding="utf-8"):
            return project
    return None


def _filed(file: Path) -> dict[str, Any]:
    try:
        stated = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise Misconfigured(f"{file}: {fault}", hint="mend the file") from fault
    table: dict[str, Any] = (
        stated if file.name == FILE else stated.get("tool", {}).get("polyseme", {})
    )
    return table | {
        name: [file.parent / folder for folder in folders]
        for name in _FOLDERS
        if isinstance(folders := table.get(name), list)
        and all(isinstance(folder, str) for folder in folders)
    }
