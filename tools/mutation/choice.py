"""Many mutants of one file as one text: a function becomes a choice between its bodies (chooser.cpp chooses)."""

CHOICE = 'extern "C" int limpid_mutant;\n'


def mutated(text, mutant):
    lines = text.split('\n')
    lines[mutant.line - 1] = mutant.after
    return '\n'.join(lines)


def combined(text, numbered):
    """`text` with a choice of bodies in each function, and {line: number of the mutant in it}.
    `numbered`: [(number, mutant)]; the number is what LIMPID_MUTANTS names."""
    by_body = {}
    for number, mutant in numbered:
        by_body.setdefault(mutant.body, []).append((number, mutant))
    out, owner, line, last = [], {}, 1, 0

    def put(piece, number=None):
        nonlocal line
        end = line + piece.count('\n')
        if number is not None:
            owner.update(dict.fromkeys(range(line, end + 1), number))
        out.append(piece)
        line = end

    put(CHOICE)
    for body in sorted(by_body):
        put(text[last:body.start] + '{\n')
        for number, mutant in by_body[body]:
            put(f'if (limpid_mutant == {number})\n')
            longer = len(mutant.after) - len(mutant.before)
            put(mutated(text, mutant)[body.start:body.end + longer], number)
            put('\nelse ')
        put('\n' + text[body.start:body.end] + '\n}')
        last = body.end
    put(text[last:])
    return ''.join(out), owner


def portions(text, mutants, lines):
    """Parts of a file's mutants that one compiler takes together; what cannot be chosen goes alone."""
    parts, size = [], 0
    for mutant in mutants:
        more = text.count('\n', mutant.body.start, mutant.body.end) + 1
        if mutant.body.constant:
            parts.insert(0, [mutant])
            continue
        if not size or size + more > lines:
            parts.append([])
            size = 0
        parts[-1].append(mutant)
        size += more
    return parts
