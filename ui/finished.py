"""A turn that is over, as data, and the words for how it ended. It knows nothing of Qt."""

from typing import NamedTuple


class FinishedTurn(NamedTuple):
    """A turn that is over, as the history keeps it."""

    number: int
    """Any number by which the turn is named later; no two turns in a conversation have the same."""
    question: str
    answer: str
    spoken: bool = False
    """The question was."""
    translated: str | None = None
    """The question, in the model's language."""
    answer_translated: str | None = None
    """The answer as the person got it, where that is not what the model wrote."""
    heard: str | None = None
    """The words of the answer that were spoken; None where it was not to be spoken at all."""
    outcome: str = "answered"
    """"answered", "cancelled", "failed" or "unfinished"."""
    problem: str = ""
    remedy: str = ""
    beyond: bool = False
    """The model said that the question is beyond it."""
    pictures: tuple[bytes, ...] = ()
    """Encoded by Parley."""

    @property
    def shown(self) -> str:
        """The answer as the person got it."""
        return self.answer if self.answer_translated is None else self.answer_translated

    @property
    def interrupted(self) -> bool:
        """The answer was to be spoken to its end, and was not."""
        return self.outcome == "cancelled" and self.heard is not None

    def ending(self) -> tuple[str, str, str]:
        """What to tell beneath the answer: "stopped", "failed" or "" for nothing; a sentence; and the remedy."""
        written = bool(self.shown.strip())
        if self.outcome == "failed" or self.problem:
            return "failed", self.problem or "This question could not be answered.", self.remedy
        if self.outcome == "unfinished":
            return "stopped", "Parley ended before this answer was finished.", ""
        if self.outcome == "cancelled":
            if not written:
                return "stopped", "Stopped before there was an answer.", ""
            if self.heard is None:
                return "stopped", "Stopped here.", ""
            if self.heard.strip():
                return "stopped", "Stopped here; the rest was not spoken.", ""
            return "stopped", "Stopped before it was spoken.", ""
        return ("", "", "") if written else ("stopped", "The model had nothing to say. Ask in other words.", "")
