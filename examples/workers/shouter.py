#!/usr/bin/env python3
"""The worker of docs/tutorial.md that is written in Python, on top of worker.py.

    python3 examples/workers/shouter.py [http://127.0.0.1:8000]
"""

import worker


def shout(given, attempt):
    return {"text": given["text"].upper() + "!"}


if __name__ == "__main__":
    worker.HANDLERS = {"tutorial.shout": shout}
    worker.main()
