"""The pictures of the question that is being written: from files and bytes of unknown origin to what a model gets.

Owns which there are and how far they are; they are read in the background, at the moment they are brought, so that
what becomes of the file later does not matter. It must not know where they are shown.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.problems import Problem
from ui.attachments import MAX_PICTURES
from ui.bridge import Bridge

if TYPE_CHECKING:
    from models.roles import Picture
    from ui.composer import Composer


class Batch:
    """The pictures of one question, by keys, in their order; None while one is being read."""

    def __init__(self) -> None:
        self.pictures: dict[str, Picture | None] = {}

    @property
    def loading(self) -> bool:
        """One is still being read."""
        return None in self.pictures.values()

    @property
    def ready(self) -> "tuple[Picture, ...]":
        """Those that are there."""
        return tuple(picture for picture in self.pictures.values() if picture is not None)


class Pictures:
    """Brings pictures into the composer; `changed` is called whenever one has come or gone, or has been read."""

    def __init__(
        self,
        bridge: Bridge,
        composer: "Composer",
        changed: Callable[[], None],
        refused: Callable[[Problem], None],
        noticed: Callable[[str], None],
    ) -> None:
        self._bridge = bridge
        self._composer = composer
        self._changed = changed
        self._refused = refused
        self._noticed = noticed
        self._batch = Batch()
        self._number = 0

    @property
    def ready(self) -> "tuple[Picture, ...]":
        """Those in the composer that have been read."""
        return self._batch.ready

    def take(self) -> Batch:
        """Those in the composer go with a question that is sent, though some may still be read."""
        taken, self._batch = self._batch, Batch()
        return taken

    def put_back(self, batch: Batch) -> None:
        """The question was not sent after all."""
        self._batch = batch

    def add_files(self, paths: Sequence[str]) -> None:
        from app.turn import PICTURE_SIDE

        def reader(path: Path) -> "Callable[[], Picture]":
            def read() -> "Picture":
                from models.pictures import load_picture

                return load_picture(path, PICTURE_SIDE)

            return read

        self._add([(Path(path).name or path, reader(Path(path))) for path in paths])

    def add_data(self, data: bytes) -> None:
        """The content of a picture's file."""
        from app.turn import PICTURE_SIDE

        def read() -> "Picture":
            from models.pictures import picture_from_bytes

            return picture_from_bytes(data, PICTURE_SIDE)

        self._add([("from the clipboard", read)])

    def remove(self, key: str) -> None:
        if self._batch.pictures.pop(key, self) is not self:
            self._composer.remove_picture(key)
            self._changed()

    def remove_used(self, used: "Sequence[Picture]") -> None:
        """A spoken question took these."""
        for key, picture in tuple(self._batch.pictures.items()):
            if picture is not None and any(picture is other for other in used):
                self.remove(key)

    def _add(self, brought: "list[tuple[str, Callable[[], Picture]]]") -> None:
        room = MAX_PICTURES - len(self._batch.pictures)
        if len(brought) > room:
            self._noticed(f"Only {MAX_PICTURES} pictures go into one question: {len(brought) - room} were not taken.")
        for name, read in brought[:room]:
            self._number += 1
            key = str(self._number)
            self._batch.pictures[key] = None
            self._composer.add_picture(key, b"", name)
            self._read(self._batch, key, name, read)
        self._changed()

    def _read(self, batch: Batch, key: str, name: str, read: "Callable[[], Picture]") -> None:
        def done(picture: "Picture") -> None:
            if key in batch.pictures:
                batch.pictures[key] = picture
                if batch is self._batch:
                    self._composer.add_picture(key, picture.data, name)
                self._changed()

        def failed(problem: Problem) -> None:
            if batch.pictures.pop(key, self) is not self:
                self._composer.remove_picture(key)
                self._changed()
                told = f"{name}: {problem.message[:1].lower()}{problem.message[1:]}"
                self._refused(Problem("window", problem.code, told, problem.remedy, details=problem.details))

        self._bridge.run_in_background(read, done, failed)
