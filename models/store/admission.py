"""Who may be opened: a model that was never seen is tried first, and what was found is remembered by its content.

Owns that rule alone. How a model is tried is models.trial's, where the result is kept is the store's.
"""

from pathlib import Path

from models import trial
from models.roles import CancelToken, ModelError
from models.store.installed import Installed, Store, Verdict


def admit(store: Store, one: Installed, cache: Path, cancel: CancelToken) -> None:
    """Try the model unless its content was tried before. Raises ModelError("model-refused"), Cancelled.

    `cache` is where converted translators lie. What this machine has no memory to try is let through: its header was
    checked, and it is noted if Parley dies of it.
    """
    verdict = store.verdict(one.fingerprint)
    if verdict is None:
        outcome = trial.tried(one.card, one.folder, cache, cancel)
        if outcome.skipped:
            return
        remedy = "Verify it to have it tried again, or choose another model." if outcome.reason else ""
        verdict = Verdict(outcome.reason, remedy)
        store.judge(one.fingerprint, verdict)
    if verdict.reason:
        raise ModelError("model-refused", verdict.reason, verdict.remedy)
