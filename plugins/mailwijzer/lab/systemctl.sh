#!/bin/sh
# systemctl, journalctl on a machine without systemd: answered from /etc/lab/units.
# A unit is one line, tabs between: UNIT start stop reload pid-file log ready description check
UNITS=/etc/lab/units STATE=/run/lab JOURNAL=/var/log/lab-journal.log
TAB=$(printf '\t')
mkdir -p $STATE
host=$(hostname -s)

note() { printf '%s %s systemd[1]: %s\n' "$(date '+%b %e %H:%M:%S')" "$host" "$1" >>$JOURNAL; }

unit() { # take the line of unit $1; fails for an unknown unit
    name=${1%.service}
    case $name in bind9) name=named ;; esac
    line=$(grep "^$name$TAB" $UNITS)
}

field() { printf '%s' "$line" | cut -f"$1"; }
pid() { cat "$(field 5)" 2>/dev/null | tr -d ' '; }
active() { p=$(pid) && [ -n "$p" ] && kill -0 "$p" 2>/dev/null; }

await() { # wait until `$1` succeeds, for $2 looks (ten seconds when left out)
    n=0
    until eval "$1" >/dev/null 2>&1; do
        n=$((n + 1)); [ $n -lt "${2:-200}" ] || return 1
        sleep 0.05
    done
}

stays() { # whether the unit is still there after $1 looks, in intervals of 0.05 seconds
    n=0
    while active; do
        [ $n -lt "$1" ] || return 0
        n=$((n + 1)); sleep 0.05
    done
    return 1
}

failed() {
    note "$name.service: Control process exited, code=exited, status=1/FAILURE"
    note "Failed to start $name.service - $(field 8)."
    echo "Job for $name.service failed because the control process exited with error code." >&2
    echo "See \"systemctl status $name.service\" and \"journalctl -xeu $name.service\" for details." >&2
    return 1
}

start() {
    active && return 0
    out=$STATE/$name.out
    # Whoever listens on its port already is somebody else: then only time tells whether it stays.
    patience=0 looks=200; ! eval "$(field 7)" >/dev/null 2>&1 || patience=60 looks=100
    if (eval "$(field 2)") >"$out" 2>&1 </dev/null && await "$(field 7)" && await active $looks && stays $patience; then
        date +%s >$STATE/$name.since; note "Started $name.service - $(field 8)."
    else
        # Many say nothing once they are in the background: then the checker is asked.
        if [ ! -s "$out" ] && (eval "$(field 9)") >"$out" 2>&1 </dev/null; then : >"$out"; fi
        tail -n 15 "$out" | tr -d '\r' | while read -r said; do note_as "$said"; done
        [ $patience = 0 ] || held
        failed
    fi
}

held() { # note who listens on the port of the unit
    port=$(field 7 | sed -n 's/.*sport = :\([0-9]*\).*/\1/p')
    who=$(ss -Hltnp "sport = :$port" | sed -n 's/.*users:(("\([^"]*\)",pid=\([0-9]*\).*/\1 (PID \2)/p' | head -n1)
    [ -z "$who" ] || note "$name.service: port $port is already in use by $who"
}

note_as() { printf '%s %s %s[1]: %s\n' "$(date '+%b %e %H:%M:%S')" "$host" "$name" "$1" >>$JOURNAL; }

stop() {
    active || return 0
    p=$(pid)
    (eval "$(field 3)") >/dev/null 2>&1 </dev/null
    # A daemon with a broken configuration may refuse to stop by its own command.
    n=0; while kill -0 "$p" 2>/dev/null; do n=$((n + 1)); [ $n -ne 40 ] || kill "$p"; [ $n -lt 100 ] || kill -9 "$p"; sleep 0.05; done
    note "Stopped $name.service - $(field 8)."
}

reload() {
    if ! active; then echo "$name.service is not active, cannot reload." >&2; return 1; fi
    (eval "$(field 4)") >$STATE/$name.out 2>&1 </dev/null || failed
}

