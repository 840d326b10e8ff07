"""`python -m training RECIPE [--work DIR]`: make one starter model from nothing.

A recipe is a package or module training/<name>.py (dashes become underscores) with a function
`main(work: Path, target: Path)`: `work` keeps resumable intermediate files, `target` is the folder under
resources/starter/ that the finished model is written to. Interrupt it at any time; the same command goes on.
"""

import argparse
import importlib
from pathlib import Path

RECIPES = {
    "asr-en": ("training.asr.recipe", "asr-en"),
    "tts-en": ("training.tts.recipe", "tts-en"),
    "tts-es": ("training.tts.recipe", "tts-es"),
    "llm": ("training.llm.recipe", "llm"),
    "vlm": ("training.vlm.recipe", "vlm"),
    "translation-en-es": ("training.translation.recipe", "translation-en-es"),
    "translation-es-en": ("training.translation.recipe", "translation-es-en"),
}
"""Recipe to its module and to its folder under resources/starter/."""


def run() -> None:
    parser = argparse.ArgumentParser(prog="python -m training", description="Make a starter model from nothing.")
    parser.add_argument("recipe", choices=sorted(RECIPES))
    parser.add_argument("--work", type=Path, default=Path("build/training"), help="folder for intermediate files")
    arguments = parser.parse_args()
    module, folder = RECIPES[arguments.recipe]
    work = arguments.work / arguments.recipe
    work.mkdir(parents=True, exist_ok=True)
    target = Path(__file__).parent.parent / "resources" / "starter" / folder
    importlib.import_module(module).main(work, target)


if __name__ == "__main__":
    run()
