"""`python -m app COMMAND …`: the assistant without a window. Also what the command `parley` runs."""

import signal
import sys


def main() -> int:
    """Run the command line so that an interruption is quiet at any moment, imports and the end included."""
    try:
        from app import cli

        return cli.main()
    except KeyboardInterrupt:
        return 130
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(main())
