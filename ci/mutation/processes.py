"""Running programs that may hang, eat memory or leave children behind."""

import os
import signal
import subprocess
import threading
import time

MEMORY_KIB_MAX = 6 << 20

_lock = threading.Lock()
_running = set()
stopping = threading.Event()


def run(command, *, seconds_max, folder, log=None, variables=None, memory=True):
    """Runs a command and returns (exit status, seconds); a time-out has the status None.

    It gets a session of its own, and all of that is killed when its time is over.
    """
    if stopping.is_set():
        return None, 0.0
    if memory:  # a sanitizer maps terabytes: it has a limit of its own
        command = ["sh", "-c", f"ulimit -v {MEMORY_KIB_MAX}; exec \"$@\"", "sh", *command]
    begin = time.monotonic()
    with open(log or os.devnull, "wb") as output:
        process = subprocess.Popen(command, cwd=folder, env={**os.environ, **(variables or {})},
                                   stdin=subprocess.DEVNULL, stdout=output,
                                   stderr=subprocess.STDOUT, start_new_session=True)
        with _lock:
            _running.add(process)
        try:
            status = process.wait(timeout=seconds_max)
        except subprocess.TimeoutExpired:
            status = None
        finally:
            kill_session(process.pid)
            process.wait()
            with _lock:
                _running.discard(process)
    return status, time.monotonic() - begin


def kill_session(leader):
    """Kills every process of a session, in whatever process group it went."""
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open(f"/proc/{entry}/stat", encoding="ascii", errors="replace") as file:
                session = int(file.read().rpartition(")")[2].split()[3])
            if session == leader:
                os.kill(int(entry), signal.SIGKILL)
        except (OSError, ValueError, IndexError):
            continue


def stop():
    """Ends what is running, and lets nothing begin any more."""
    stopping.set()
    with _lock:
        leaders = [process.pid for process in _running]
    for leader in leaders:
        kill_session(leader)
