from pathlib import Path

import pytest
from pydantic import SecretStr

from labeling.server.embed import mounts
from labeling.settings import Settings


@pytest.mark.parametrize("address", ["0.0.0.0", "::", None, "192.0.2.7"])
def test_an_address_that_others_reach_gets_neither_the_local_user_nor_the_configured_token(
    address: str | None, tmp_path: Path
):
    with pytest.raises(SystemExit, match=r"127\.0\.0\.1 only"):
        mounts(Settings(data_dir=tmp_path / "data"), address)
    assert not (tmp_path / "data").exists()
    remote = Settings(api_url="https://studio.example.com", api_token=SecretStr("secret"))
    with pytest.raises(SystemExit, match=r"127\.0\.0\.1 only") as refused:
        mounts(remote, address)
    assert "secret" not in str(refused.value)


def test_a_remote_api_without_a_token_may_be_shown_to_others_and_no_server_is_mounted():
    assert mounts(Settings(api_url="https://studio.example.com"), "0.0.0.0") == []


def test_a_data_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SystemExit, match="Set LABELING_DATA_DIR"):
        mounts(Settings(data_dir=tmp_path / "file" / "data"), "127.0.0.1")
