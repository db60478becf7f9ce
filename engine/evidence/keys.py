"""The author's signing key (Ed25519): made on this machine, kept in the home folder, never published."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from engine.errors import StorageError
from engine.settings import Settings
from engine.store.db import storage_faults
from engine.store.files import whole_file

_SIGNATURE = re.compile(r"[0-9a-f]{128}\n?")


@dataclass(frozen=True)
class AuthorKey:
    """A key pair; only the public half and its fingerprint are ever shown."""

    _private: Ed25519PrivateKey

    @property
    def public(self) -> str:
        """The public key, 64 hexadecimal digits."""
        return self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    @property
    def fingerprint(self) -> str:
        """Short name of the public key, 16 hexadecimal digits."""
        return fingerprint(self.public)

    def sign(self, data: bytes) -> str:
        """Sign bytes; returns 128 hexadecimal digits."""
        return self._private.sign(data).hex()


def fingerprint(public: str) -> str:
    """Shorten a public key (hexadecimal) to the first 16 digits of its SHA-256."""
    return hashlib.sha256(bytes.fromhex(public)).hexdigest()[:16]


def is_signed(data: bytes, signature: str, public: str) -> bool:
    """Whether a signature over bytes was made with the private half of a public key.

    Only one way of writing a signature is taken: 128 lower-case hexadecimal digits and at most a line feed.
    """
    if not _SIGNATURE.fullmatch(signature):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature.rstrip("\n")), data)
    except (InvalidSignature, ValueError):
        return False
    return True


def key_path(settings: Settings) -> Path:
    """Where the private key stands."""
    return settings.home / "keys" / "author.pem"


def author_key(settings: Settings) -> AuthorKey:
    """Load the author's key; the first call makes it.

    Raises
    ------
    StorageError
        If the file cannot be read, or is no key.
    """
    path = key_path(settings)
    with storage_faults(settings.home):
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            private = Ed25519PrivateKey.generate()
            with whole_file(path) as temporary:
                temporary.touch(mode=0o600)
                temporary.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        # Read back also after making it: of two processes that meet here, both use the key that stayed.
        return _load(path)


def known_fingerprint(settings: Settings) -> str | None:
    """Return the fingerprint of the author's key, if there is a key already."""
    return author_key(settings).fingerprint if key_path(settings).exists() else None


def _load(path: Path) -> AuthorKey:
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
    try:
        private = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        private = None
    if not isinstance(private, Ed25519PrivateKey):
        raise StorageError(
            f"The signing key {path} cannot be read.",
            hint="Restore it from a backup, or move it away: a new one is made, with another fingerprint.",
        )
    return AuthorKey(private)
