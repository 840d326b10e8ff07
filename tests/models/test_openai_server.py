"""A chat model on another computer: what is sent, what is made of the answer, and every way in which it can fail."""

import base64
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models import remote
from models.engines.openai_server import OpenaiServer
from models.exchange import Patience
from models.residency import Library, Residency
from models.roles import (
    CPU,
    Cancelled,
    CancelToken,
    Memory,
    Message,
    ModelError,
    Need,
    Picture,
    Role,
    Sampling,
)
from tests.chat_server import Asked, ChatServer, Script, Wire, chat_server, free_port, piece

HELLO = [Message("system", "You are Parley."), Message("user", "Hello?")]
PICTURE = Picture(b"\x89PNG and more", "image/png", 3, 2, "0" * 64)
SHOWN = [Message("system", "You are Parley."), Message("user", "What is it?", (PICTURE,))]
SHORT = Patience(connect=2.0, first=0.4, silence=0.4, longest=5.0)


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with chat_server() as made:
        yield made


def opened(url: str, model: str = "large", key: str = "", role: Role = Role.LLM) -> OpenaiServer:
    engine = OpenaiServer(remote.card(role, url, model, ("en",), lambda: key), Path())
    engine.load(CPU)
    return engine


def said(engine: OpenaiServer, messages: list[Message] = HELLO, sampling: Sampling | None = None) -> str:
    return "".join(engine.reply(messages, sampling or Sampling(), CancelToken()))


def failure(engine: OpenaiServer, messages: list[Message] = HELLO, **more: Any) -> ModelError:
    with pytest.raises(ModelError) as caught:
        said(engine, messages, **more)
    assert caught.value.message.endswith((".", "”")), caught.value.message
    assert caught.value.remedy.endswith("."), caught.value.remedy
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 600
    return caught.value


def test_a_talk_is_sent_whole_and_the_answer_comes_piece_by_piece(server: ChatServer) -> None:
    server.script = lambda asked, wire: wire.answer("Good", " day", ", señor 🙂.")
    talk = [*HELLO, Message("assistant", "Yes."), Message("user", "Who are you?")]
    sampling = Sampling(temperature=0.3, top_p=0.8, max_tokens=77, seed=5)
    engine = opened(server.url, key="secret-1")
    assert list(engine.reply(talk, sampling, CancelToken())) == ["Good", " day", ", señor 🙂."]
    (asked,) = server.asked
    assert (asked.method, asked.path) == ("POST", "/v1/chat/completions")
    assert asked.headers["Authorization"] == "Bearer secret-1"
    assert asked.headers["Host"] == server.host
    assert asked.body == {
        "model": "large",
        "messages": [
            {"role": "system", "content": "You are Parley."},
            {"role": "user", "content": "Hello?"},
            {"role": "assistant", "content": "Yes."},
            {"role": "user", "content": "Who are you?"},
        ],
        "stream": True,
        "temperature": 0.3,
        "top_p": 0.8,
        "max_tokens": 77,
        "seed": 5,
    }


def test_pictures_go_along_as_data(server: ChatServer) -> None:
    said(opened(server.url, role=Role.VLM), SHOWN)
    first, second = server.asked[0].body["messages"][1]["content"]
    assert first["type"] == "image_url"
    kind, _, data = first["image_url"]["url"].partition(";base64,")
    assert (kind, base64.b64decode(data)) == ("data:image/png", PICTURE.data)
    assert second == {"type": "text", "text": "What is it?"}
    assert "Authorization" not in server.asked[0].headers


def test_it_takes_no_memory_here_and_opening_it_goes_nowhere(server: ChatServer) -> None:
    card = remote.card(Role.LLM, server.url, "", (), lambda: "")
    residency = Residency(Library((card,), Path(), Path(), {}))
    engine, lent = residency.chat(Role.LLM)
    assert lent == card
    assert engine.loaded
    assert engine.need(CPU) == Need(Memory())
    assert engine.scope().host == server.host
    assert server.asked == []
    assert said(engine) == "Hello."  # type: ignore[arg-type]
    residency.close()
    assert not engine.loaded


def test_an_answer_may_end_without_a_mark_if_the_model_said_that_it_is_done(server: ChatServer) -> None:
    def script(asked: Asked, wire: Wire) -> None:
        wire.head()
        wire.raw(b": keep the line open\r\n\r\nevent: message\r\nid: 7\r\n")
        wire.raw(piece("One.").replace(b"\n", b"\r\n") + piece("", "length"))
        wire.raw(b'data: {"choices": [], "usage": {"total_tokens": 3}}\n\n')

    server.script = script
    assert said(opened(server.url)) == "One."


