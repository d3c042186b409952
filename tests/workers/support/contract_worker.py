"""A worker of the contract's task types, on the example in Python: python3 contract_worker.py URL"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../examples/workers"))

import worker  # noqa: E402


def echo(given, attempt):
    return given


def fail(given, attempt):
    raise worker.TaskFailed(given["code"], "as it was told", retryable=given["retryable"])


def slow(given, attempt):
    worker.log(f"{attempt.task['id']}: begun")
    seconds = given["ms"] / 1000
    if given.get("deaf"):
        worker.time.sleep(seconds)
    elif attempt.over.wait(seconds):
        raise worker.TaskFailed("contract.stopped", "it is no longer wanted", retryable=False)
    worker.log(f"{attempt.task['id']}: finished")
    return {"attempt": attempt.task["attempt"]}


worker.HANDLERS = {"contract.echo": echo, "contract.fail": fail, "contract.slow": slow}
worker.main()
