"""What a person does in the window about where models are: move, smaller, unload, and mending what does not fit.

Joins panel and settings page with the assistant; all of it happens behind the window, and what cannot be is told in the
banner. It must not know how a plan is made.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from app.events import Event, PlanMade
from app.problems import Problem
from models.roles import Role
from ui.bridge import Bridge
from ui.role_details import MOVE, RESTORE, SMALLER, UNLOAD

if TYPE_CHECKING:
    from app.assistant import Assistant
    from app.fits import Fit, Fix
    from models.placement import Preferences
    from ui.resources import ResourcePanel


class Arrangement:
    """All methods are for the window's thread."""

    def __init__(
        self,
        bridge: Bridge,
        panel: "ResourcePanel",
        failed: Callable[[Problem], None],
        show_fit: Callable[["Fit | None"], None],
    ) -> None:
        """`show_fit` is told whether the models in use fit together."""
        self._bridge, self._panel, self._failed, self._show_fit = bridge, panel, failed, show_fit
        self._assistant: Assistant | None = None
        self._judged = 0
        """How often a verdict was wanted: only the last one is shown."""
        panel.actionWanted.connect(self._act)

    def begin(self, assistant: "Assistant") -> None:
        self._assistant = assistant
        self.judge()

    def hear(self, event: Event) -> None:
        """Show a new plan; other events are no concern of this."""
        if isinstance(event, PlanMade):
            places = self._assistant.places if self._assistant is not None else None
            wishes = None if places is None else places.wishes
            changed = frozenset() if wishes is None else frozenset([*wishes.pinned, *wishes.smaller])
            self._panel.show_plan(event.plan, frozenset(role.value for role in changed))
            self.judge()

    def judge(self) -> None:
        """Find out whether the models in use fit together, by what is free now."""
        places = self._assistant.places if self._assistant is not None else None
        if places is None:
            return

        def job() -> "Fit":
            from app import fits

            return fits.set_judged(places)

        def show(fit: "Fit") -> None:
            if wanted == self._judged:
                self._show_fit(fit)

        # What is to be saved does not wait for this.
        self._judged += 1
        wanted = self._judged
        self._bridge.run_apart(job, show, self._failed)

    def mend(self, fix: "Fix") -> None:
        """Do what a verdict's button says."""
        wishes = fix.wishes
        if wishes is None:
            self.judge()
        else:
            self._plan(lambda: wishes)

    def when_short(self, word: str) -> None:
        """The person has changed what happens without memory for two models."""
        from models.placement import WhenShort

        assistant = self._assistant
        if assistant is not None and assistant.places is not None:
            places = assistant.places
            self._plan(lambda: replace(places.wishes, when_short=WhenShort(word)))

    def _act(self, action: str, role_name: str, device: int | None) -> None:
        assistant, role = self._assistant, Role(role_name)
        if assistant is None or assistant.places is None:
            return
        places = assistant.places
        if action == UNLOAD:
            self._bridge.run_in_background(lambda: assistant.unload(role), _nothing, self._failed)
            return

        def wishes() -> "Preferences":
            from app import arranging

            if action == MOVE:
                return arranging.moved(places, role, device)
            if action == SMALLER:
                return arranging.smaller(places, role)
            assert action == RESTORE
            return arranging.restored(places, role)

        self._plan(wishes)

    def _plan(self, wishes: Callable[[], "Preferences"]) -> None:
        assistant = self._assistant
        assert assistant is not None
        self._bridge.run_in_background(lambda: assistant.plan_anew(wishes()), _nothing, self._failed)


def _nothing(result: object) -> None:
    """What comes of it is told as events."""
