"""What a name in a program stands for, and what a constant expression amounts to."""

import ast

_DEPTH = 40


def aliases_of(tree: ast.AST) -> dict[str, str]:
    """For each name of the program that stands for a module, or for something of a module, its dotted name.

    The order of statements does not count: a name that is an alias anywhere is taken for one everywhere.
    """
    aliases: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            aliases.update((each.asname or each.name.partition(".")[0], _imported(each)) for each in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            aliases.update((each.asname or each.name, f"{node.module}.{each.name}") for each in node.names)
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name | ast.Attribute):
            name = dotted(node.value, aliases)
            if name is not None and name.partition(".")[0] in {each.partition(".")[0] for each in aliases.values()}:
                aliases.update((target.id, name) for target in node.targets if isinstance(target, ast.Name))
    return aliases


def _imported(name: ast.alias) -> str:
    return name.name if name.asname else name.name.partition(".")[0]


def dotted(node: ast.expr, aliases: dict[str, str]) -> str | None:
    """`os.path.join` for the expression that says so, under whatever alias; None for anything but names and dots."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return ".".join([aliases.get(node.id, node.id), *reversed(parts)])


def text_of(node: ast.AST | None, depth: int = _DEPTH) -> str | None:
    """The text that an expression of constants amounts to: concatenations, f-strings, `"".join` of a list."""
    if depth == 0 or node is None:
        return None
    if isinstance(node, ast.Constant):
        return _constant(node.value)
    between, parts = _parts(node, depth)
    texts = [text_of(part, depth - 1) for part in parts]
    known = [text for text in texts if text is not None]
    return None if between is None or len(known) < len(texts) else between.join(known)


def _constant(value: object) -> str | None:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return str(value) if isinstance(value, str | int) else None


def _parts(node: ast.AST, depth: int) -> tuple[str | None, list[ast.expr]]:
    """What stands between the parts of an expression that puts texts together, and the parts."""
    match node:
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            return "", [left, right]
        case ast.JoinedStr(values=values):
            return "", values
        case ast.FormattedValue(value=value):
            return "", [value]
        case ast.Call(func=ast.Attribute(value=between, attr="join"), args=[ast.List(elts=parts)]):
            return text_of(between, depth - 1), parts
    return None, []
