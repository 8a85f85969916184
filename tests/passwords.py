"""Passwords that cost the tests next to nothing: to look at a real one takes a sixth of a second of the
processor, as it should, and hundreds are looked at."""

from __future__ import annotations

from argon2 import PasswordHasher

from labeling.server import accounts

REAL = accounts.PASSWORDS
"""As the app has them."""
_hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
CHEAP = accounts.Passwords(_hasher, nobody=_hasher.hash("nobody"))
