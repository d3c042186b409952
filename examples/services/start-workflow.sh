#!/bin/sh
# A service that uses nothing of ours: it starts a run over RabbitMQ with Debian's amqp-tools, and prints the answer.
#
#   examples/services/start-workflow.sh order-fulfilment '{ "orderId": "C-1", "card": "visa", "items": [] }'
#
# RABBITMQ_URL says where the broker is. The same message id again would get the same answer, and start nothing.
set -eu
url=${RABBITMQ_URL:-amqp://guest:guest@127.0.0.1:5672}
commands=${ORRERY_COMMANDS:-orrery.commands}
definition=${1:?the name of a definition}
input=${2:-null}

id=$(cat /proc/sys/kernel/random/uuid)
# Durable, though it lives for one answer: RabbitMQ is about to allow no other queue that is not one connection's own.
replies=$(amqp-declare-queue --url "$url" --queue "replies-$id" --durable)
trap 'amqp-delete-queue --url "$url" --queue "$replies" >/dev/null' EXIT

# A CloudEvent in structured mode: all of it is the body.
amqp-publish --url "$url" --routing-key "$commands" --persistent --reply-to "$replies" \
  --content-type 'application/cloudevents+json' --body "{
    \"specversion\": \"1.0\", \"id\": \"$id\", \"source\": \"/shop\",
    \"type\": \"io.orrery.command.StartWorkflow.v1\",
    \"data\": { \"definition\": \"$definition\", \"input\": $input }
  }"
timeout 30 amqp-consume --url "$url" --queue "$replies" --count 1 cat
echo
