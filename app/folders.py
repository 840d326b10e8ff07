"""Where what belongs to the user is kept."""

import os
import sys
from pathlib import Path


def data_folder(given: Path | None = None) -> Path:
    """The folder for settings, history and models: the one that was asked for, else the system's place for such."""
    if given is not None:
        return given
    if sys.platform == "linux":
        # What platformdirs says as well; but importing that takes as long as a tenth of the window's first frame.
        return Path(os.environ.get("XDG_DATA_HOME", "").strip() or Path.home() / ".local" / "share") / "parley"
    from platformdirs import user_data_path

    return user_data_path("parley", appauthor=False)
