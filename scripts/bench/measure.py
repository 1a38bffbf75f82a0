"""Runs programs and measures them, for measure.ts.

Reads one request a line, {"command": [...], "cwd": path, "env": {...}}, and answers each with one
line, {"code", "wall", "user", "sys", "peak", "stderr"}: seconds, and bytes of the largest process.
"""

import json
import os
import sys
import tempfile
import time


def measure(request):
    with tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        child = os.fork()
        if child == 0:
            try:
                null = os.open(os.devnull, os.O_RDWR)
                os.dup2(null, 0)
                os.dup2(null, 1)
                os.dup2(errors.fileno(), 2)
                os.chdir(request["cwd"])
                command = request["command"]
                os.execvpe(command[0], command, request["env"])
            finally:
                os._exit(127)
        _, status, usage = os.wait4(child, 0)
        wall = time.perf_counter() - start
        errors.seek(0)
        return {
            "code": os.waitstatus_to_exitcode(status),
            "wall": wall,
            "user": usage.ru_utime,
            "sys": usage.ru_stime,
            "peak": usage.ru_maxrss * 1024,
            "stderr": errors.read().decode("utf-8", "replace"),
        }


for line in sys.stdin:
    print(json.dumps(measure(json.loads(line))), flush=True)
