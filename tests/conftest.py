"""Rules for every test: no thread left over, no unexpected warning in the log, no socket that leaves the machine."""

import ipaddress
import logging
import signal
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cards import cards  # noqa: F401  a fixture for all rooms
from tests.nvml import stand_in_library, stand_in_nvml  # noqa: F401  fixtures for all rooms
from tests.pulse import pulse  # noqa: F401  a fixture for all rooms

_outgoing: list[str] = []


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in {"socket.connect", "socket.sendto", "socket.getaddrinfo"}:
        return
    address = arguments[0] if event == "socket.getaddrinfo" else arguments[1]
    host = address[0] if isinstance(address, tuple) else address
    if host in {None, "", "localhost"} or isinstance(host, bytes) or str(host).startswith("/"):
        return
    try:
        if ipaddress.ip_address(str(host)).is_loopback:
            return
    except ValueError:
        pass
    _outgoing.append(f"{event} {host}")


sys.addaudithook(_watch)


class _Records(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--machines", type=int, default=1000, help="random machines that plans are made for")


def pytest_configure(config: pytest.Config) -> None:
    # A test run in the background is told to ignore interruptions, and would hand that on to the programs it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    config.addinivalue_line("markers", "logs(text): a warning with this text is expected in the log")


@pytest.fixture(autouse=True)
def _guard(request: pytest.FixtureRequest) -> Iterator[None]:
    handler = _Records()
    root = logging.getLogger()
    root.addHandler(handler)
    before = set(threading.enumerate())
    _outgoing.clear()
    yield
    root.removeHandler(handler)
    expected = [mark.args[0] for mark in request.node.iter_markers("logs")]
    surprises = [r.getMessage() for r in handler.records if not any(text in r.getMessage() for text in expected)]
    unseen = [text for text in expected if not any(text in r.getMessage() for r in handler.records)]
    deadline = time.monotonic() + 5
    while (left := [t for t in threading.enumerate() if t not in before]) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not left, f"threads left over: {left}"
    assert not surprises, f"unexpected warnings: {surprises}"
    assert not unseen, f"warnings that did not come: {unseen}"
    assert not _outgoing, f"sockets that leave the machine: {_outgoing}"
