"""Asks real DVC's own Python how it reads and writes stage files.

Reads a JSON list of cases from stdin and prints the list of their answers, each a text (or null
where DVC itself fails, so that there is nothing to equal). The kinds of cases are those of
`stage_cases.ts`.
"""

import contextlib
import datetime
import io
import json
import logging
import os
import re
import sys
import warnings

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

warnings.simplefilter("ignore")

from dvc.dependency import ParamsDependency  # noqa: E402
from dvc.dvcfile import ProjectFile, SingleStageFile  # noqa: E402
from dvc.exceptions import DvcException, PrettyDvcException  # noqa: E402
from dvc.repo import Repo  # noqa: E402
from dvc.schema import COMPILED_SINGLE_STAGE_SCHEMA  # noqa: E402
from dvc.stage.utils import compute_md5  # noqa: E402
from dvc.utils import strictyaml  # noqa: E402
from dvc.utils.collections import apply_diff  # noqa: E402
from dvc.utils.serialize import (  # noqa: E402
    dumps_yaml,
    parse_yaml,
    parse_yaml_for_update,
)


def shown(value):
    if isinstance(value, dict):
        inner = ", ".join(f"{shown(k)}: {shown(v)}" for k, v in value.items())
        return "{" + inner + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(shown, value)) + "]"
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ")
    return value.isoformat() if isinstance(value, datetime.date) else repr(value)


def place(mark):
    return f"{mark.line}:{mark.column}" if mark else "-"


def read(case):
    try:
        return "value " + shown(YAML(typ="safe").load(case["text"]))
    except MarkedYAMLError as error:
        context = f"{error.context}|{place(error.context_mark)}"
        return f"fault {context}|{error.problem}|{place(error.problem_mark)}"


def plain(tagged):
    kind, value = tagged
    if kind == "list":
        return [plain(item) for item in value]
    if kind == "map":
        return {plain(key): plain(item) for key, item in value}
    if kind == "int":
        return int(value)
    if kind == "float":
        return float(value)
    if kind == "date":
        return datetime.date.fromisoformat(value)
    return value


def rewrite(case):
    fresh = parse_yaml(case["fresh"], "f.dvc")
    data = parse_yaml_for_update(case["old"], "f.dvc")
    apply_diff(fresh, data)
    text = dumps_yaml(data)
    # Some comments make DVC write a file that says something else, or nothing.
    return text if parse_yaml(text, "f.dvc") == fresh else None


def invalid(case):
    with open("f.dvc", "w", encoding="utf-8") as file:
        file.write(case["text"])
    try:
        strictyaml.load("f.dvc", COMPILED_SINGLE_STAGE_SCHEMA)
    except PrettyDvcException as error:
        report = io.StringIO()
        with contextlib.redirect_stderr(report):
            error.__pretty_exc__()
        return report.getvalue()
    finally:
        os.remove("f.dvc")
    return "valid"


def stage(case, repo):
    os.makedirs("sub", exist_ok=True)
    with open("sub/f.dvc", "w", encoding="utf-8") as file:
        file.write(case["text"])
    loaded = SingleStageFile(repo, os.path.abspath("sub/f.dvc")).stage
    os.remove("sub/f.dvc")
    return dumps_yaml(loaded.dumpd()) + compute_md5(loaded)


def dep_facts(dep):
    if isinstance(dep, ParamsDependency):
        return ["params", dep.def_path, dep.params, dep.hash_info.value]
    return [dep.def_path, dep.hash_name, dep.hash_info.value, dep.meta.size]


def out_facts(out):
    known = [out.hash_name, out.hash_info.value, out.meta.size, out.meta.nfiles]
    flags = [out.use_cache, out.can_push, out.persist, out.remote, out.metric, out.plot]
    annotations = [out.annot.desc, out.annot.type, out.annot.labels, out.annot.meta]
    return [out.def_path, *known, *flags, *annotations]


def stage_facts(stage):
    return {
        "name": stage.name,
        "cmd": stage.cmd,
        "cmdChanged": stage.cmd_changed,
        "wdir": os.path.relpath(stage.wdir, "sub"),
        "frozen": stage.frozen,
        "alwaysChanged": stage.always_changed,
        "desc": stage.desc,
        "meta": stage.meta,
        "deps": [dep_facts(dep) for dep in stage.deps],
        "outs": [out_facts(out) for out in stage.outs],
    }


def pipeline(case, repo):
    os.makedirs("sub", exist_ok=True)
    for name in os.listdir("sub"):
        os.remove(f"sub/{name}")
    for path, text in case["files"].items():
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    try:
        file = ProjectFile(repo, os.path.abspath("sub/dvc.yaml"))
        stages = [stage_facts(file.stages[name]) for name in list(file.stages)]
        return json.dumps({"stages": stages, "artifacts": file.artifacts})
    except DvcException as error:
        return "fault " + re.sub(r"\x1b\[\d+m", "", str(error))


def answer(case, repo):
    try:
        if case["kind"] == "read":
            return read(case)
        if case["kind"] == "print":
            return dumps_yaml(plain(case["value"]))
        if case["kind"] == "rewrite":
            return rewrite(case)
        if case["kind"] == "invalid":
            return invalid(case)
        return stage(case, repo) if case["kind"] == "stage" else pipeline(case, repo)
    except Exception:
        return None


logging.disable(logging.CRITICAL)
Repo.init(no_scm=True).close()
with Repo() as repo:
    answers = [answer(case, repo) for case in json.load(sys.stdin)]
json.dump(answers, sys.stdout)