enabled() { [ -e "/etc/lab/enabled/$name" ] && echo enabled || echo disabled; }

status() {
    if active; then dot=● state='active (running)' rc=0; else dot=○ state='inactive (dead)' rc=3; fi
    since=$(date -d "@$(cat $STATE/$name.since 2>/dev/null || echo 0)" '+%a %Y-%m-%d %H:%M:%S %Z')
    echo "$dot $name.service - $(field 8)"
    echo "     Loaded: loaded (/lib/systemd/system/$name.service; $(enabled); preset: enabled)"
    if [ $rc = 0 ]; then
        echo "     Active: $state since $since"
        echo "   Main PID: $(pid) ($(cat "/proc/$(pid)/comm"))"
    else
        echo "     Active: $state"
    fi
    echo
    journal -n 10
    return $rc
}

journal() { # all lines about the unit in `name`, or about all; -n N takes the last
    lines=1000000
    while [ $# -gt 0 ]; do
        case $1 in
            -n) lines=$2; shift ;;
            -n*) lines=${1#-n} ;;
        esac
        shift
    done
    {
        if [ -n "$name" ]; then
            grep -F -e " $name.service" -e " $name[" $JOURNAL; [ -z "$(field 6)" ] || cat "$(field 6)"
        else
            cat $JOURNAL /var/log/mail.log
        fi
    } 2>/dev/null | sort -s -k1,1M -k2,2n -k3,3 | tail -n "$lines"
}

journalctl() {
    name='' line='' rest=''
    while [ $# -gt 0 ]; do
        case $1 in
            -u | --unit) unit "$2" || { echo "-- No entries --"; exit 0; }; shift ;;
            -[ex]*u) unit "$2" || { echo "-- No entries --"; exit 0; }; shift ;;
            --unit=*) unit "${1#*=}" || { echo "-- No entries --"; exit 0; } ;;
            -u*) unit "${1#-u}" || { echo "-- No entries --"; exit 0; } ;;
            -n) rest="-n $2"; shift ;;
            -n*) rest=$1 ;;
            -S | --since | -U | --until | -p | -o | -g) shift ;;
        esac
        shift
    done
    # shellcheck disable=SC2086
    journal $rest
    exit 0
}

case ${0##*/} in journalctl) journalctl "$@" ;; esac

verb='' now='' units=''
for word; do
    case $word in
        --now) now=yes ;;
        -*) ;;
        *) if [ -z "$verb" ]; then verb=$word; else units="$units $word"; fi ;;
    esac
done
case $verb in
    daemon-reload) exit 0 ;;
    '' | list-units)
        while IFS=$TAB read -r u _; do unit "$u"; active && echo "  $u.service loaded active running $(field 8)"; done <$UNITS
        exit 0 ;;
esac
rc=0
for u in $units; do
    if ! unit "$u"; then
        name=${u%.service}
        case $verb in
            status) echo "Unit $name.service could not be found." >&2; rc=4 ;;
            is-active) echo inactive; rc=4 ;;
            enable | disable) echo "Failed to $verb unit: Unit file $name.service does not exist." >&2; rc=1 ;;
            *) echo "Failed to $verb $name.service: Unit $name.service not found." >&2; rc=5 ;;
        esac
        continue
    fi
    case $verb in
        start | stop | reload | status) $verb || rc=$? ;;
        restart) stop; start || rc=$? ;;
        reload-or-restart) if active; then reload; else start; fi || rc=$? ;;
        try-restart) ! active || { stop; start; } || rc=$? ;;
        enable) mkdir -p /etc/lab/enabled; : >"/etc/lab/enabled/$name"; [ -z "$now" ] || start || rc=$? ;;
        disable) rm -f "/etc/lab/enabled/$name"; [ -z "$now" ] || stop ;;
        is-active) if active; then echo active; else echo inactive; rc=3; fi ;;
        is-enabled) enabled; [ -e "/etc/lab/enabled/$name" ] || rc=1 ;;
        *) echo "Unknown command verb $verb." >&2; rc=1 ;;
    esac
done
exit $rc
