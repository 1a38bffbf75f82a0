"""Real DVC without the time it takes to load: loads it once, then forks for every command.

    python dvc_server.py SOCKET OWNER VERSION

Loads the DVC of this Python, which has to be of that VERSION, goes to the background and returns when SOCKET takes requests. Ends with the process OWNER (a
process id), whose folder around SOCKET it then removes.

A request is one line of JSON: {"program": path of dvc, "argv": [...], "cwd": path,
"env": {...}, "stdin": text}. The answer, up to the end of the connection, is
{"code": number, "stdout": text, "stderr": text}.

Every command runs in a process of its own, with its own environment, folder and descriptors, on
modules that have been imported but not used.
"""

import gc
import importlib
import json
import os
import pkgutil
import select
import shutil
import signal
import socket
import sys
import tempfile

# What commands import when they run. The rest of DVC is left to the forks that need it.
PACKAGES = [
    "dvc.commands",
    "dvc.repo",
    "dvc.dependency",
    "dvc.stage",
    "dvc.fs",
    "dvc_data",
    "dvc_objects",
    "scmrepo",
]
LEFT_OUT = ("experiments", "queue", "asyncssh", "benchmark", "metrics", "params", "plots", "cli")
MODULES = [
    "dvc.cli.parser",
    "dvc.config_schema",
    "dvc.data_cloud",
    "dvc.dirs",
    "dvc.external_repo",
    "dvc.ignore",
    "dvc.parsing",
    "dvc.schema",
    "dvc.updater",
    "dvc.utils.strictyaml",
    "dvc_http",
    "pygit2",
    "ruamel.yaml",
    "shtab",
]


def load():
    names = list(MODULES)
    for package in PACKAGES:
        found = importlib.import_module(package)
        names += [m.name for m in pkgutil.walk_packages(found.__path__, package + ".", lambda _: None)]
    for name in names:
        if not any(word in name for word in LEFT_OUT):
            try:
                importlib.import_module(name)
            except Exception:  # noqa: BLE001
                pass  # an optional part whose packages are not installed
    # What the forks share should stay shared.
    gc.collect()
    gc.freeze()


def run(request, files):
    """In the fork: becomes the command."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for target, file in enumerate(files):
        os.dup2(file.fileno(), target)
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["cwd"])
    sys.argv = [request["program"], *request["argv"]]
    code = 1
    try:
        follow_home()
        from dvc.cli import main

        code = main()
    except SystemExit as exit:
        code = exit.code if isinstance(exit.code, int) else int(exit.code is not None)
    except BaseException:  # noqa: BLE001
        import traceback

        traceback.print_exc()
    finally:
        end(code or 0)


def follow_home():
    """libgit2 has looked up the home folder when it was loaded."""
    import pygit2
    from pygit2.enums import ConfigLevel

    home = os.environ.get("HOME", "")
    xdg = os.environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")
    pygit2.settings.search_path[ConfigLevel.GLOBAL] = home
    pygit2.settings.search_path[ConfigLevel.XDG] = os.path.join(xdg, "git")
    if os.environ.get("GIT_CONFIG_NOSYSTEM"):
        pygit2.settings.search_path[ConfigLevel.SYSTEM] = ""


def end(code):
    """What the interpreter does when it ends, as far as anybody could notice."""
    import atexit
    import threading

    try:
        threading._shutdown()
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code & 0xFF)


class Server:
    def __init__(self, path, owner):
        self.path = path
        self.owner = owner
        self.running = {}
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(path)
        self.listener.listen(64)
        self.wakeup, wakeup_end = socket.socketpair()
        self.wakeup_end = wakeup_end
        for one in (self.wakeup, wakeup_end):
            one.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.set_wakeup_fd(wakeup_end.fileno(), warn_on_full_buffer=False)

    def serve(self):
        while self.owner_lives():
            ready, _, _ = select.select([self.listener, self.wakeup], [], [], 2)
            if self.wakeup in ready:
                self.wakeup.recv(4096)
            if self.listener in ready:
                self.start(self.listener.accept()[0])
            self.answer_finished()
        shutil.rmtree(os.path.dirname(self.path), ignore_errors=True)

    def owner_lives(self):
        try:
            os.kill(self.owner, 0)
        except ProcessLookupError:
            return False
        return os.path.exists(self.path)

    def start(self, connection):
        connection.settimeout(30)
        with connection.makefile("rb") as reader:
            line = reader.readline()
        if not line:
            return connection.close()
        request = json.loads(line)
        files = [tempfile.TemporaryFile() for _ in range(3)]
        files[0].write(request["stdin"].encode())
        files[0].seek(0)
        child = os.fork()
        if child == 0:
            run(request, files)
        self.running[child] = (connection, files)

    def answer_finished(self):
        while self.running:
            child, status = os.waitpid(-1, os.WNOHANG)
            if child == 0:
                return
            connection, files = self.running.pop(child)
            texts = []
            for file in files:
                file.seek(0)
                texts.append(file.read().decode("utf-8", "replace"))
                file.close()
            code = os.waitstatus_to_exitcode(status)
            answer = {"code": code, "stdout": texts[1], "stderr": texts[2]}
            try:
                connection.sendall(json.dumps(answer).encode())
            except OSError:
                pass  # nobody waits for it any more
            connection.close()


def main():
    path, owner, version = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    import dvc

    if dvc.__version__ != version:
        sys.exit(f"the tests need DVC {version}, this is {dvc.__version__}")
    load()
    server = Server(path, owner)
    if os.fork() > 0:
        os._exit(0)
    os.setsid()
    for descriptor in (0, 1, 2):
        os.dup2(os.open(os.devnull, os.O_RDWR), descriptor)
    server.serve()


if __name__ == "__main__":
    main()
