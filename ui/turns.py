"""What happens to the questions of this start of Parley, shown in the conversation as it happens.

Owns what each turn's events mean there. It must not know who asks, nor how a conversation of the history is opened.
"""

from app import events
from app.events import Event
from app.turn import Answer, Outcome, Request
from ui.chat import Chat
from ui.finished import FinishedTurn

WAITS_FOR_MODELS = "Waiting until the models are loaded"
WAITS_FOR_TURN = "Waiting for the answer before this one"


class _Live:
    """A turn that is not over."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.translated = False
        """The model writes in another language than the person reads."""
        self.chosen = False
        """Its model is at work."""
        self.speaking = False


class Turns:
    """The turns that are under way, and where those that are over are kept."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._live: dict[int, _Live] = {}
        self._kept: dict[int, int] = {}
        self._loading = True

    @property
    def under_way(self) -> bool:
        """Something is being answered, spoken or waits."""
        return bool(self._live)

    @property
    def speaking(self) -> bool:
        return any(live.speaking for live in self._live.values())

    def exchange(self, number: int) -> int | None:
        """The id in the history of a turn of this start; None where it is not kept."""
        return self._kept.get(number)

    def hear(self, event: Event) -> None:
        """Show what happened to a turn; other events are no concern of this."""
        match event:
            case events.TurnStarted(turn=number, request=request):
                self._start(number, request)
            case events.QuestionKept(turn=number, exchange=exchange):
                self._kept[number] = exchange
            case events.TurnEnded(turn=number, answer=answer):
                self._end(number, answer)
            case events.ProblemRaised() | events.EngineLoading() | events.EngineReady() | events.ReadingTaken():
                pass
            case events.HearingChanged() | events.SoundLevel() | events.SpeechDropped():
                pass
            case _:
                self._go_on(event)

    def models_ready(self) -> None:
        """Nobody waits for the models any more."""
        self._loading = False
        self._tell_waiting()

    def _start(self, number: int, request: Request) -> None:
        self._live[number] = _Live(request)
        pictures = [picture.data for picture in request.pictures]
        self._chat.add_turn(number, request.text or "", pictures, spoken=request.text is None)
        self._tell_waiting()

    def _tell_waiting(self) -> None:
        """What each turn waits for whose model is not at work yet."""
        state = ("waiting", WAITS_FOR_MODELS) if self._loading else ("thinking", "")
        for number, live in self._live.items():
            turn = self._chat.turn(number)
            if turn is not None and not live.chosen:
                turn.set_state(*state)
            if not self._loading:
                state = ("waiting", WAITS_FOR_TURN)

    def _go_on(self, event: Event) -> None:
        number = getattr(event, "turn", None)
        live = self._live.get(number) if number is not None else None
        turn = self._chat.turn(number) if number is not None else None
        if live is None or turn is None:
            return
        match event:
            case events.QuestionHeard(text=text):
                turn.set_question(text, True)
            case events.QuestionTranslated(text=text):
                turn.set_translated(text)
            case events.ModelChosen(language=language):
                self._loading = False
                live.chosen = True
                live.translated = language != live.request.language_out
                turn.set_state("thinking")
            case events.AnswerPiece(text=text) if not live.translated:
                turn.append(text)
            case events.ClauseReady(text=text) if live.translated:
                turn.append_clause(text)
            case events.SpeakingStarted() | events.AnswerResumed():
                live.speaking = True
                turn.set_state("speaking")
            case events.AnswerPaused():
                turn.set_state("paused")

    def _end(self, number: int, answer: Answer) -> None:
        live = self._live.pop(number, None)
        turn = self._chat.turn(number)
        self._tell_waiting()
        if live is None or turn is None:
            return
        # What only kept an answer from being heard is for the banner: the answer is there.
        problem = answer.problem if answer.outcome is Outcome.FAILED else None
        turn.finish(
            FinishedTurn(
                number=number,
                question=answer.question,
                answer=answer.answer,
                spoken=answer.transcript is not None,
                translated=answer.question_translated,
                answer_translated=answer.answer_translated,
                heard=answer.heard if live.request.speak else None,
                outcome=answer.outcome.value,
                problem=problem.message if problem is not None else "",
                remedy=problem.remedy if problem is not None else "",
                beyond=answer.beyond,
            )
        )