@pytest.mark.parametrize(
    ("pieces", "heard"),
    [
        (["<think>Well, let me see", "… </thi", "nk>\n\nYes."], "Yes."),
        (["<th", "ink>", "a" * 5000, "</think>", "No", "."], "No."),
        (["\n<think></think>Fine."], "Fine."),
        (["<", "b> is a tag."], "<b> is a tag."),
        (["I <think>", " so."], "I <think> so."),
        ([" ", "  Spaces."], "   Spaces."),
        (["<"], "<"),
        (["<think>endless"], ""),
    ],
)
def test_thoughts_are_not_read_aloud(server: ChatServer, pieces: list[str], heard: str) -> None:
    server.script = lambda asked, wire: wire.answer(*pieces)
    assert said(opened(server.url)) == heard


def test_halves_of_characters_do_not_get_through(server: ChatServer) -> None:
    server.script = lambda asked, wire: (wire.head(), wire.raw(piece("a\ud83d b") + piece("", "stop")))[0]
    assert said(opened(server.url)) == "a\ufffd b"


def test_nothing_gets_through_that_a_terminal_would_obey(server: ChatServer) -> None:
    server.script = lambda asked, wire: wire.answer("a\x1b[31mb\x9b2J\x07\r\n\tc\x00")
    assert said(opened(server.url)) == "a[31mb2J\n\tc"


def test_a_dead_server(server: ChatServer) -> None:
    error = failure(opened(f"127.0.0.1:{free_port()}"))
    assert error.code == "server-unreachable"
    assert "No server listens at 127.0.0.1:" in error.message


@pytest.mark.parametrize("key", ["", "wrong"])
def test_a_refused_key(server: ChatServer, key: str) -> None:
    server.script = lambda asked, wire: wire.refuse(401, {"detail": "Invalid API key"})
    error = failure(opened(server.url, key=key))
    assert error.code == "server-refused"
    assert ("the key" if key else "without a key") in error.message
    assert "Invalid API key" in error.message
    assert "wrong" not in str(error)


def test_an_unknown_model(server: ChatServer) -> None:
    def script(asked: Asked, wire: Wire) -> None:
        if asked.method == "GET":
            assert asked.path == "/v1/models"
            assert asked.headers["Authorization"] == "Bearer k"
            wire.refuse(200, {"data": [{"id": f"m{n}\n"} for n in range(9)] + [3, {"id": 4}]})
        else:
            wire.refuse(404, {"error": {"message": "model 'large' not found"}})

    server.script = script
    error = failure(opened(server.url, key="k"))
    assert error.code == "model-unknown"
    assert "has no model “large”" in error.message
    assert "“m0”, “m1”, “m2”, “m3”, “m4” and others" in error.remedy


def test_a_wrong_path(server: ChatServer) -> None:
    server.script = lambda asked, wire: wire.refuse(404, b"<html>Not Found</html>")
    assert failure(opened(server.url)).code == "server-odd"


@pytest.mark.parametrize("status", [400, 422, 500])
def test_a_model_that_takes_no_pictures(server: ChatServer, status: int) -> None:
    said_by = {"error": {"message": "image input is not supported - hint: you may need to provide the mmproj"}}
    server.script = lambda asked, wire: wire.refuse(status, said_by)
    assert failure(opened(server.url), SHOWN).code == "no-pictures"
    assert failure(opened(server.url)).code == "server-failed"


def test_a_talk_that_is_too_long_goes_without_what_was_before(server: ChatServer) -> None:
    def script(asked: Asked, wire: Wire) -> None:
        if len(asked.body["messages"]) > 2:
            wire.refuse(400, {"error": {"message": "This model's maximum context length is 1024 tokens."}})
        else:
            wire.answer("Short.")

    server.script = script
    talk = [*HELLO, Message("assistant", "Yes."), Message("user", "And now?")]
    assert said(opened(server.url), talk) == "Short."
    assert server.asked[1].body["messages"][-1]["content"] == "And now?"
    server.script = lambda asked, wire: wire.refuse(400, {"error": {"message": "exceeds the context size"}})
    assert failure(opened(server.url), talk).code == "too-long"


