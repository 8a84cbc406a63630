"""`python -m cxapp.probe [PORT]`: ask the web server beside us whether it is alive.

Only that: a container that is restarted because the database or Valkey is away helps nobody.
"""

import os
import sys
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit


def main(port: int) -> int:
    """Ask under the host name that ALLOWED_HOSTS knows; say what it answered."""
    host = urlsplit(os.environ.get("BASE_URL", "")).netloc or "localhost"
    connection = HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        connection.request("GET", "/healthz/live", headers={"Host": host})
        answer = connection.getresponse()
        sys.stdout.write(answer.read().decode(errors="replace") + "\n")
    except (OSError, HTTPException) as error:
        sys.stdout.write(f"no answer on port {port}: {error}\n")
        return 1
    finally:
        connection.close()
    return 0 if answer.status == 200 else 1


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 8000))
