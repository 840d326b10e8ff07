"""`python -m app COMMAND …`: the assistant without a window."""

import signal
import sys

# Nothing else is imported before `main` can catch an interruption.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def main(
    window: "Callable[[Path | None, bool, list[Path]], int] | None" = None,
    look: "Callable[[Path], str] | None" = None,
) -> int:
    """Run the command line so that an interruption is quiet at any moment, imports and the end included.

    Without a command it opens `window`, given --data, --debug and --picture; --self-test has a `look` at it, given a
    data folder.
    """
    try:
        from app import cli

        return cli.main(window=window, look=look)
    except KeyboardInterrupt:
        return 130
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(main())
