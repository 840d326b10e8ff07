"""Keys of other computers, in the system's keyring: never in a file of Parley's.

Owns where a key is, and what is told where there is no keyring: then it is kept until Parley ends. All functions may
be called from any thread, and may wait while the system asks the person to unlock the keyring.
"""

import threading

from models.roles import ModelError

SERVICE = "Parley"
_lock = threading.Lock()
_held: dict[str, str] = {}
"""Keys that no keyring would take, by the server they are for."""


def holds(server: str) -> bool:
    """Whether it has the server's key without the keyring."""
    with _lock:
        return server in _held


def find(server: str) -> str:
    """The key for a server (its origin, such as "https://example.org"); "" where there is none.

    Raises ModelError("keyring-failed") where there is a keyring that does not give it.
    """
    with _lock:
        if server in _held:
            return _held[server]
    import keyring
    from keyring.errors import NoKeyringError

    try:
        return keyring.get_password(SERVICE, server) or ""
    except NoKeyringError:
        return ""
    except Exception as error:  # keyrings are made by many hands, and so are their errors
        raise ModelError(
            "keyring-failed",
            f"The system's keyring does not give the key for {server}: {_reason(error)}.",
            "Unlock the keyring, or set the key anew in the settings.",
        ) from error


def keep(server: str, key: str) -> str:
    """Keep a key, or forget the one that there was ("" as key). Returns why it is only kept until Parley ends, as a
    sentence; empty if the keyring has it."""
    with _lock:
        _held.pop(server, None)
    trouble = _store(server, key)
    if not key or not trouble:
        return ""
    with _lock:
        _held[server] = key
    return f"{trouble} The key is kept until Parley ends."


def _store(server: str, key: str) -> str:
    import keyring
    from keyring.errors import NoKeyringError, PasswordDeleteError

    try:
        if not key:
            keyring.delete_password(SERVICE, server)
            return ""
        keyring.set_password(SERVICE, server, key)
        # Some keyrings are there to keep nothing.
        return "" if keyring.get_password(SERVICE, server) == key else "The system's keyring did not keep the key."
    except NoKeyringError:
        return "This system has no keyring."
    except PasswordDeleteError:
        return ""  # there was none
    except Exception as error:
        return f"The system's keyring did not take the key: {_reason(error)}."


def _reason(error: Exception) -> str:
    said = "".join(letter if letter.isprintable() else " " for letter in str(error))
    return " ".join(said.split())[:160].rstrip(".") or type(error).__name__
