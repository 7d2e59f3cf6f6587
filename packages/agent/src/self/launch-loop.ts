/**
 * What stays beside the agent: a shell, because a second Node would take as much memory as the agent itself. It asks
 * the packaged executable what comes next (`next-agent.ts`), does that, and asks again.
 */
import { RUNS_FROM } from './launcher.ts';

/** Environment variable that carries the loop to the shell: as an argument, every list of processes would show it. */
export const LOOP_VARIABLE = 'TUESDAY_LAUNCH_LOOP';

/**
 * `sh -c 'eval "$TUESDAY_LAUNCH_LOOP"' <packaged executable> <configuration>`. Exits with 0 when it was told to stop and
 * the agent has ended, else with what `next` ended with.
 *
 * Whoever kills the shell kills the agent (`setpriv`, util-linux; where there is none, the service manager does):
 * two agents of one device would write the same files.
 *
 * What is free in the C library's heap goes back to the machine at once, and threads share one heap: 7 MB of 70.
 */
export const LAUNCH_LOOP = `
unset ${LOOP_VARIABLE}
exec 4>&1
export MALLOC_ARENA_MAX="\${MALLOC_ARENA_MAX:-1}" MALLOC_TRIM_THRESHOLD_="\${MALLOC_TRIM_THRESHOLD_:-131072}"
config=$1 code= standing= child= told=
guard='setpriv --pdeathsig KILL'
$guard true 2>/dev/null || guard=
end() { told=yes; [ -z "$child" ] || kill -TERM "$child" 2>/dev/null; }
trap end TERM INT
# Ends the agent $3 in $1 seconds if it is on trial still. Without a word of warning: an agent that is told to end says
# that a person ended it, and has its start given back. A watcher that lost its shell does not know whose number it has.
# A sleep that lost its watcher is soon over.
watch='left=$1
  while [ "$left" -gt 0 ]; do sleep $((left < 5 ? left : 5)) >/dev/null 2>&1; left=$((left - 5)); done
  read -r _ _ _ parent _ </proc/self/stat
  [ "$parent" = "$4" ] && "$0" next --config "$2" --overdue && kill -KILL "$3" 2>/dev/null'
while :; do
  answer=$("$0" next --config "$config" --ended "$code" --standing "$standing" 3>&1 >&4 4>&-) || exit $?
  [ -n "$answer" ] && [ -z "$told" ] || exit 0
  { read -r verb; read -r standing; read -r seconds; read -r slot; read -r path; } <<END
$answer
END
  export ${RUNS_FROM}="$slot"
  case $verb in
    wait) $guard sleep "$seconds" 4>&- & child=$! ;;
    *) $guard "$path" run --config "$config" 4>&- & child=$! ;;
  esac
  # Told between the look above and the start of the child, which hears nothing before it is another program.
  [ -z "$told" ] || { sleep 1; kill -TERM "$child" 2>/dev/null; }
  watcher=
  case "$verb $seconds" in
    'start 0' | wait*) ;;
    *) $guard sh -c "$watch" "$0" "$seconds" "$config" "$child" $$ 4>&- & watcher=$! ;;
  esac
  wait "$child"; code=$?
  # A signal ends a wait, not what is waited for.
  while kill -0 "$child" 2>/dev/null; do wait "$child"; code=$?; done
  child=
  # Not to be missed: it could have been forked just now, too.
  [ -z "$watcher" ] || { kill -KILL "$watcher"; wait "$watcher"; } 2>/dev/null
  [ -z "$told" ] || exit 0
done`;
