#!/usr/bin/env bash
# Installs what the product or its tests lack on this machine. Safe to repeat; says what it does.
#   .config/setup.sh runtime      a Python with scikit-learn, gunicorn and boto3 (the local cloud's jobs, endpoints, functions); bubblewrap
#   .config/setup.sh tests        besides: Chromium, PostgreSQL, pytest, cfn-lint, curl, Node.js with the SageMaker runtime's client
#   .config/setup.sh python [M…]  prints the Python that has what the runtime needs, and the modules M; fails where there is none
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
venv="$PWD/.local/python"
runtime_modules="sklearn joblib gunicorn boto3"

say() { printf 'setup: %s\n' "$*" >&2; }

# The first Python that has all of the modules given.
python_with() {
  local python
  for python in "${MLOPS_PYTHON:-}" "$venv/bin/python3" python3 /usr/bin/python3; do
    if [ -z "$python" ] || ! command -v "$python" >/dev/null 2>&1; then continue; fi
    if "$python" -c 'import importlib.util as u, sys; sys.exit(any(u.find_spec(m) is None for m in sys.argv[1:]))' "$@" >/dev/null 2>&1; then
      command -v "$python"
      return 0
    fi
  done
  return 1
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then sudo -n "$@"
  else return 1
  fi
}

apt_updated=
apt_install() {
  command -v apt-get >/dev/null 2>&1 || return 1
  if [ -z "$apt_updated" ]; then
    as_root apt-get -qq update >&2 || return 1
    apt_updated=1
  fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@" >&2
}

# Into the project's own virtual environment.
pip_install() {
  [ -x "$venv/bin/python3" ] || python3 -m venv "$venv" >&2 || return 1
  "$venv/bin/python3" -m pip install --quiet --disable-pip-version-check "$@" >&2
}

runtime() {
  # shellcheck disable=SC2086
  if ! python_with $runtime_modules >/dev/null; then
    say "a Python with scikit-learn, gunicorn and boto3 is missing; installing Debian's packages"
    if ! apt_install python3-sklearn python3-joblib gunicorn python3-boto3 || ! python_with $runtime_modules >/dev/null; then
      say "Debian's packages did not do; making a virtual environment in .local/python"
      pip_install scikit-learn joblib gunicorn boto3 || say "that failed too: the portal will start, but nothing can train or serve until a python3 has scikit-learn, gunicorn and boto3"
    fi
  fi
  if [ "$(uname -s)" = Linux ] && ! command -v bwrap >/dev/null 2>&1; then
    say "bubblewrap is missing; installing it, so that images run apart from the rest of this machine"
    apt_install bubblewrap || say "that failed: images will run as plain processes"
  fi
}

chromium_path() {
  local name
  for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
    if [ -n "$name" ] && command -v "$name"; then return 0; fi
  done
  return 1
}

tests() {
  if ! chromium_path >/dev/null; then
    say "Chromium is missing; installing it for the browser tests"
    apt_install chromium || say "that failed: the browser tests will say so"
  fi
  if ! command -v initdb >/dev/null 2>&1 && ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then
    say "PostgreSQL is missing; installing it for the tests of the database that several instances share"
    apt_install postgresql || say "that failed: those tests will be skipped"
  fi
  # shellcheck disable=SC2086
  if ! python_with pytest $runtime_modules >/dev/null; then
    say "pytest is missing; installing it for the images' and functions' tests"
    apt_install python3-pytest || pip_install pytest || say "that failed: the Python tests will say so"
  fi
  if ! command -v curl >/dev/null 2>&1; then
    say "curl is missing; installing it for the test of the code that the playground shows"
    apt_install curl || say "that failed: the test will say so"
  fi
  if ! command -v npm >/dev/null 2>&1; then
    say "Node.js is missing; installing it for the test of the code that the playground shows"
    apt_install nodejs npm || say "that failed: the test will say so"
  fi
  if command -v npm >/dev/null 2>&1 && { [ ! -d .local/node/node_modules/@aws-sdk/client-sagemaker-runtime ] || [ ! -d .local/node/node_modules/@aws-sdk/client-s3 ]; }; then
    say "clients for JavaScript, of the SageMaker runtime and S3, are missing; installing them from npm into .local/node"
    npm install --silent --no-audit --no-fund --prefix .local/node @aws-sdk/client-sagemaker-runtime@3 @aws-sdk/client-s3@3 >&2 || say "that failed: the test will say so"
  fi
  if ! command -v cfn-lint >/dev/null 2>&1 && [ ! -x "$venv/bin/cfn-lint" ]; then
    say "cfn-lint is missing; trying pip"
    pip_install cfn-lint || say "that failed: the templates will not be linted"
  fi
}

case "${1:-}" in
  runtime) runtime ;;
  tests) runtime; tests ;;
  python)
    shift
    # shellcheck disable=SC2086
    python_with "$@" $runtime_modules ;;
  *) echo "usage: .config/setup.sh runtime | tests | python [MODULE...]" >&2; exit 2 ;;
esac
