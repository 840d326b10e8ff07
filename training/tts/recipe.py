"""`python -m training tts-en`: data, training, export, evaluation of the starter voice."""

from pathlib import Path

from training.tts.corpus import build, read
from training.tts.export import export
from training.tts.train import train

SEED = 20261124
SHARDS = 16
STEPS = 3600


def main(work: Path, target: Path) -> None:
    """Make the English voice; a stage whose result is in `work` is not done again."""
    build(work / "speech", SHARDS, SEED)
    utterances = read(work / "speech")
    network = train(utterances, work / "checkpoint.pt", STEPS, SEED)
    heard = {int(number) for item in utterances for number in item.ids}
    export(network, heard, "en-us", "en_US", target)
