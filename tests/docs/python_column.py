# SPDX-License-Identifier: Apache-2.0
# The Python column of docs/cheatsheet.md is Python, and its calls are those of a recording, by name and by the names of
# their arguments. Of the few that nobody could record the page says that they fail.
#
#   python_column.py PAGE FOLDER-OF-RECORDINGS
import ast
import json
import pathlib
import re
import sys

page, folder = map(pathlib.Path, sys.argv[1:])
failed = 0


def bad(text):
    global failed
    failed += 1
    print(f"python_column.py: {text}", file=sys.stderr)


def calls(code):
    """Each call of it: the last two parts of its name, and the names of its arguments."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call):
            name = ".".join(ast.unparse(node.func).split(".")[-2:])
            yield name, {argument.arg for argument in node.keywords}


recorded = {}
for file in sorted(folder.glob("*.json")):
    call = json.loads(file.read_text())["call"].split(", consumed")[0]
    for name, arguments in calls(call):
        recorded.setdefault(name, set()).update(arguments)

# Keyword arguments of query.start() are those of query.run(), which calls it.
recorded["query.run"] |= recorded["query.start"]

count = 0
for row in page.read_text().splitlines():
    cells = re.split(r"(?<!\\)\|", row)
    if len(cells) != 6 or cells[1].strip() in ("task", "---"):
        continue
    for code in re.findall(r"`([^`]*\))`", cells[2]):
        try:
            found = list(calls(code.replace("=…", "=...")))
        except SyntaxError as error:
            bad(f"{code}: {error}")
            continue
        for name, arguments in found:
            count += 1
            if name not in recorded:
                if "fails" not in cells[2]:
                    bad(f"{name}() was not recorded, and the page does not say that it fails")
            elif arguments - recorded[name]:
                bad(f"{name}() takes no {', '.join(sorted(arguments - recorded[name]))} in any recording")
if count < 20:
    bad(f"only {count} calls were found")
print(f"{count} calls of Python, {failed} wrong")
sys.exit(1 if failed else 0)
