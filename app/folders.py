"""Where what belongs to the user is kept."""

from pathlib import Path


def data_folder(given: Path | None = None) -> Path:
    """The folder for settings, history and models: the one that was asked for, else the system's place for such."""
    if given is not None:
        return given
    from platformdirs import user_data_path

    return user_data_path("parley", appauthor=False)
