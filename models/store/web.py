"""Asking for files over HTTP: where Parley goes, and what a person is told when that fails.

Owns the rules of the road (encrypted, or the person's own mirror; few redirects; the system's proxy and certificates),
patience (how long is waited, how often tried) and the sentences for what goes wrong. It must not know what a file is
for. Standard library, for one reason: nothing here needs more, and urllib honors the system's proxy on every platform.
`truststore` finds the certificates that the system trusts, also a company's own, also in a frozen program.
"""

import email.message
import http.client
import re
import ssl
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from models.roles import CancelToken, ModelError
from models.store.disk import KEPT

MOST_REDIRECTS = 5
LARGEST_ANSWER = 8 << 20
"""Bytes of an answer that is read whole: a list, a page of search results."""


@dataclass(frozen=True)
class Patience:
    """How long a source may be bad. Seconds and bytes."""

    stall: float = 15.0
    """Silence, or less than `least` bytes in this time, is a stall: the connection is made anew."""
    least: int = 16_384
    tries: int = 8
    """Failures in a row without `progress` bytes between them."""
    asks: int = 3
    """The same for a question with a short answer, for which somebody waits."""
    progress: int = 262_144
    waits: tuple[float, ...] = (1, 2, 4, 8, 15, 30)
    """Before the second try, the third, ...; the last one again and again."""
    longest_wait: float = 60.0
    """The most that a busy source may ask for."""


class Trouble(Exception):
    """Something that may pass. Carries what a person is told when it does not."""

    def __init__(self, error: ModelError, wait: float = 0.0) -> None:
        super().__init__(str(error))
        self.error = error
        self.wait = wait
        """Seconds that the source asked for."""


class Tries:
    """Counts failures and waits longer after each; gives up in the end."""

    def __init__(self, patience: Patience, most: int | None = None) -> None:
        """Gives up at `most` failures in a row, by default the patience's `tries`."""
        self._patience = patience
        self._most = patience.tries if most is None else most
        self._failed = 0

    def again(self, trouble: Trouble, cancel: CancelToken, progress: int = 0) -> None:
        """Wait for the next try, or raise the trouble's ModelError. `progress` is bytes since the last failure."""
        if progress >= self._patience.progress:
            self._failed = 0
        self._failed += 1
        if self._failed >= self._most:
            raise trouble.error from trouble
        waits = self._patience.waits
        wait = max(waits[min(self._failed, len(waits)) - 1], min(trouble.wait, self._patience.longest_wait))
        cancel.wait(wait)
        cancel.check()


class Response:
    """An answer whose head has come."""

    def __init__(self, url: str, status: int, headers: email.message.Message, body: http.client.HTTPResponse) -> None:
        self.url = url
        self.status = status
        self.headers = headers
        self._body = body

    def header(self, name: str) -> str:
        """A header's value, "" where it is missing."""
        return str(self.headers.get(name) or "").strip()

    @property
    def length(self) -> int | None:
        """Bytes of the body as announced."""
        word = self.header("Content-Length")
        return int(word) if re.fullmatch(r"\d{1,18}", word) else None

    @property
    def is_page(self) -> bool:
        """Whether it says of itself that it is a page for people."""
        return self.header("Content-Type").lower().startswith(("text/html", "application/xhtml"))

    def read(self, most: int) -> bytes:
        """What is there, at most `most` bytes; b"" at the end. Raises Trouble."""
        try:
            return self._body.read1(most)
        except (OSError, http.client.HTTPException) as error:
            raise passing(error, self.url) from error

    def close(self) -> None:
        self._body.close()

    def __enter__(self) -> "Response":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(frozen=True)
