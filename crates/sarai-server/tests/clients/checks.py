"""What the client scripts share: where the server is, and one line for each check."""

import os
import sys

URL = os.environ["SARAI_CLIENT_URL"].rstrip("/")
KEY = os.environ["SARAI_CLIENT_KEY"]
MODEL = os.environ.get("SARAI_CLIENT_MODEL", "sarai")


def check(name, holds, seen=None):
    """Prints the check; ends the program at the first that does not hold."""
    if not holds:
        print(f"FAILED  {name}: {seen!r}", flush=True)
        sys.exit(1)
    print(f"ok      {name}", flush=True)
