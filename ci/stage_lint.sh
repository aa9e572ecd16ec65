#!/usr/bin/env bash
# Shell, YAML, C++ format and Python syntax, one result a file.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
# shellcheck source=ci/common.sh
. ci/common.sh
need_packages lint
passed=0 failed=0 skipped=0

try() {  # COMMAND... FILE
  if "$@" >build/log/lint.out 2>&1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "${!#}"
    head -n 20 build/log/lint.out
  fi
}
ours() { find . \( -path ./build -o -path ./.git -o -name 'build-*' \) -prune -o -type f "$@" -print | sort; }

mkdir -p build/log
while IFS= read -r file; do
  if head -n 1 "$file" | grep -qE '^#!.*\b(ba)?sh$' || [[ $file = *.sh ]]; then
    try shellcheck -x -S warning "$file"
  elif head -n 1 "$file" | grep -q '^#!.*python3' || [[ $file = *.py ]]; then
    try python3 -c 'import ast,sys; ast.parse(open(sys.argv[1]).read(), sys.argv[1])' "$file"
  fi
done < <(ours -not -name '*.cc' -not -name '*.h' -not -name '*.md' -size -200k)
while IFS= read -r file; do
  try yamllint -s -d '{extends: relaxed, rules: {line-length: {max: 160}}}' "$file"
done < <(ours \( -name '*.yml' -o -name '*.yaml' \) -not -path './deploy/helm/*/templates/*')
if [[ $clang_version = 14 ]]; then
  format=$(clang_tool clang-format)
  while IFS= read -r file; do
    if "$format" --dry-run --Werror "$file" >/dev/null 2>&1; then
      passed=$((passed + 1))
    else
      failed=$((failed + 1))
      echo "$file: not formatted; ./dev fmt does it"
    fi
  done < <(cpp_files)
else
  echo "clang-format: skipped: the format is that of version 14, which this Debian does not have"
  skipped=1
fi
echo "lint: $passed passed, $failed failed, $skipped skipped"
((failed == 0))