class Web:
    """The way to the sources. May be used from any thread."""

    mirror: str = ""
    """Address that stands in for the sources; it alone may be unencrypted, because the person chose it."""
    patience: Patience = Patience()

    def open(
        self, url: str, headers: Mapping[str, str] | None = None, head: bool = False, elsewhere: bool = True
    ) -> Response:
        """Ask for `url`; returns the answer with status 200 or 206. Close it.

        `head` asks for the headers alone. With `elsewhere` False a redirect that names a host is not followed, and
        its own headers are the answer (status 3xx). Raises ModelError for what will not change, Trouble for what may.
        """
        for _ in range(MOST_REDIRECTS + 1):
            self._check(url)
            response = self._once(url, headers or {}, head)
            if response.status in (301, 302, 303, 307, 308) and response.header("Location"):
                location = response.header("Location")
                if not elsewhere and urllib.parse.urlsplit(location).netloc:
                    return response
                response.close()
                url = urllib.parse.urljoin(url, location)
                continue
            return _judged(response)
        raise ModelError(
            "redirects",
            f"{host(url)} sends from one address to the next without end.",
            "Try again later, or set another mirror.",
        )

    def at_mirror(self, url: str) -> str:
        """The address at which `url` is asked for: the mirror, where there is one, has the same paths as the source."""
        parts = urllib.parse.urlsplit(url)
        return self.mirror.rstrip("/") + parts.path + (f"?{parts.query}" if parts.query else "") if self.mirror else url

    def head(self, url: str, cancel: CancelToken) -> Response:
        """What a source says of a file, tried with patience and never asked elsewhere. Raises ModelError, Cancelled."""
        tries = Tries(self.patience, self.patience.asks)
        while True:
            cancel.check()
            try:
                response = self.open(url, head=True, elsewhere=False)
                response.close()
                return response
            except Trouble as trouble:
                tries.again(trouble, cancel)

    def text(self, url: str, cancel: CancelToken) -> str:
        """A short answer as text, tried with patience. Raises ModelError, Cancelled."""
        tries = Tries(self.patience, self.patience.asks)
        while True:
            cancel.check()
            try:
                with self.open(url) as response:
                    body = b""
                    while piece := response.read(65_536):
                        cancel.check()
                        body += piece
                        if len(body) > LARGEST_ANSWER:
                            raise ModelError("source-odd", f"The answer of {host(url)} is too long.", "Try later.")
                    if response.length is not None and len(body) < response.length:
                        raise Trouble(cut(url))
                    return body.decode("utf-8", "replace")
            except Trouble as trouble:
                tries.again(trouble, cancel)

    def _once(self, url: str, headers: Mapping[str, str], head: bool) -> Response:
        request = urllib.request.Request(
            url,
            headers={"User-Agent": "Parley", "Accept-Encoding": "identity", **headers},
            method="HEAD" if head else "GET",
        )
        try:
            answer = self._opener.open(request, timeout=self.patience.stall)
        except urllib.error.HTTPError as error:  # any status that is not 2xx; it is an answer as well
            return Response(url, error.code, error.headers, cast("Any", error))
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise passing(error, url) from error
        return Response(url, answer.status, answer.headers, answer)

    def _check(self, url: str) -> None:
        """Raise ModelError unless Parley may go there."""
        parts = urllib.parse.urlsplit(url)
        own = self.mirror and host(url) == host(self.mirror)
        if parts.hostname and not parts.username and (parts.scheme == "https" or (parts.scheme == "http" and own)):
            return
        raise ModelError(
            "not-secure",
            f"The file would come from “{url[:200]}”, which is not an encrypted address.",
            "Set the mirror's address in the settings if you trust it.",
        )

    @cached_property
    def _opener(self) -> urllib.request.OpenerDirector:
        # No handler for file:, ftp: or data:, none that follows redirects by itself, none that keeps cookies.
        opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.ProxyHandler(),
            urllib.request.HTTPHandler(),
            urllib.request.HTTPSHandler(context=_certificates()),
            urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.HTTPErrorProcessor(),
        ):
            opener.add_handler(handler)
        return opener


def _certificates() -> ssl.SSLContext:
    import truststore

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def host(url: str) -> str:
    """Host and port of an address."""
    return urllib.parse.urlsplit(url).netloc.rpartition("@")[2].lower()


def _judged(response: Response) -> Response:
    """The answer, if it is one with the file or a part of it. Closes it otherwise."""
    status, name, url = response.status, host(response.url), response.url
    if status in (200, 206):
        if response.header("Content-Encoding").lower() in ("", "identity"):
            return response
        response.close()
        raise ModelError("source-odd", f"{name} sends the file packed in an unknown way.", "Set another mirror.")
    wait = response.header("Retry-After")
    response.close()
    if status in (408, 425, 429) or status >= 500:
        error = ModelError(
            "source-busy", f"{name} cannot answer now (HTTP {status}).", f"Try again in some minutes. {KEPT}"
        )
        raise Trouble(error, float(wait) if re.fullmatch(r"\d{1,4}", wait) else 0.0)
    if status in (401, 402, 403, 407, 451):
        raise ModelError(
            "source-refused",
            f"{name} does not hand the file out to everybody (HTTP {status}).",
            "Download it in a browser, after signing in or agreeing to its terms, and import it from there.",
        )
    if status in (404, 410):
        file = urllib.parse.unquote(urllib.parse.urlsplit(url).path.rpartition("/")[2])
        raise ModelError("source-gone", f"{name} does not have “{file}”.", "Choose another model, or another mirror.")
    if status == 416:
        raise ModelError("source-range", f"{name} does not have that part of the file.", "Try again.")
    raise ModelError("source-odd", f"{name} answered with HTTP {status}.", "Try again later, or set another mirror.")


def cut(url: str) -> ModelError:
    """The connection ended too early."""
    return ModelError("source-cut", f"{host(url)} ended the connection before the end of the file.", KEPT)


def passing(error: Exception, url: str) -> Trouble:
    """What went wrong on the line, as Trouble. Raises ModelError at once where waiting cannot help."""
    cause = error.reason if isinstance(error, urllib.error.URLError) and isinstance(error.reason, OSError) else error
    name = host(url)
    if isinstance(cause, ssl.SSLCertVerificationError):
        raise ModelError(
            "not-secure",
            f"The certificate of {name} cannot be trusted: {cause.verify_message}.",
            "Check the clock of this computer; in a company, ask for its certificate to be installed in the system.",
        ) from error
    if isinstance(cause, TimeoutError):
        return Trouble(ModelError("source-stalled", f"{name} stopped sending.", f"Check the connection. {KEPT}"))
    if isinstance(cause, (http.client.IncompleteRead, ConnectionResetError, BrokenPipeError, ssl.SSLEOFError)):
        return Trouble(cut(url))
    if isinstance(cause, OSError):
        reason = cause.strerror or str(cause)
        return Trouble(
            ModelError("source-unreachable", f"{name} cannot be reached: {reason}.", f"Check the connection. {KEPT}")
        )
    return Trouble(ModelError("source-odd", f"{name} gave an answer that is no HTTP ({type(error).__name__}).", KEPT))
