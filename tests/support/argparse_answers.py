"""Reads grammars and command lines as JSON from stdin; answers with what argparse makes of them."""

import argparse
import json
import sys


class Refused(Exception):
    pass


class Parser(argparse.ArgumentParser):
    def error(self, message):
        raise Refused(message)


class Listed(argparse.Action):
    """Adds to the values given before, as DVC's option for settings does."""

    def __call__(self, parser, namespace, values, option_string=None):
        before = getattr(namespace, self.dest) or []
        setattr(namespace, self.dest, before + values)


def build(grammar):
    parser = Parser(prog="x", add_help=False)
    groups = {}
    for option in grammar["options"]:
        target = parser
        if option["group"]:
            if option["group"] not in groups:
                groups[option["group"]] = parser.add_mutually_exclusive_group()
            target = groups[option["group"]]
        extra = {
            "none": {"action": "count", "default": 0},
            "one": {},
            "optional": {"nargs": "?", "const": "<none>"},
            "many": {"nargs": "*", "action": Listed},
        }[option["values"]]
        if option.get("choices"):
            extra["choices"] = option["choices"]
        target.add_argument(*option["flags"], dest=option["key"], **extra)
    for argument in grammar["arguments"]:
        nargs = {(True, True): "+", (True, False): None, (False, True): "*", (False, False): "?"}
        parser.add_argument(
            argument["name"], nargs=nargs[argument["required"], argument["variadic"]]
        )
    return parser


answers = []
for case in json.load(sys.stdin):
    parser = build(case["grammar"])
    for line in case["lines"]:
        try:
            found, unknown = parser.parse_known_args(line)
            if unknown:
                raise Refused("unrecognized arguments: " + " ".join(unknown))
            answers.append({"values": vars(found)})
        except Refused as error:
            answers.append({"error": str(error)})
json.dump(answers, sys.stdout)
