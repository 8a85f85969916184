"""nginx before the app, as `deploy/` has it, with a certificate that is made for it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.e2e.app_server import free_port, wait_for
from tests.e2e.forked import ROOT

MISSING = "There is no nginx here: install one, as Debian's package nginx-light has it."
APT = ("apt-get", "-o", "DPkg::Lock::Timeout=300")
INSTALL = ((*APT, "update"), (*APT, "install", "-y", "--no-install-recommends", "nginx-light"))
WITH = """daemon off; pid {folder}/pid; error_log {folder}/error.log; user root;
events {{}}
http {{ access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
include {folder}/site.conf; }}
"""


@cache
def nginx() -> str:
    """Where it is; Debian's is installed where it can be. Without one a test is skipped, in CI it fails."""
    found = _found()
    if found is None and shutil.which("apt-get") and os.geteuid() == 0:
        for command in INSTALL:
            subprocess.run(command, capture_output=True, timeout=600, check=False)
        found = _found()
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(MISSING, pytrace=False)
        pytest.skip(MISSING)
    return found


def _found() -> str | None:
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


@contextmanager
def behind_nginx(folder: Path, app_port: int, name: str) -> Iterator[str]:
    """The address at which `deploy/nginx.conf` serves an app on another port, by a name of this computer."""
    program, port, plain = nginx(), free_port(), free_port()
    folder.mkdir()
    _make_certificate(folder, name)
    site = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for was, now in {
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "listen 80": f"listen 127.0.0.1:{plain}",
        "127.0.0.1:8501": f"127.0.0.1:{app_port}",
        "/etc/ssl/tagwright": str(folder),
        "tagwright.example.org": name,
    }.items():
        assert was in site, was
        site = site.replace(was, now)
    (folder / "site.conf").write_text(site)
    (folder / "nginx.conf").write_text(WITH.format(folder=folder))
    process = subprocess.Popen(
        [program, "-c", str(folder / "nginx.conf"), "-p", str(folder)], stderr=subprocess.DEVNULL
    )
    try:
        wait_for(f"https://127.0.0.1:{port}/_stcore/health", process.poll, folder / "error.log", verify=False)
        yield f"https://{name}:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _make_certificate(folder: Path, name: str) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, SHA256())
    )
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "privkey.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
