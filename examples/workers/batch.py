#!/usr/bin/env python3
"""A worker for the tasks of batch.yaml, on top of worker.py. It only pretends: no picture is touched.

    python3 examples/workers/batch.py [http://127.0.0.1:8000]
"""

import random
import time

import worker


def convert(given, attempt):
    # Now and then a conversion goes wrong; the next attempt does better, and the other pictures do not notice.
    if attempt.task["attempt"] == 1 and random.random() < 0.2:
        raise worker.TaskFailed("picture.broken-pipe", f"{given['picture']} was not read to its end")
    time.sleep(0.05)
    print(f"{given['number']} of {given['of']}: {given['picture']}", flush=True)
    return {"file": given["picture"].rsplit(".", 1)[0] + ".png"}


def remove(given, attempt):
    print(f"removed {given['file']}", flush=True)
    return {"removed": given["file"]}


def publish(given, attempt):
    if given["album"] == "secret":
        raise worker.TaskFailed("album.secret", "a secret album cannot be published", retryable=False)
    return {"address": f"https://albums.example/{given['album']}", "pictures": len(given["files"])}


if __name__ == "__main__":
    worker.HANDLERS = {"picture.convert": convert, "picture.remove": remove, "album.publish": publish}
    worker.main()
