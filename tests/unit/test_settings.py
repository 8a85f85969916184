"""Settings come from the environment first, then from secrets.toml, then from the defaults."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from labeling import settings
from labeling.settings import Settings


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No settings from outside; the path of a secrets file that is not there yet."""
    for name in [name for name in os.environ if name.startswith("LABELING_")]:
        monkeypatch.delenv(name)
    secrets = tmp_path / "secrets.toml"
    monkeypatch.setattr(settings, "SECRETS", secrets)
    return secrets


def test_with_nothing_set_the_embedded_server_keeps_its_data_in_data() -> None:
    found = Settings()
    assert found.embedded
    assert found.data_dir == Path("data")
    assert found.token_file == Path("data/token")
    assert found.api_token.get_secret_value() == ""
    assert found.database_url.get_secret_value() == ""
    assert found.sample is False
    assert found.api_timeout == 10


def test_an_api_url_turns_the_embedded_server_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABELING_API_URL", "https://api.test/organizations/3")
    found = Settings()
    assert not found.embedded
    assert found.api_url == "https://api.test/organizations/3"


def test_the_environment_goes_before_the_secrets_file(monkeypatch: pytest.MonkeyPatch, clean: Path) -> None:
    clean.write_text('LABELING_API_URL = "https://file.test"\nLABELING_API_TOKEN = "from-file"\n')
    monkeypatch.setenv("LABELING_API_URL", "https://environment.test")
    found = Settings()
    assert found.api_url == "https://environment.test"
    assert found.api_token.get_secret_value() == "from-file"


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch, clean: Path) -> None:
    clean.write_text('LABELING_API_URL = "https://file.test"\nLABELING_DATA_DIR = ""\n')
    monkeypatch.setenv("LABELING_API_URL", "")
    found = Settings()
    assert found.api_url == "https://file.test"
    assert found.data_dir == Path("data")


def test_the_sample_is_asked_for_with_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABELING_SAMPLE", "1")
    assert Settings().sample is True


def test_the_time_that_an_answer_may_take_is_a_positive_number_of_seconds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LABELING_API_TIMEOUT", "2.5")
    assert Settings().api_timeout == 2.5
    for wrong in ("0", "-1", "inf", "nan", "soon"):
        monkeypatch.setenv("LABELING_API_TIMEOUT", wrong)
        with pytest.raises(ValidationError, match="api_timeout"):
            Settings()


def test_other_secrets_are_let_be(clean: Path) -> None:
    clean.write_text('password = "hush"\n[connections.db]\nurl = "sqlite://"\n')
    assert Settings().api_url == ""


def test_neither_token_nor_database_password_stands_in_the_text_of_the_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LABELING_API_TOKEN", "hush-token")
    monkeypatch.setenv("LABELING_DATABASE_URL", "postgresql://ana:hush-db@db/labeling")
    monkeypatch.setenv("LABELING_API_URL", "https://ana:hush-api@studio.example.com")
    found = Settings()
    assert "hush" not in f"{found!r} {found}"
    assert found.database_url.get_secret_value() == "postgresql://ana:hush-db@db/labeling"


@pytest.mark.parametrize(
    ("given", "hosts"),
    [
        ("", set()),
        ("Tool.Example.org", {"tool.example.org"}),
        (" a.test, [2001:db8::1] ,,b.test", {"a.test", "2001:db8::1", "b.test"}),
    ],
)
def test_the_names_under_which_others_reach_the_app(
    monkeypatch: pytest.MonkeyPatch, given: str, hosts: set[str]
) -> None:
    monkeypatch.setenv("LABELING_ALLOWED_HOSTS", given)
    assert Settings().hosts == hosts


def test_proxies_are_addresses_and_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().proxies == ()
    monkeypatch.setenv("LABELING_TRUSTED_PROXIES", "127.0.0.1, 2001:db8::/32")
    assert [str(network) for network in Settings().proxies] == ["127.0.0.1/32", "2001:db8::/32"]
    monkeypatch.setenv("LABELING_TRUSTED_PROXIES", "proxy.example.org")
    with pytest.raises(ValidationError, match="trusted_proxies"):
        Settings()
