"""The command line: parses words, runs one command, prints its result.

Owns exit codes (0 done, 1 could not, 2 wrong usage; 130 interrupted is app.__main__'s) and what goes to stdout and
stderr. The work of each command is in app.commands; heavy imports happen there.
"""

import argparse
import json
import logging
import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

from app import __version__, model_words
from models.roles import Cancelled, ModelError

Command = Callable[[argparse.Namespace], dict[str, Any]]

COMMANDS = (
    "ask",
    "talk",
    "transcribe",
    "translate",
    "speak",
    "plan",
    "bench",
    "models …",
    "remote",
    "doctor",
    "licenses",
)


def main(
    words: Sequence[str] | None = None,
    window: Callable[[Path | None, bool, list[Path]], int] | None = None,
    look: Callable[[Path], str] | None = None,
) -> int:
    """Run one command; returns the exit code. Without one it opens `window`, given --data, --debug and --picture.

    --self-test has a `look` at the window, given a data folder: it returns what it found, or raises ModelError.
    """
    parser = _parser()
    # Not as defaults of the parser, which share their options with all others and would undo what stood before.
    arguments = parser.parse_args(words, argparse.Namespace(data=None, debug=False))
    if arguments.command is not None and (arguments.self_test or arguments.picture):
        parser.error("--self-test and --picture go without a command")
    if arguments.self_test:
        from app.selftest import run

        return run(look)
    if arguments.command is None:
        if window is not None:
            return window(arguments.data, arguments.debug, arguments.picture)
        return _refuse(f"There is no window here; these commands work without one: {', '.join(COMMANDS)}.")
    logging.basicConfig(
        level=logging.DEBUG if arguments.debug else logging.ERROR,
        stream=sys.stderr,
        format="%(levelname)s %(name)s: %(message)s",
    )
    try:
        return _run(arguments)
    except BrokenPipeError:
        # Whoever read our output has left; keep Python from complaining about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _run(arguments: argparse.Namespace) -> int:
    command: Command = getattr(_commands(arguments.command), arguments.run)
    try:
        result = command(arguments)
        if arguments.json:
            print(json.dumps(result, ensure_ascii=True, indent=2))
        sys.stdout.flush()
    except ModelError as error:
        if arguments.debug:
            logging.getLogger(__name__).exception("%s", error.code)
        return _refuse(str(error))
    except Cancelled:
        return 130
    except (BrokenPipeError, KeyboardInterrupt):
        raise
    except Exception as error:
        if arguments.debug:
            raise
        return _refuse(f"Something unexpected happened ({type(error).__name__}: {error}). Try again with --debug.")
    return 130 if result.get("interrupted") else 0


def _commands(command: str) -> ModuleType:
    if command == "bench":
        from app.bench import commands as measurements

        return measurements
    if command == "models":
        from app import model_commands

        return model_commands
    if command == "remote":
        from app import remote_commands

        return remote_commands
    if command == "licenses":
        from app import licenses

        return licenses
    from app import commands

    return commands


def _refuse(sentence: str) -> int:
    print("parley: " + " ".join(sentence.split()), file=sys.stderr)
    return 1


def _language(word: str) -> str:
    if not re.fullmatch(r"[a-z]{2}", word):
        raise argparse.ArgumentTypeError(f"“{word}” is no two-letter language code such as en or es")
    return word


