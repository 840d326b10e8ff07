"""`python -m training RECIPE [--work DIR]`: make one starter model from nothing; `… evaluate`: measure them all.

A recipe is a package or module training/<name>.py (dashes become underscores) with a function
`main(work: Path, target: Path)`: `work` keeps resumable intermediate files, `target` is the folder under
resources/starter/ that the finished model is written to. Interrupt it at any time; the same command goes on.
"""

import argparse
import importlib
import sys
from pathlib import Path

from training import evaluate

RECIPES = {
    "asr-en": ("training.asr.recipe", "asr-en"),
    "asr-es": ("training.asr.recipe", "asr-es"),
    "tts-en": ("training.tts.recipe", "tts-en"),
    "tts-es": ("training.tts.recipe", "tts-es"),
    "llm": ("training.llm.recipe", "llm"),
    "vlm": ("training.vlm.recipe", "vlm"),
    "translation-en-es": ("training.translation.recipe", "translation-en-es"),
    "translation-es-en": ("training.translation.recipe", "translation-es-en"),
}
"""Recipe to its module and to its folder under resources/starter/."""


def run() -> int:
    parser = argparse.ArgumentParser(prog="python -m training", description="Make or measure the starter models.")
    commands = parser.add_subparsers(dest="recipe", required=True, metavar="RECIPE")
    measuring = commands.add_parser("evaluate", help="measure the shipped models")
    measuring.add_argument("models", nargs="*", metavar="MODEL", help=f"of {', '.join(evaluate.models())}")
    measuring.add_argument("--small", action="store_true", help="a slice that takes a minute")
    for recipe in RECIPES:
        making = commands.add_parser(recipe, help=f"make the starter model {recipe} from nothing")
        making.add_argument("--work", type=Path, default=Path("build/training"), help="folder for intermediate files")
    arguments = parser.parse_args()
    if arguments.recipe == "evaluate":
        unknown = set(arguments.models) - set(evaluate.models())
        if unknown:
            measuring.error(f"there is no model {', '.join(sorted(unknown))}")
        return 0 if evaluate.main(arguments.models, arguments.small) else 1
    module, folder = RECIPES[arguments.recipe]
    work = arguments.work / arguments.recipe
    work.mkdir(parents=True, exist_ok=True)
    target = Path(__file__).parent.parent / "resources" / "starter" / folder
    importlib.import_module(module).main(work, target)
    return 0


if __name__ == "__main__":
    sys.exit(run())
