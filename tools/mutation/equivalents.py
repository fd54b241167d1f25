"""Changes that are known to change nothing: tests/mutation_equivalents/, a file for each folder of ops and each other room."""
import json
import re
import sys


def read_equivalents(folder):
    return [entry for path in sorted(folder.glob('*.toml')) for entry in read_entries(path)]


def read_entries(path):
    """[[equivalent]] tables of key = "text" lines: the part of TOML that the file uses."""
    entries = []
    for line in path.read_text().split('\n'):
        line = line.strip()
        if line == '[[equivalent]]':
            entries.append({'used': False})
        elif match := re.match(r'(\w+) = (".*"|\'.*\')$', line):
            text = match[2]
            entries[-1][match[1]] = json.loads(text) if text[0] == '"' else text[1:-1]
        elif line and not line.startswith('#'):
            sys.exit(f'{path}: cannot read: {line}')
    for entry in entries:
        for key in ('file', 'line', 'kind', 'reason'):
            if not entry.get(key):
                sys.exit(f'{path}: an entry for {entry.get("file", "?")} has no {key}')
    return entries


def is_equivalent(mutant, entries):
    for entry in entries:
        if (entry['file'] == mutant.file and entry['line'] == mutant.before.strip()
                and entry['kind'] == mutant.kind
                and entry.get('to', mutant.after.strip()) == mutant.after.strip()):
            entry['used'] = True
            return True
    return False
