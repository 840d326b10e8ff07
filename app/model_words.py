"""The words of `parley models`: what may follow it on the command line.

Owns the parsers alone; app.model_commands does the work.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from models.roles import Role


def add(actions: Any, common: argparse.ArgumentParser, language: Callable[[str], str]) -> None:
    """Add the actions to the sub-parsers of `models`. `language` checks a two-letter code."""

    def action(name: str, help_text: str) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = actions.add_parser(
            name, help=help_text, description=help_text, parents=[common]
        )
        parser.set_defaults(run=f"models_{name}")
        return parser

    def languages(word: str) -> tuple[str, ...]:
        return tuple(language(code.strip()) for code in word.split(","))

    listing = action("list", "List the models: installed, on their way, and available.")
    listing.add_argument("--role", choices=[role.value for role in Role], help="only models of a role")
    listing.add_argument("--lang", type=language, metavar="LANG", help="only models that know a language")
    listing.add_argument("--fit", action="store_true", help="tell which fit beside those in use now, and how fast")
    listing.add_argument("--installed", action="store_true", help="only models that are here")

    search = action("search", "Search the Hugging Face hub for models in GGUF.")
    search.add_argument("words", nargs="+", metavar="WORD")
    search.add_argument("--licence", default="", metavar="NAME", help="as the hub calls it, for instance apache-2.0")
    search.add_argument("--largest", type=float, metavar="GB", help="leave out larger files")
    search.add_argument("--pictures", action="store_true", help="only models that look at pictures")

    install = action("install", "Download and install models; without any it goes on with what was begun.")
    install.add_argument("ids", nargs="*", metavar="ID", help="from the list, or OWNER/NAME/FILE.gguf[+MMPROJ.gguf]")
    install.add_argument("--set", action="store_true", help="a whole set for this machine and these languages")
    install.add_argument(
        "--lang", type=languages, metavar="LANG,…", help="languages of the set, or of a model on the hub"
    )
    install.add_argument("--show", action="store_true", help="only show what would be installed")

    bring = action("import", "Install a model from a file, a folder or an archive of this machine.")
    bring.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    bring.add_argument("--name", default="", help="what to call it")
    bring.add_argument("--in", dest="source", type=languages, default=(), metavar="LANG,…", help="what it understands")
    bring.add_argument("--out", dest="target", type=languages, default=(), metavar="LANG,…", help="what it produces")
    bring.add_argument("--licence", default="", help="its licence, as far as you know it")

    use = action("use", "Use models that are here before all others that do the same.")
    use.add_argument("ids", nargs="+", metavar="ID")

    verify = action("verify", "Hash installed models again, and try them anew.")
    verify.add_argument("ids", nargs="*", metavar="ID", help="by default all")

    remove = action("remove", "Remove installed models.")
    remove.add_argument("ids", nargs="+", metavar="ID")
