"""Generated names and passwords, and people's passwords. Shown once, kept only as digests."""

import secrets
from collections.abc import Iterable

from argon2 import PasswordHasher

from ..store.accounts import digest

# Without characters that look alike, and without any that a form, a URL or a shell would change.
_ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_LENGTH = 32  # 32 of 54 characters: 184 bits

hasher = PasswordHasher()


def password() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def public_id(prefix: str) -> str:
    """Random, so that it can be found without knowing the account; no secret."""
    return prefix + "".join(secrets.choice(_ALPHABET.lower()) for _ in range(16))


def matches(secret: str, digests: Iterable[bytes]) -> bool:
    """Constant-time against every digest; one comparison even where there is none."""
    given = digest(secret)
    good = False
    for known in [*digests, b"\0" * 32]:
        good |= secrets.compare_digest(given, known)
    return good
