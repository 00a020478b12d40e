"""``atoll token``: bearer tokens for development."""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from atoll.cli.console import note, result, styled
from atoll.cli.failure import CommandError
from atoll.cli.options import AppPath

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEY_NAME: Final = "atoll-dev-"
"""Of a key in ``MODUS_PEMS``, and the ``kid`` of its tokens, before the beginning of the key's
fingerprint: two keys can be in use at once."""
FILE: Final = ".env.dev.local"
"""What `atoll dev` reads first, and neither git nor `atoll serve` takes."""
VARIABLE: Final = "MODUS_PEMS"

_UNITS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


def token(
    path: AppPath = Path(),
    claim: Annotated[
        list[str] | None,
        typer.Option(
            "--claim",
            metavar="NAME=VALUE",
            help="A claim of the token; a VALUE that is JSON counts as JSON. Repeatable.",
        ),
    ] = None,
    scope: Annotated[
        list[str] | None,
        typer.Option("--scope", metavar="SCOPE", help="A scope of the token; repeatable."),
    ] = None,
    expires: Annotated[
        str,
        typer.Option("--expires", metavar="TIME", help="For how long: 90s, 5m, 1h, 7d."),
    ] = "1h",
    save: Annotated[
        bool,
        typer.Option("--save", help=f"Have `atoll dev` accept the tokens: add the key to {FILE}."),
    ] = False,
    pems: Annotated[
        bool,
        typer.Option("--pems", help="Print the line for an .env file instead of a token."),
    ] = False,
    key: Annotated[
        Path | None,
        typer.Option(
            "--key",
            metavar="FILE",
            help="The private key to sign with, made if it is missing.",
            show_default="one in your own configuration, for all apps",
        ),
    ] = None,
) -> None:
    """Make a bearer token, to try endpoints with "auth": "bearer-token".

    The token alone goes to stdout. It is signed with a private key of your own (Ed25519), which is
    made when it is first needed, never overwritten, and stays out of the app. The app gets the
    public half, by --save once; after that its endpoints accept these tokens and no others.

    \b
    Examples:
      atoll token --save > /dev/null
      atoll token --claim sub=ada --claim role=admin
      atoll token --scope users:read --scope users:write --expires 7d
      curl -H "Authorization: Bearer $(atoll token)" ...
      atoll token --pems >> .env                        for atoll serve
    """
    claims = parse_claims(claim or [], scope or [], parse_duration(expires), time.time())
    private = private_key(key or key_file(os.environ))
    if save:
        _save(path, public_pem(private))
    if pems:
        pem = public_pem(private)
        result(line({key_name(pem): pem}))
    else:
        import jwt

        result(
            jwt.encode(
                claims, private, algorithm="EdDSA", headers={"kid": key_name(public_pem(private))}
            )
        )


def key_name(pem: str) -> str:
    """The name of a public key, given in PEM."""
    return KEY_NAME + hashlib.sha256(pem.encode()).hexdigest()[:8]


def parse_claims(given: list[str], scopes: list[str], lifetime: int, now: float) -> dict[str, Any]:
    """The claims of a token, from ``NAME=VALUE``; raises a usage error for anything else."""
    claims: dict[str, Any] = {"iat": int(now), "exp": int(now) + lifetime}
    if scopes:
        claims["scope"] = " ".join(scopes)
    for text in given:
        name, separator, value = text.partition("=")
        if not separator or not name:
            raise typer.BadParameter(f"expected NAME=VALUE, not {text!r}", param_hint="--claim")
        try:
            claims[name] = json.loads(value)
        except (ValueError, RecursionError):
            claims[name] = value
    return claims


def parse_duration(text: str) -> int:
    """``5m`` → 300 (seconds); raises a usage error for anything else."""
    found = re.fullmatch(r"([0-9]{1,9})([smhd])", text)
    if found is None:
        raise typer.BadParameter(
            f"expected a number and s, m, h or d, such as 1h, not {text!r}", param_hint="--expires"
        )
    return int(found[1]) * _UNITS[found[2]]


def key_file(environ: Mapping[str, str]) -> Path:
    """Where the private key is kept: not in the app, whose folder goes into repositories."""
    base = environ.get("XDG_CONFIG_HOME", "")
    folder = Path(base) if base.startswith("/") else Path.home() / ".config"
    return folder / "atoll" / "token-key.pem"


def private_key(file: Path) -> Ed25519PrivateKey:
    """The private key in a file, which is made if there is none. Raises CommandError."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        pem = file.read_bytes()
    except FileNotFoundError:
        return _new_key(file)
    except OSError as error:
        raise _unusable(file, f"cannot be read ({_reason(error)})") from error
    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise _unusable(file, "is not a private key in PEM form without a password") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise _unusable(file, "is a private key of another kind than Ed25519")
    return key


def public_pem(key: Ed25519PrivateKey) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = key.public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def line(pems: Mapping[str, str]) -> str:
    """The line of an ``.env`` file that has these public keys, by name."""
    # In single quotes everything stands for itself; a name may have one, which JSON can escape.
    text = json.dumps(pems).replace("'", "\\u0027")
    return f"{VARIABLE}='{text}'"


def _new_key(file: Path) -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Never in the place of another, and at no moment readable for others.
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(pem)
    except FileExistsError:
        return private_key(file)
    except OSError as error:
        raise _unusable(file, f"cannot be written ({_reason(error)})") from error
    note(f"{styled('created', 'green')} {file}: the private key that signs your tokens")
    note("  atoll token --save           have the app in this folder accept them in `atoll dev`")
    return key


def _save(folder: Path, pem: str) -> None:
    """Add the public key to those that ``.env.dev.local`` has. Raises CommandError."""
    from atoll.secrets.dotenv import parse_dotenv

    if not (folder / "modus.json").exists():
        raise CommandError(
            "NO_MANIFEST",
            f"there is no modus.json in {folder.resolve()}: this is no app's folder",
            "name it: atoll token PATH --save",
        )
    file = folder / FILE
    try:
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        pems = _pems(parse_dotenv(text, file=str(file)).get(VARIABLE, ""), file)
        name = key_name(pem)
        if pems.get(name) == pem:
            note(f"{styled('ready', 'green')} {file} has the public key")
            return
        separator = "" if not text or text.endswith("\n") else "\n"
        with file.open("a", encoding="utf-8") as stream:
            # Of a variable that is given twice, the last counts.
            stream.write(f"{separator}{line({**pems, name: pem})}\n")
    except OSError as error:
        raise _unusable(file, f"cannot be written ({_reason(error)})") from error
    note(f"{styled('saved', 'green')} the public key in {file}, which `atoll dev` reads")


def _pems(text: str, file: Path) -> dict[str, str]:
    try:
        pems = json.loads(text or "{}")
    except ValueError:
        pems = None
    if not isinstance(pems, dict):
        raise _unusable(file, f"has a {VARIABLE} that is not a JSON object")
    return pems


def _unusable(file: Path, why: str) -> CommandError:
    hint = None if file.name == FILE else "name another file: --key FILE"
    return CommandError("UNUSABLE_FILE", f"{file} {why}", hint)


def _reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()
