"""Keyrings in the place of the system's, which a test machine has none of."""

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError


class Working(KeyringBackend):
    priority = 5  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.asked = 0

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("no such password")


class Locked(Working):
    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("the person\nclosed the prompt.")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked("the person\nclosed the prompt.")


class Forgetful(Working):
    def set_password(self, service: str, username: str, password: str) -> None:
        """Like keyring's own null backend."""
