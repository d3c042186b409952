#!/usr/bin/env bash
# A worker in the shell: it does the tasks of type text.count, with bash, curl and wc.
#
#   examples/workers/worker.sh [http://127.0.0.1:8000]
#
# It asks for a task, beats while it works on it, and says how it ended. worker.py says what a worker may rely on and what
# it owes; this one does the same, one task at a time.
set -uo pipefail

api="${1:-http://127.0.0.1:8000}/api/v1"
worker="shell-$(hostname)-$$"

# Sends JSON: the answer goes to $answer, its status to $status (000 when there was none).
post() {
  local reply
  reply=$(curl --silent --max-time 20 --header 'content-type: application/json' --write-out '\n%{http_code}' \
    --data-binary "$2" "$api$1")
  status=${reply##*$'\n'}
  answer=${reply%$'\n'*}
}

# Prints the first field of this name in $task; it has to be a string without escapes, or a number.
field() {
  local pattern="\"$1\":\"?([^\",}]*)"
  [[ $task =~ $pattern ]] && printf '%s' "${BASH_REMATCH[1]}"
}

# The work itself: prints the output, or fails.
count_words() {
  local pattern='"input":\{"text":"(([^"\]|\\.)*)"'
  [[ $task =~ $pattern ]] || return 1
  # JSON writes a line break as \n, and so does printf.
  printf '{"words":%d}' "$(printf '%b' "${BASH_REMATCH[1]}" | wc -w)"
}

beat() {
  while sleep 4; do
    post "/tasks/$1/heartbeat" "{\"leaseToken\":\"$2\"}"
    # 409: the attempt is no longer ours. Anything else may pass before the lease is over.
    [[ $status == 409 ]] && return
  done
}

# Reports until the server has answered: to say the same again is harmless.
report() {
  local pause=1
  while true; do
    post "/tasks/$1/$2" "$3"
    case $status in
      000 | 408 | 429 | 5??) ;;
      *) break ;;
    esac
    sleep $pause
    pause=$((pause < 5 ? pause + 1 : 5))
  done
  echo "text.count of $1: $2 ($status)" >&2
}

work() {
  local id token output beating
  id=$(field id)
  token=$(field leaseToken)
  beat "$id" "$token" &
  beating=$!
  if output=$(count_words); then
    report "$id" complete "{\"leaseToken\":\"$token\",\"output\":$output}"
  else
    report "$id" fail "{\"leaseToken\":\"$token\",\"error\":{\"code\":\"text.unreadable\",\"message\":\"the input has no text\",\"retryable\":false}}"
  fi
  kill $beating 2>/dev/null
  wait $beating 2>/dev/null
}

# What is under way is finished; nothing new is taken.
stopping=
trap 'stopping=yes' TERM INT

echo "$worker takes text.count from $api" >&2
while [[ -z $stopping ]]; do
  post /tasks/poll "{\"workerId\":\"$worker\",\"types\":[\"text.count\"],\"max\":1,\"waitMs\":5000}"
  task=$answer
  case $status in
    200) if [[ $task == *'"leaseToken"'* ]]; then work; fi ;;
    *)
      echo "no answer (status $status), and another try in a second" >&2
      sleep 1
      ;;
  esac
done
exit 0