def _cards(words: str) -> list[tuple[str, float | None]]:
    """Names of graphics cards with the GB that were told, from "NAME[:GB][,…]"."""
    found = []
    for word in words.split(","):
        told = re.fullmatch(r"\s*([^:,]{1,60}?)\s*(?::\s*(\d{1,4}(?:\.\d{1,3})?)\s*(?:GB)?\s*)?", word, re.IGNORECASE)
        if told is None or not told[1].strip() or not told[1].isprintable() or (told[2] and not float(told[2])):
            raise argparse.ArgumentTypeError(f"“{word}” is no graphics card such as T4, A100:80 or T4,GTX 1660")
        found.append((told[1].strip(), float(told[2]) if told[2] else None))
    if len(found) > 8:
        raise argparse.ArgumentTypeError("a plan is for at most 8 graphics cards")
    return found


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One line instead of the whole usage."""
        self.exit(2, f"parley: {message} (see {self.prog} --help)\n")


def _parser() -> _Parser:
    # Given before the command or after it; what is not given after it must not undo what was given before.
    anywhere = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    anywhere.add_argument("--data", type=Path, metavar="DIR", help="use another data folder")
    anywhere.add_argument("--debug", action="store_true", help="show the log and tracebacks on stderr")
    common = _Parser(add_help=False, parents=[anywhere])
    common.add_argument("--json", action="store_true", help="print one JSON document on stdout and nothing else")
    picture = _Parser(add_help=False)
    picture.add_argument("--image", type=Path, action="append", default=[], metavar="FILE", help="ask about a picture")

    def languages(source: bool, target: bool, required: bool = False) -> _Parser:
        parser = _Parser(add_help=False)
        if source:
            parser.add_argument("--in", dest="source", type=_language, metavar="LANG", required=required)
        if target:
            parser.add_argument("--out", dest="target", type=_language, metavar="LANG", required=required)
        return parser

    parser = _Parser(
        prog="parley",
        description="A private assistant on this machine. Without a command its window opens.",
        parents=[anywhere],
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    parser.add_argument(
        "--picture", type=Path, action="append", default=[], metavar="FILE", help="open the window with a picture"
    )
    parser.add_argument("--self-test", action="store_true", help="try everything that Parley consists of; prints JSON")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    def add(name: str, run: str, help_text: str, *parents: _Parser) -> _Parser:
        command = commands.add_parser(name, help=help_text, description=help_text, parents=[common, *parents])
        command.set_defaults(run=run)
        return command

    ask = add("ask", "ask", "Answer one typed question.", picture, languages(True, True))
    ask.add_argument("text", metavar="TEXT")
    ask.add_argument("--speak", type=Path, metavar="FILE.wav", help="also speak the answer into a file")
    talk = add("talk", "talk", "A whole spoken turn on sound files.", picture, languages(True, True))
    talk.add_argument("--in-wav", type=Path, required=True, metavar="FILE")
    talk.add_argument("--out-wav", type=Path, required=True, metavar="FILE")
    transcribe = add("transcribe", "transcribe", "Write down what is said in a sound file.", languages(True, False))
    transcribe.add_argument("file", type=Path, metavar="FILE.wav")
    translate = add("translate", "translate", "Translate a text.", languages(True, True, required=True))
    translate.add_argument("text", metavar="TEXT")
    speak = add("speak", "speak", "Speak a text into a sound file.", languages(False, True))
    speak.add_argument("text", metavar="TEXT")
    speak.add_argument("--out-wav", type=Path, required=True, metavar="FILE")
    plan = add("plan", "plan", "Show which model goes where, and what room is left.")
    machine = plan.add_mutually_exclusive_group()
    machine.add_argument(
        "--gpu", type=_cards, metavar="NAME[:GB][,…]", help="plan for other graphics cards, and models of full size"
    )
    machine.add_argument("--setup", type=int, choices=(1, 2, 3, 4), help="plan for one of the four set-ups")
    plan.add_argument("--lost", metavar="GPU", help="plan for what is left when this graphics card is lost")
    _add_bench(commands, common)
    add("doctor", "doctor", "Check sound, graphics card, libraries, models and disk.")
    licenses = add("licenses", "licenses", "Tell what of others is in Parley, and under which licences.")
    licenses.add_argument("component", metavar="NAME", nargs="?", help="show the texts of one component's licences")
    models = commands.add_parser("models", help="The models.", description="The models.")
    actions = models.add_subparsers(dest="action", metavar="ACTION", required=True)
    model_words.add(actions, common, _language)
    _add_remote(commands, common)
    return parser


def _add_remote(commands: "argparse._SubParsersAction[_Parser]", common: _Parser) -> None:
    title = "Let a server on another computer answer; without an address, tell how it stands."
    parser = commands.add_parser("remote", help=title, description=title, parents=[common])
    parser.set_defaults(run="remote")
    parser.add_argument("address", metavar="ADDRESS", nargs="?", help="of the server, or “off”")
    parser.add_argument("--for", dest="what", choices=("text", "pictures", "both"), help="what it answers")
    parser.add_argument("--model", metavar="NAME", help="the model for questions, by its name there")
    parser.add_argument("--picture-model", metavar="NAME", help="the model for pictures, if it is another one")
    parser.add_argument("--knows", metavar="LANG,…", help="its languages; all else is translated here")
    parser.add_argument("--key", action="store_true", help="read its key from standard input, or forget it")
    parser.add_argument("--test", action="store_true", help="ask it something")


def _add_bench(commands: "argparse._SubParsersAction[_Parser]", common: _Parser) -> None:
    title = "Measure on this machine whether the models fit and how fast they are."
    bench = commands.add_parser("bench", help=title, description=title)
    actions = bench.add_subparsers(dest="action", metavar="MEASUREMENT", required=True)

    def add(name: str, help_text: str) -> _Parser:
        action = actions.add_parser(name, help=help_text, description=help_text, parents=[common])
        action.set_defaults(run=name)
        action.add_argument("--out", type=Path, metavar="FILE.html", help="write the report with charts")
        return action

    soak = add("soak", "Run all models together for minutes: memory, speed, what sharing costs.")
    soak.add_argument("--minutes", type=_minutes, default=10.0, metavar="N", help="how long (10)")
    rehearse = add("rehearse", "The same before any download, on models of real shapes with random weights.")
    rehearse.add_argument("--minutes", type=_minutes, default=2.0, metavar="N", help="how long (2)")
    rehearse.add_argument("--shapes", default="", metavar="NAME[,…]", help="which shapes, instead of those that suit")
    for each in (soak, rehearse):
        each.add_argument("--seed", type=int, default=5, metavar="N", help="what the questions are drawn from (5)")
    latency = add("latency", "Time spoken turns from the end of speech to the first sound of the answer.")
    latency.add_argument("--rounds", type=int, choices=range(1, 1001), default=3, metavar="N", help="how often (3)")
    latency.add_argument(
        "--in-wav", type=Path, action="append", default=[], metavar="FILE", help="a question of your own"
    )


def _minutes(word: str) -> float:
    try:
        minutes = float(word)
    except ValueError:
        minutes = 0.0
    if not 0 < minutes <= 24 * 60:
        raise argparse.ArgumentTypeError(f"“{word}” is no number of minutes up to a day")
    return minutes
