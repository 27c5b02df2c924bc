# Runs one server and ends it when whoever started it is gone.
#
#   guard.sh FIRST_SIGNAL GRACE_SECONDS PROGRAM ARGUMENTS...
#
# Standard input is the lifeline: nothing is ever written to it, and it closes when the
# owner ends, however it ends. Standard output gets one line, the server's process id.
# Standard error is the server's log.
first=$1 grace=$2
shift 2
exec 3<&0 </dev/null

"$@" 3<&- >&2 &
server=$!
echo "$server"
exec >&2

(
    read -r _ <&3
    # A paused server has to run again before it can hear a request to end.
    children=$(cat "/proc/$server/task/$server/children" || pgrep -P "$server")
    # shellcheck disable=SC2086
    kill -CONT $children
    kill -CONT "$server"
    kill -s "$first" "$server"
    left=$((grace * 5))
    while [ "$left" -gt 0 ] && kill -0 "$server"; do
        sleep 0.2
        left=$((left - 1))
    done
    kill -KILL "$server"
) >/dev/null 2>&1 &
watcher=$!
exec 3<&-

wait "$server"
code=$?
kill "$watcher" 2>/dev/null
exit "$code"
