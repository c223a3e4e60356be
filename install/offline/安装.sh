#!/bin/sh
# Finds a Python and lets it install the program from the wheels in this package.
here=$(dirname "$(readlink -f "$0")")
for python in python3.14 python3.13 python3.12 python3.11 python3; do
  command -v "$python" >/dev/null 2>&1 && exec "$python" "$here/files/install.py" "$@"
done
cat "$here/files/no-python.txt" >&2
exit 1
