"""Settings, read once: the environment first, then `.streamlit/secrets.toml`, then the defaults."""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from labeling.addresses import Network, networks

LogLevel = Literal["off", "error", "warning", "info"]
MetricsFor = Literal["off", "loopback", "all"]
SECRETS = Path(__file__).parent.parent / ".streamlit" / "secrets.toml"


class Settings(BaseSettings):
    """`LABELING_API_URL` empty means the embedded server; `LABELING_DATABASE_URL` empty means SQLite.

    `api_timeout` is in seconds.
    """

    model_config = SettingsConfigDict(
        env_prefix="LABELING_", frozen=True, extra="ignore", env_ignore_empty=True
    )

    # Somebody may have put a password into it, which the client then refuses.
    api_url: str = Field(default="", repr=False)
    api_token: SecretStr = SecretStr("")
    api_timeout: float = Field(default=10.0, gt=0, allow_inf_nan=False)
    data_dir: Path = Path("data")
    database_url: SecretStr = SecretStr("")
    sample: bool = False
    workers: int = Field(default=1, ge=0, le=16)
    sign_in: bool = False
    people_figures: Literal["on", "off"] = "on"
    registration: bool = False
    log: LogLevel = "warning"
    metrics: MetricsFor = "loopback"
    allowed_hosts: str = ""
    trusted_proxies: str = ""

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, text: str) -> str:
        networks(text)
        return text

    @property
    def has_people_figures(self) -> bool:
        """Whether figures of single people are shown at all."""
        return self.people_figures == "on"

    @property
    def embedded(self) -> bool:
        """Whether the app brings the API along itself."""
        return not self.api_url

    @property
    def hosts(self) -> frozenset[str]:
        """The names, without ports, under which others reach the app."""
        names = (name.strip().strip("[]").lower() for name in self.allowed_hosts.split(","))
        return frozenset(name for name in names if name)

    @property
    def proxies(self) -> tuple[Network, ...]:
        """From where X-Forwarded-For is believed."""
        return networks(self.trusted_proxies)

    @property
    def api_name(self) -> str:
        """By what name drafts know the API: `embedded`, or its address in one form however it was written."""
        if self.embedded:
            return "embedded"
        address = self.api_url.strip()
        parts = urlsplit(address)
        try:
            port = parts.port
        except ValueError:
            return address
        port = None if port == {"http": 80, "https": 443}.get(parts.scheme) else port
        host = (parts.hostname or "") + (f":{port}" if port else "")
        return f"{parts.scheme}://{host}{parts.path.rstrip('/')}"

    @property
    def database_file(self) -> Path:
        """Where the embedded server's SQLite database is."""
        return self.data_dir / "labeling.db"

    @property
    def token_file(self) -> Path:
        """Where the embedded server leaves the local user's token (mode 0600)."""
        return self.data_dir / "token"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        secrets = TomlConfigSettingsSource(settings_cls, SECRETS if SECRETS.is_file() else None)
        return init_settings, env_settings, _Prefixed(settings_cls, secrets)


class _Prefixed(PydanticBaseSettingsSource):
    """secrets.toml names the settings as the environment does: LABELING_API_URL = "..."."""

    def __init__(self, settings_cls: type[BaseSettings], toml: TomlConfigSettingsSource) -> None:
        super().__init__(settings_cls)
        self.toml = toml

    def get_field_value(self, field: object, field_name: str) -> tuple[object, str, bool]:
        return self.toml.toml_data.get(f"LABELING_{field_name.upper()}"), field_name, False

    def __call__(self) -> dict[str, object]:
        values = {name: self.get_field_value(None, name)[0] for name in self.settings_cls.model_fields}
        return {name: value for name, value in values.items() if value not in (None, "")}
