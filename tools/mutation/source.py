"""What can be changed in a C++ source, and how it is found."""
import dataclasses
import re
import typing

# An operand: a name or number with calls, members and indices behind it.
OPERAND = (r'(?:[A-Za-z_][\w:.]*|\d[\w.]*)'
           r'(?:->\w+|\.\w+|\((?:[^()]|\([^()]*\))*\)|\[(?:[^\[\]]|\[[^\]]*\])*\])*')


def swapped(match):
    return f'{match[3]} {match[2]} {match[1]}'


# kind: [(pattern in a line, replacement)]. Binary operators have spaces around (clang-format).
KINDS = {
    'sign': [(r'(?<=\S) \+ (?=\S)', ' - '), (r'(?<=\S) - (?=\S)', ' + '), (r' \+= ', ' -= '),
             (r' -= ', ' += '), (r'(?<=[(,=?:{] )-(?=[\w(])|(?<=[({])-(?=[\w(])|(?<=return )-(?=[\w(])', '')],
    'bound': [(r' < ', ' <= '), (r' <= ', ' < '), (r' > ', ' >= '), (r' >= ', ' > ')],
    'equal': [(r' == ', ' != '), (r' != ', ' == ')],
    'constant': [(r'(?<![\w.])0(?![\w.])', '1'), (r'(?<![\w.])1(?![\w.])', '2')],
    'drop': [(r' [+\-*] ' + OPERAND, '')],
    'swap': [(f'({OPERAND}) ([-/]) ({OPERAND})', swapped)],
    'logic': [(r' && ', ' || '), (r' \|\| ', ' && '), (r'(?<=[( ])!(?=[\w(])', '')],
    'minmax': [(r'\bmin(?=[(<])', 'max'), (r'\bmax(?=[(<])', 'min')],
    'remove': [(r'^\s*[^\s(;=]\S* (?:[-+*|&]=) [^;]*;$', ''), (r'^\s*(?:\+\+|--)[\w\[\].>-]+;$', '')],
}

# A line's comment that says that no change of it can be seen.
WITHOUT_EFFECT = re.compile(r'// (?:mutate: equivalent|unreachable)\b')

DIRECTIVE = r'^[ \t]*#(?:[^\n]*\\\n)*[^\n]*'  # includes, pragmas

# Code whose text is not behaviour: blanked before mutations are looked for, but for its braces.
BLANKED = [
    r'\bthrow\b[^;]*;', r'\b(?:static_)?assert\([^;]*;',  # messages, checks of debug builds
    r'\btemplate <[^;{]*?>(?=\s)', r'\[\[[^\]]*\]\]', r'[^\n]*\b\w*[gG]rain\w*\b[^\n]*',
    r'\(1 << 1\d\) / [^;{}]*?\+ 1(?=[,;])',       # steps that are worth a thread
    r'\b__builtin_prefetch\([^;]*;',
    r'(?<=\bwalk)<\d>', r'(?<=\bwalk_rows)<\d>',   # how many lists of strides there are
    r'\.reserve\([^;]*;', r'\bif constexpr \([^\n]*',
    r'\bin\[\d\]\.device\b',                     # all inputs are on one: apply() checks
]


@dataclasses.dataclass
class Mutant:
    file: str       # from the root
    line: int       # from 1
    column: int
    kind: str
    before: str     # the line
    after: str
    function: str
    body: 'Function'
    state: str = ''

    def diff(self):
        return (f'{self.file}:{self.line} [{self.kind}] in {self.function}\n'
                f'  - {self.before.strip()}\n  + {self.after.strip()}')


def blank(text, pattern, flags=re.MULTILINE, keep=''):
    """`text` with what matches replaced by spaces; newlines stay, so that places stay."""
    return re.sub(pattern, lambda m: re.sub(rf'[^\n{keep}]', ' ', m[0]), text, flags=flags)


def code_only(text):
    """The source without comments, texts, and what BLANKED names."""
    tokens = r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|' + r"'(?:\\.|[^'\\\n])+'"
    text = blank(text, tokens, re.DOTALL)
    text = blank(text, DIRECTIVE)
    for pattern in BLANKED:
        text = blank(text, pattern, keep='{}')  # functions end where they did
    return blank_calls(text, r'\b(?:str|add_context)\(')


def blank_calls(text, pattern):
    """Blanks calls with all their arguments."""
    out = list(text)
    for match in re.finditer(pattern, text):
        depth, end = 1, match.end()
        while end < len(text) and depth:
            depth += {'(': 1, ')': -1}.get(text[end], 0)
            end += 1
        for i in range(match.start(), end):
            if out[i] != '\n':
                out[i] = ' '
    return ''.join(out)


class Function(typing.NamedTuple):
    start: int      # of the body, its braces included
    end: int
    name: str
    constant: bool  # may run in the compiler, where nothing can be chosen


def functions(code):
    """The functions of a file, the outermost of nested ones."""
    found, stack, last = [], [], 0
    for at, char in enumerate(code):
        if char == '{':
            header = code[last:at].strip()
            member = re.search(r'\)\s*:\s.*\w$', header, re.DOTALL)  # of a constructor, made from a list
            stack.append((at, '' if member else function_name(header),
                          'constexpr' in header or 'consteval' in header, last if member else None))
        elif char == '}' and stack:
            start, name, constant, resume = stack.pop()
            if name and not any(n for _, n, _, _ in stack):
                found.append(Function(start, at + 1, name, constant))
            last = at + 1 if resume is None else resume
            continue
        if char in '{};':
            last = at + 1
    return found


def function_name(header):
    """The name of the function whose body follows `header`, or '' where it is no function."""
    if '(' not in header or re.match(r'(namespace|struct|class|enum|union|extern)\b', header):
        return ''
    name = re.search(r'([\w:~]+|operator[^\s(]+)\s*\(', header)
    return name[1] if name else ''


def mutants_of(root, file):
    text = (root / file).read_text()
    code = code_only(text)
    lines, code_lines = text.split('\n'), code.split('\n')
    starts = [0]
    for line in code_lines:
        starts.append(starts[-1] + len(line) + 1)
    found = []
    for body in functions(code):
        if body.name.endswith('flops'):  # an estimate, for timings
            continue
        for number, line in enumerate(code_lines):
            if starts[number + 1] <= body.start or starts[number] >= body.end:
                continue
            if not WITHOUT_EFFECT.search(lines[number]):
                found += mutants_of_line(file, number, lines[number], line, starts[number], body)
    return found


def mutants_of_line(file, number, original, code, at, body):
    """Every change of one line, which begins at `at`; only code within the function is touched."""
    found, seen = [], set()
    for kind, rules in KINDS.items():
        for pattern, replacement in rules:
            for match in re.finditer(pattern, code):
                if at + match.start() <= body.start or at + match.end() >= body.end:
                    continue
                part = original[match.start():match.end()]
                new = replacement(match) if callable(replacement) else replacement
                if new == part or (kind == 'remove' and '{' in part):
                    continue
                after = original[:match.start()] + new + original[match.end():]
                if after.strip() in seen:
                    continue
                seen.add(after.strip())
                found.append(Mutant(file, number + 1, match.start(), kind, original, after, body.name, body))
    return found
