#!/usr/bin/env python3
"""A worker for the tasks of word-count.yaml, in nothing but Python's standard library.

    python3 examples/workers/worker.py [http://127.0.0.1:8000] [task type ...]

It asks for a task, beats while it works on it, and says how it ended. What it may rely on, and what it owes:

- A task comes with a lease of 15 seconds. Every heartbeat renews it; without one the attempt counts as lost, and the
  task goes to somebody else. An answer of 409 says that this has happened: stop, and throw the result away.
- A task may be done more than once: by another worker after a lost lease, or here after a crash. Its end is recorded
  once. Where an effect outside must not happen twice, send `idempotencyKey` along: it is the same for every attempt.
- The end is reported until it is answered. Reporting the same end again is harmless.
- A heartbeat's answer says when the run was cancelled. The attempt may then end early, in whatever way, and is reported:
  the run waits for that.
"""

import contextlib
import http.client
import json
import os
import signal
import socket
import sys
import threading
import time
import urllib.parse

API = urllib.parse.urlsplit((sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000").rstrip("/") + "/api/v1")
WORKER_ID = f"python-{socket.gethostname()}-{os.getpid()}"
SLOTS = 4
POLL_SECONDS = 5

stopping = threading.Event()
# The connections on which a task is waited for: they are broken off when the worker stops.
polls = set()


class TaskFailed(Exception):
    """Fails an attempt with a code of one's own. Not retryable: no other attempt is made."""

    def __init__(self, code, message, retryable=True):
        super().__init__(message)
        self.error = {"code": code, "message": message, "retryable": retryable}


class Refused(Exception):
    """The server understood, and said no; for a task it means that the lease is lost."""


class Unreachable(Exception):
    """No answer, or none that helps: it is worth another try."""


class Attempt:
    """One try at a task. `over` is set when it no longer counts: work that takes long looks at it now and then."""

    def __init__(self, task):
        self.task = task
        self.over = threading.Event()
        self.lost = threading.Event()
        self.ended = threading.Event()


# The work itself: one function a task type, from input and attempt to output.


def split(given, attempt):
    words = given["text"].split()
    if not words:
        raise TaskFailed("text.empty", "there are no words in this text", retryable=False)
    size = -(-len(words) // given["parts"])
    return {"parts": [" ".join(words[part * size : (part + 1) * size]) for part in range(given["parts"])]}


def count(given, attempt):
    return {"words": len(given["text"].split())}


def add(given, attempt):
    return {"sum": sum(given["counts"])}


HANDLERS = {"text.split": split, "text.count": count, "text.sum": add}


def post(path, body, patience=15, among=None):
    """Sends JSON and returns the answer's JSON. The connection is kept `among` others as long as it lasts."""
    kind = http.client.HTTPSConnection if API.scheme == "https" else http.client.HTTPConnection
    connection = kind(API.netloc, timeout=patience)
    among = set() if among is None else among
    try:
        connection.connect()
        among.add(connection)
        if among is polls and stopping.is_set():
            raise Unreachable("the worker stops")  # stop() may have looked at the polls a moment before.
        connection.request("POST", API.path + path, json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(str(error) or type(error).__name__) from None
    finally:
        among.discard(connection)
        connection.close()
    if answer.status in (408, 429) or answer.status >= 500:
        raise Unreachable(f"{answer.status} {text}")
    if answer.status >= 300:
        raise Refused(f"{answer.status} {text}")
    try:
        return json.loads(text)
    except ValueError:
        raise Unreachable(f"the answer is not JSON: {text[:200]}") from None


def beat(attempt):
    """Says that the attempt is alive, as often as the server wants to hear it, until it has ended."""
    task = attempt.task
    while not attempt.ended.wait((task["heartbeatMs"] or 5000) / 1000):
        try:
            if post(f"/tasks/{task['id']}/heartbeat", {"leaseToken": task["leaseToken"]})["cancelled"]:
                attempt.over.set()
        except Refused:
            attempt.lost.set()
            attempt.over.set()
            return
        except Unreachable:
            pass  # The next beat may get through before the lease is over.


def work(task):
    """Does one attempt and says how it ended."""
    attempt = Attempt(task)
    threading.Thread(target=beat, args=(attempt,), daemon=True).start()
    try:
        output = HANDLERS[task["type"]](task["input"], attempt)
        json.dumps(output, allow_nan=False)  # What is no JSON fails here, and not where it is sent.
        report = "complete", {"output": output}
    except TaskFailed as failure:
        report = "fail", {"error": failure.error}
    except Exception as error:  # A bug here fails this attempt, and not the worker.
        report = "fail", {"error": {"code": "worker.bug", "message": f"{type(error).__name__}: {error}"}}
    try:
        say_how_it_ended(attempt, *report)
    finally:
        attempt.ended.set()


def say_how_it_ended(attempt, verb, report):
    """Reports until the server has answered. The attempt is beaten for until then, so that it is not given away."""
    task = attempt.task
    pause = 0.2
    while not attempt.lost.is_set():
        try:
            post(f"/tasks/{task['id']}/{verb}", {"leaseToken": task["leaseToken"], **report})
            log(f"{task['type']} of {task['id']}, attempt {task['attempt']}: {verb}")
            return
        except Refused as refused:
            log(f"{task['id']}: the attempt is no longer ours ({refused})")
            return
        except Unreachable as why:
            log(f"{task['id']}: not reported yet ({why})")
            time.sleep(pause)
            pause = min(pause * 2, 5)


def take_tasks(types):
    """Asks for one task after the other, until the worker stops."""
    wanted = {"workerId": WORKER_ID, "types": types, "max": 1, "waitMs": POLL_SECONDS * 1000}
    pause = 0.2
    while not stopping.is_set():
        try:
            tasks = post("/tasks/poll", wanted, patience=POLL_SECONDS + 10, among=polls)["tasks"]
            pause = 0.2
        except Unreachable as why:
            if stopping.is_set():
                return
            log(f"no answer, and another try in {pause:.1f} s ({why})")
            stopping.wait(pause)
            pause = min(pause * 2, 5)
            continue
        for task in tasks:
            work(task)


def stop(*_):
    """What is under way is finished; nothing new is taken."""
    stopping.set()
    for connection in list(polls):
        with contextlib.suppress(AttributeError, OSError):  # Answered at this moment, and closed.
            connection.sock.shutdown(socket.SHUT_RDWR)
    log("what is under way is ended, and nothing new is taken")


def log(words):
    print(words, file=sys.stderr, flush=True)


def main():
    types = sys.argv[2:] or list(HANDLERS)
    unknown = [each for each in types if each not in HANDLERS]
    if unknown:
        sys.exit(f"This worker does {', '.join(HANDLERS)}, and not {', '.join(unknown)}.")
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, stop)
    threads = [threading.Thread(target=take_tasks, args=(types,)) for _ in range(SLOTS)]
    for thread in threads:
        thread.start()
    log(f"{WORKER_ID} takes {', '.join(types)} from {API.geturl()}")
    # Waited for in short turns: a signal is only heard by a main thread that comes up for air.
    while any(thread.is_alive() for thread in threads):
        time.sleep(0.1)


if __name__ == "__main__":
    main()
