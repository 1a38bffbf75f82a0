"""Asks real GTO what tag names mean and how versions are ordered.

Reads {"tags": [name, ...], "versions": [version, ...]} from stdin; prints {"tags": [null or
[artifact, action, version or stage, counter], ...], "order": [[-1, 0 or 1 for each pair], ...]}.
"""

import json
import sys

from gto.tag import parse_name
from gto.versions import SemVer


def meaning(name):
    parsed = parse_name(name, raise_on_fail=False)
    if not parsed:
        return None
    action = parsed["action"].value if "action" in parsed else "create"
    what = parsed.get("version") or parsed.get("stage")
    counter = str(parsed["counter"]) if "counter" in parsed else None
    return [parsed["name"], action, what, counter]


question = json.load(sys.stdin)
versions = [SemVer.parse(text) for text in question["versions"]]
json.dump(
    {
        "tags": [meaning(name) for name in question["tags"]],
        "order": [[a.compare(b) for b in versions] for a in versions],
    },
    sys.stdout,
)