def test_redirects_are_not_followed(server: ChatServer) -> None:
    with chat_server() as other:
        server.script = lambda asked, wire: wire.refuse(307, b"", Location=other.url)
        error = failure(opened(server.url, key="secret-1"))
        assert error.code == "server-odd"
        assert other.host in error.message
        assert other.asked == []


BUSY = {"error": {"message": "slow down"}}
ENDLESS = b"x" * 65_536


def streamed(*parts: bytes, **headers: str) -> Script:
    def script(asked: Asked, wire: Wire) -> None:
        wire.head(**headers)
        wire.raw(b"".join(parts))

    return script


def endless(part: bytes, *, seconds: float = 0.0, head: bool = True) -> Script:
    def script(asked: Asked, wire: Wire) -> None:
        if head:
            wire.head()
        wire.forever(part, seconds)

    return script


HOSTILE: dict[str, tuple[Script, str]] = {
    "cut in mid-answer": (streamed(piece("One")), "server-cut"),
    "cut in a chunk": (streamed(b"40\r\n", piece("One"), Transfer_Encoding="chunked"), "server-cut"),
    "shorter than announced": (streamed(piece("One"), Content_Length="9999"), "server-cut"),
    "nothing at all": (lambda asked, wire: None, "server-unreachable"),
    "no events": (streamed(b""), "server-cut"),
    "silent before the head": (lambda asked, wire: wire.silence(), "server-unreachable"),
    "silent in the stream": (
        lambda asked, wire: (wire.head(), wire.raw(piece("One")), wire.silence())[0],
        "server-silent",
    ),
    "one byte at a time and no line": (endless(b"x", seconds=0.05), "server-silent"),
    "a line without end": (endless(ENDLESS), "server-odd"),
    "a head without end": (lambda asked, wire: (wire.raw(b"HTTP/1.1 200 "), wire.forever(ENDLESS))[0], "server-odd"),
    "headers without end": (
        lambda asked, wire: (wire.raw(b"HTTP/1.1 200 It\r\n"), wire.forever(b"X: y\r\n"))[0],
        "server-odd",
    ),
    "continue, continue": (endless(b"HTTP/1.1 100 Continue\r\n\r\n", seconds=0.01, head=False), "server-unreachable"),
    "answers without end": (endless(piece("more and more " * 20)), "server-odd"),
    "comments without end": (endless(b": and on\n" * 8_000), "server-odd"),
    "no http": (lambda asked, wire: wire.raw(b"\x00\x01SSH-2.0\r\n\r\n"), "server-odd"),
    "a chunk of no size": (streamed(b"zz\r\nhello\r\n", Transfer_Encoding="chunked"), "server-cut"),
    "a chunk of all memory": (
        streamed(b"fffffffffffffffff\r\n", piece("One"), Transfer_Encoding="chunked"),
        "server-cut",
    ),
    "a chunk below nothing": (streamed(b"-5\r\n", piece("One"), Transfer_Encoding="chunked"), "server-cut"),
    "a page": (lambda asked, wire: (wire.head(kind="text/html"), wire.raw(b"<html>"))[0], "server-odd"),
    "packed": (streamed(piece("One"), Content_Encoding="gzip"), "server-odd"),
    "no stream": (lambda asked, wire: wire.refuse(200, {"choices": []}), "server-odd"),
    "no JSON": (streamed(b"data: {oops\n\n"), "server-odd"),
    "deep JSON": (streamed(b"data: " + b"[" * 100_000 + b"\n\n"), "server-odd"),
    "a huge number": (streamed(b'data: {"choices": ' + b"9" * 100_000 + b"}\n\n"), "server-odd"),
    "a list": (streamed(b"data: [1]\n\n"), "server-odd"),
    "choices of a wrong type": (streamed(b'data: {"choices": {"0": 1}}\n\n'), "server-odd"),
    "a choice of a wrong type": (streamed(b'data: {"choices": ["x"]}\n\n'), "server-odd"),
    "content of a wrong type": (streamed(b'data: {"choices": [{"delta": {"content": [1]}}]}\n\n'), "server-odd"),
    "not UTF-8": (streamed(b"data: \xff\xfe\n\n"), "server-odd"),
    "an error in the stream": (
        streamed(piece("One"), b'data: {"error": {"message": "CUDA\\n\\u001b[31m"}}\n\n'),
        "server-failed",
    ),
    "an error in the old form": (
        streamed(piece("One"), b'error: {"code": 500, "message": "slot"}\n\n'),
        "server-failed",
    ),
    "an error without a word": (lambda asked, wire: wire.refuse(500, b""), "server-failed"),
    "an error of odd types": (lambda asked, wire: wire.refuse(500, {"error": {"message": {"x": 1}}}), "server-failed"),
    "an error as a novel": (lambda asked, wire: wire.refuse(500, {"error": "long " * 5000}), "server-failed"),
    "an error without end": (lambda asked, wire: (wire.head(500), wire.forever(ENDLESS))[0], "server-failed"),
    "busy": (lambda asked, wire: wire.refuse(429, BUSY), "server-busy"),
    "an odd status": (lambda asked, wire: wire.head(299), "server-failed"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_whatever_a_server_does_is_one_error_and_the_next_question_works(
    server: ChatServer, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OpenaiServer, "patience", SHORT)
    server.script, code = HOSTILE[case]
    engine = opened(server.url)
    assert failure(engine, sampling=Sampling(max_tokens=64)).code == code
    server.script = lambda asked, wire: wire.answer("Fine again.")
    assert said(engine) == "Fine again."


def test_what_came_before_the_cut_was_told(server: ChatServer) -> None:
    server.script = streamed(piece("One,"), piece(" two"))
    pieces = opened(server.url).reply(HELLO, Sampling(), CancelToken())
    assert [next(pieces), next(pieces)] == ["One,", " two"]
    with pytest.raises(ModelError, match="in the middle of the answer"):
        next(pieces)


SILENCES: dict[str, Script] = {
    "before the head": lambda asked, wire: wire.silence(),
    "in the stream": lambda asked, wire: (wire.head(), wire.raw(piece("One")), wire.silence())[0],
}


@pytest.mark.parametrize("case", SILENCES)
def test_cancelling_hangs_up_on_a_silent_server(server: ChatServer, case: str) -> None:
    server.script = SILENCES[case]
    cancel, ended = CancelToken(), threading.Event()

    def ask() -> None:
        with pytest.raises(Cancelled):
            list(opened(server.url).reply(HELLO, Sampling(), cancel))
        ended.set()

    thread = threading.Thread(target=ask)
    thread.start()
    while not server.asked:
        time.sleep(0.01)
    cancel.cancel()
    assert ended.wait(10)
    assert server.left.acquire(timeout=10), "the connection was not closed"
    thread.join()


def test_leaving_the_answer_alone_hangs_up(server: ChatServer) -> None:
    server.script = SILENCES["in the stream"]
    pieces = opened(server.url).reply(HELLO, Sampling(), CancelToken())
    assert next(pieces) == "One"
    pieces.close()  # type: ignore[attr-defined]
    assert server.left.acquire(timeout=10)


def test_cancelling_a_connection_that_nobody_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OpenaiServer, "patience", SHORT)
    taken = threading.Event()

    def look_up(*_: object, **__: object) -> Any:
        taken.wait(10)
        raise socket.gaierror(-2, "unknown")

    monkeypatch.setattr(socket, "create_connection", look_up)
    cancel = CancelToken()
    threading.Timer(0.1, cancel.cancel).start()
    with pytest.raises(Cancelled):
        list(opened("http://10.0.0.5:8000").reply(HELLO, Sampling(), cancel))
    taken.set()


def test_no_proxy_for_this_machine_and_one_for_others(server: ChatServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with chat_server() as proxy:
        for name in ("http_proxy", "https_proxy"):
            monkeypatch.setenv(name, f"http://me:pass@{proxy.host}")
        monkeypatch.delenv("no_proxy", raising=False)
        assert said(opened(server.url)) == "Hello."
        assert proxy.asked == []
        assert said(opened("http://parley.invalid:8000/v1")) == "Hello."
        assert proxy.asked[0].path == "http://parley.invalid:8000/v1/chat/completions"
        assert proxy.asked[0].headers["Host"] == "parley.invalid:8000"
        assert proxy.asked[0].headers["Proxy-Authorization"].startswith("Basic ")
        # Encrypted, the proxy is asked for a tunnel; this one knows no such thing.
        assert failure(opened("https://parley.invalid")).code == "server-unreachable"


def test_https_to_a_server_without_it(server: ChatServer) -> None:
    error = failure(opened(server.url.replace("http:", "https:")))
    assert error.code == "server-not-encrypted"
