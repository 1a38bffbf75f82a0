"""Prints the grammar of real DVC's command line as JSON, one entry per verb; with `--judge`, reads
command lines as JSON from stdin and prints what DVC's parser has to say against each."""

import argparse
import contextlib
import io
import json
import sys

from dvc.cli.parser import DvcParser, get_main_parser

HIDDEN = {"cprofile", "cprofile_dump", "yappi", "yappi_separate_threads", "viztracer"}
HIDDEN |= {"viztracer_depth", "viztracer_async", "pdb", "instrument", "instrument_open", "show_stack"}


def visit(parser, path, found):
    subparsers = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    if subparsers:
        for name, child in subparsers[0].choices.items():
            visit(child, [*path, name], found)
        return
    exclusive = {}
    for group in parser._mutually_exclusive_groups:
        for action in group._group_actions:
            others = [o for o in group._group_actions if o is not action and o.option_strings]
            exclusive[action] = [other.option_strings[-1] for other in others]
    options = []
    positionals = []
    for action in parser._actions:
        if action.dest in HIDDEN:
            continue
        if not action.option_strings:
            positionals.append(
                {
                    "required": action.nargs not in ("?", "*"),
                    "variadic": action.nargs in ("+", "*"),
                    "choices": list(action.choices) if action.choices else None,
                }
            )
            continue
        flags = action.option_strings
        pair = isinstance(action, argparse.BooleanOptionalAction)
        values = {0: "none", None: "one", "?": "optional", "*": "many", "+": "many"}
        options += [
            {
                "flags": spelled,
                "values": values[action.nargs],
                "choices": list(action.choices) if action.choices else None,
                "excludes": exclusive.get(action, []),
                "integer": action.type is int,
                "pair": pair,
            }
            for spelled in ([[flag] for flag in flags] if pair else [flags])
        ]
    found[" ".join(path)] = {"options": options, "arguments": positionals}


class Refused(Exception):
    pass


def refuse(self, message, cmd_cls=None):
    raise Refused(message)


def judge(argv):
    try:
        get_main_parser().parse_args(argv)
    except Refused as error:
        return str(error)
    except SystemExit:  # it showed a help page
        return None
    return None


if "--judge" in sys.argv:
    DvcParser.error = refuse
    with contextlib.redirect_stdout(io.StringIO()):
        verdicts = [judge(argv) for argv in json.load(sys.stdin)]
    print(json.dumps(verdicts))
else:
    verbs = {}
    visit(get_main_parser(), [], verbs)
    print(json.dumps(verbs))
