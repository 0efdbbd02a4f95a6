#!/bin/sh
# Prints the Python to build the environment with, or says in one sentence why there is none and exits 1.
# With an argument (make PYTHON=…), that one or nothing. Without, 3.11 first: it is the version the tests run on.
# A name on the PATH proves nothing (version managers leave stubs): each candidate is run before it is believed.

given=$1
too_old=
no_venv=

for name in ${given:-python3.11 python3.12 python3.13 python3.14 python3 python}; do
  version=$("$name" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null) || continue
  if ! "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    too_old="${too_old:-$name, version $version}"
  elif ! "$name" -c 'import ensurepip, venv' 2>/dev/null; then
    no_venv="${no_venv:-$name, version $version}"
  else
    echo "$name"
    exit 0
  fi
done

if [ -n "$no_venv" ]; then
  echo "Python est là ($no_venv), mais sans le module ensurepip qui crée un environnement. Sur Debian ou Ubuntu : apt install python3-venv" >&2
elif [ -n "$too_old" ]; then
  echo "Ce Python est trop ancien ($too_old) : Jalon demande Python 3.11 ou plus récent. S'il est ailleurs : make setup PYTHON=/chemin/python3.11" >&2
elif [ -n "$given" ]; then
  echo "« $given » ne se lance pas : donnez le chemin d'un Python 3.11 ou plus récent, par exemple make setup PYTHON=/usr/bin/python3.11" >&2
else
  echo "Python est introuvable. Installez Python 3.11 ou plus récent, puis recommencez." >&2
fi
exit 1
