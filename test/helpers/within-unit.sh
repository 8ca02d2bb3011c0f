#!/bin/sh
# Runs a program as a hardened unit of systemd would, by other means: as a user of no rights, with what the unit
# leaves of system calls and address families, in namespaces in which only one folder can be written to and whose
# first process it is: within-unit.sh UNIT FOLDER UID PROGRAM... Takes root.
set -e
unit=$1 folder=$2 uid=$3
shift 3
exec unshare --mount --pid --fork --kill-child sh -c '
  set -e
  unit=$1 folder=$2 uid=$3
  shift 3
  mount --bind "$folder" "$folder"
  mount -o remount,bind,ro /
  subset=$(grep -q ^ProcSubset=pid "$unit" && echo ,subset=pid || true)
  mount -t proc -o "hidepid=invisible$subset" proc /proc
  exec python3 "$(dirname "$0")/within-unit.py" "$unit" setpriv --reuid="$uid" --regid="$uid" --clear-groups \
    --bounding-set=-all --inh-caps=-all --no-new-privs "$@"
' "$0" "$unit" "$folder" "$uid" "$@"
