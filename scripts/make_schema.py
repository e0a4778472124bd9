"""Writes ``viewer/schema.json``, from which the page's TypeScript types are made.

``--check`` writes nothing and fails where the file is stale.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from cutaway.server.app import describe

TARGET = Path(__file__).parents[1] / "viewer" / "schema.json"


def main() -> int:
    schema = describe().openapi()
    text = json.dumps(schema, indent=1, sort_keys=True) + "\n"
    if "--check" in sys.argv:
        if TARGET.read_text("utf-8") != text:
            print(f"{TARGET} is stale: run scripts/make_schema.py and npm run types in viewer/")
            return 1
        return 0
    TARGET.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
