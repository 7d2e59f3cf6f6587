/**
 * What stays beside the agent: a shell, because a second Node would take as much memory as the agent itself. It asks
 * the packaged executable what comes next (`next-agent.ts`), does that, and asks again.
 */
import { RUNS_FROM } from './launcher.ts';

/** Environment variable that carries the loop to the shell: as an argument, every list of processes would show it. */
export const LOOP_VARIABLE = 'TUESDAY_LAUNCH_LOOP';

/**
 * `sh -c 'eval "$TUESDAY_LAUNCH_LOOP"' <packaged executable> <configuration>`. Needs `timeout` (coreutils). Exits with 0 when it was told
 * to stop and the agent has ended, else with what `next` ended with.
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
while :; do
  answer=$("$0" next --config "$config" --ended "$code" --standing "$standing" 3>&1 >&4) || exit $?
  [ -n "$answer" ] && [ -z "$told" ] || exit 0
  { read -r verb; read -r standing; read -r seconds; read -r slot; read -r path; } <<END
$answer
END
  export ${RUNS_FROM}="$slot"
  case "$verb $seconds" in
    wait*) $guard sleep "$seconds" & ;;
    *' 0') $guard "$path" run --config "$config" & ;;
    *) $guard timeout --foreground -k 20 "$seconds" $guard "$path" run --config "$config" & ;;
  esac
  child=$!
  # Told between the look above and the start of the child.
  [ -z "$told" ] || kill -TERM "$child" 2>/dev/null
  wait "$child"; code=$?
  # A signal ends a wait, not what is waited for.
  while kill -0 "$child" 2>/dev/null; do wait "$child"; code=$?; done
  [ -z "$told" ] || exit 0
done`;
