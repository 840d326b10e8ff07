"""`python -m app COMMAND …`: the assistant without a window."""

import sys

from app.cli import main

if __name__ == "__main__":
    sys.exit(main())
