#!/usr/bin/env python3
"""A worker that uses nothing of ours: it does the tasks of type text.count over RabbitMQ, with Debian's amqp-tools.

    examples/services/count_words.py

RABBITMQ_URL says where the broker is. It never beats, so each message has to be done within the lease of 15 s; what it
does not acknowledge goes to another worker, and a result that is sent twice is recorded once.
"""

import json
import os
import subprocess
import sys
import time

URL = os.environ.get('RABBITMQ_URL', 'amqp://guest:guest@127.0.0.1:5672')
PREFIX = os.environ.get('RABBITMQ_PREFIX', 'orrery')
ONE_MESSAGE = 'one-message'


def count_words(task):
    """What became of a task: its output, or why it never will."""
    named = {'id': task['id'], 'leaseToken': task['leaseToken']}
    text = task['input'].get('text') if isinstance(task['input'], dict) else None
    if isinstance(text, str):
        return {**named, 'output': {'words': len(text.split())}}
    return {**named, 'error': {'code': 'text.missing', 'message': 'the input has no text', 'retryable': False}}


def report(results):
    """Tells the engines how tasks ended: any of them records it. A CloudEvent in structured mode: all of it is the body."""
    tokens = ' '.join(result['leaseToken'] for result in results)
    event = {'specversion': '1.0', 'id': tokens, 'source': '/text', 'type': 'io.orrery.command.ReportTasks.v1',
             'data': {'results': results}}
    post = ['amqp-publish', '--url', URL, '--routing-key', f'{PREFIX}.commands', '--persistent',
            '--content-type', 'application/cloudevents+json']
    subprocess.run(post, input=json.dumps(event).encode(), check=True)


def main():
    if ONE_MESSAGE in sys.argv:
        # It came on our standard input, and is acknowledged if we end well.
        return report([count_words(task) for task in json.load(sys.stdin)['tasks']])
    # The engines declare the queue when there is a task of that type; until then there is nothing to read from.
    while True:
        queue = ['--queue', f'{PREFIX}.tasks.default.text.count', '--prefetch-count', '1']
        ended = subprocess.run(['amqp-consume', '--url', URL, *queue, sys.argv[0], ONE_MESSAGE], stderr=subprocess.PIPE)
        if b'NOT_FOUND' not in ended.stderr:
            sys.stderr.buffer.write(ended.stderr)
        time.sleep(1)


if __name__ == '__main__':
    main()
