"""Asks real DVC what its .dvcignore hides.

Reads a JSON list of cases from stdin, prints the list of their answers. A case has `files` (path to
text of each .dvcignore), `subprojects` and `paths`; its answer has, for each path, one word for the
path as a file and one for the path as a folder, or is the text of the error.
"""

import json
import os
import sys
import tempfile

from dvc.fs import localfs
from dvc.ignore import DvcIgnoreFilter


def word(rules, root, path, is_dir):
    full = os.path.join(root, path)
    dirname, basename = os.path.split(full)
    pattern = rules._get_trie_pattern(dirname)
    ignored, infos = pattern.matches(dirname, basename, is_dir, details=True)
    assert ignored == (
        rules.is_ignored_dir(full) if is_dir else rules.is_ignored_file(full)
    )
    return ("+" if ignored else "-" if infos else "") + "".join(map(str, infos[-1:]))


def answer(case):
    with tempfile.TemporaryDirectory() as root:
        root = os.path.realpath(root)
        for name, text in case["files"].items():
            os.makedirs(os.path.dirname(os.path.join(root, name)), exist_ok=True)
            with open(os.path.join(root, name), "wb") as file:
                file.write(text.encode())
        for name in case["subprojects"]:
            os.makedirs(os.path.join(root, name, ".dvc"), exist_ok=True)
        try:
            rules = DvcIgnoreFilter(localfs, root)
            return [
                [word(rules, root, path, False), word(rules, root, path, True)]
                for path in case["paths"]
            ]
        except Exception as error:
            return f"{type(error).__name__}: {error}"


json.dump([answer(case) for case in json.load(sys.stdin)], sys.stdout)
