"""The screening: every node of the program against the rules."""

import ast
import warnings
from collections.abc import Callable, Iterator

from agents.cluster.policy import rules
from agents.cluster.policy.names import aliases_of, dotted, text_of
from agents.cluster.policy.verdict import Finding, Verdict

_Hit = tuple[ast.AST, str]


def screen(code: str) -> Verdict:
    """The verdict on a program; a program that Python cannot read is denied nothing here, since it cannot run."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(code)
    except (SyntaxError, ValueError):
        return Verdict("allow")
    except (RecursionError, MemoryError):
        return Verdict.of({_finding(0, "too-deep")})
    program = Program(tree)
    hits = {_finding(getattr(node, "lineno", 0), rule) for check in program.checks for node, rule in check()}
    return Verdict.of(hits)


def _finding(line: int, rule: str) -> Finding:
    where = f"Line {line}" if line else "The program"
    return Finding(line, rule, f"{where} {rules.SENTENCES[rule]}; write it without that.")


class Program:
    """One program under the rules; each check yields the nodes that offend, and the rule's name."""

    def __init__(self, tree: ast.Module) -> None:
        self.nodes = list(ast.walk(tree))
        self.aliases = aliases_of(tree)
        self.parents = {id(child): node for node in self.nodes for child in ast.iter_child_nodes(node)}
        self.checks: tuple[Callable[[], Iterator[_Hit]], ...] = (
            self.imports,
            self.names,
            self.attributes,
            self.reflection,
            self.addresses,
            self.constants,
            self.environment,
            self.runtime_envs,
        )

    def imports(self) -> Iterator[_Hit]:
        """`import x`, `from x import y`, `from os import *`."""
        for node in self.nodes:
            if isinstance(node, ast.Import):
                yield from ((node, rule) for each in node.names for rule in _rules_for(each.name))
            elif isinstance(node, ast.ImportFrom) and not node.level:
                yield from ((node, rule) for each in node.names for rule in _rules_for(f"{node.module}.{each.name}"))
                if node.module in rules.MODULES and any(each.name == "*" for each in node.names):
                    yield node, "reflection"

    def names(self) -> Iterator[_Hit]:
        """Names and dotted names, under whatever alias."""
        for node in self.nodes:
            if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
                name = self._outside_name(node)
                if name is not None and not self._kills_itself(name, node):
                    yield from ((node, rule) for rule in _rules_for(name))

    def _outside_name(self, node: ast.expr) -> str | None:
        """The dotted name, if it starts with an import or a built-in and not with a variable of the program's own."""
        root = (dotted(node, {}) or "").partition(".")[0]
        return dotted(node, self.aliases) if root in self.aliases or root in rules.BUILTINS else None

    def _kills_itself(self, name: str, node: ast.AST) -> bool:
        """`os.kill(os.getpid(), …)` is how a program tests that Ray survives a dead worker."""
        call = self.parents.get(id(node))
        if name != "os.kill" or not isinstance(call, ast.Call) or not call.args:
            return False
        victim = call.args[0]
        return isinstance(victim, ast.Call) and dotted(victim.func, self.aliases) == "os.getpid"

    def attributes(self) -> Iterator[_Hit]:
        """Attributes that lead from anything to everything, modules of modules, and methods that delete."""
        for node in self.nodes:
            if not isinstance(node, ast.Attribute):
                continue
            if node.attr in rules.ATTRIBUTES or (
                node.attr.lstrip("_") in rules.MODULES and self._is_module(node.value)
            ):
                yield node, "reflection"
            if node.attr in rules.METHODS and isinstance(self.parents.get(id(node)), ast.Call):
                yield node, rules.METHODS[node.attr]

    def _is_module(self, node: ast.expr) -> bool:
        name = dotted(node, self.aliases)
        return name is not None and name in self.aliases.values()

    def reflection(self) -> Iterator[_Hit]:
        """`getattr(os, "system")` is `os.system`; of a module it has to say which attribute it wants."""
        for node in self.nodes:
            if isinstance(node, ast.Subscript) and text_of(node.slice) in rules.ATTRIBUTES:
                yield node, "reflection"
            if isinstance(node, ast.Call) and dotted(node.func, {}) in {"getattr", "vars"} and node.args:
                yield from self._reflected(node)

    def _reflected(self, call: ast.Call) -> Iterator[_Hit]:
        wanted = text_of(call.args[1]) if len(call.args) > 1 else None
        base = dotted(call.args[0], self.aliases)
        if wanted is not None:
            yield from ((call, rule) for rule in _rules_for(f"{base}.{wanted}"))
        if wanted in rules.ATTRIBUTES or (wanted is None and self._is_module(call.args[0])):
            yield call, "reflection"

    def addresses(self) -> Iterator[_Hit]:
        """`ray.init` with an address that is not this cluster's, and RAY_ADDRESS."""
        for node in self.nodes:
            if isinstance(node, ast.Call) and dotted(node.func, self.aliases) == "ray.init":
                given = [*node.args[:1], *(each.value for each in node.keywords if each.arg == "address")]
                yield from ((node, "other-cluster") for value in given if not _is_local(value))
            stored = isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)
            if stored and text_of(getattr(node, "slice", None)) == "RAY_ADDRESS":
                yield node, "other-cluster"

    def constants(self) -> Iterator[_Hit]:
        """Addresses and files that only someone after credentials writes down."""
        for node in self.nodes:
            if isinstance(node, ast.Constant) and node.value == rules.METADATA_NUMBER:
                yield node, "metadata"
            text = text_of(node) if isinstance(node, ast.Constant | ast.BinOp | ast.JoinedStr | ast.Call) else None
            if text is not None and rules.METADATA.search(text):
                yield node, "metadata"
            if text is not None and rules.SECRET_FILE.search(text):
                yield node, "secret"

    def environment(self) -> Iterator[_Hit]:
        """`os.environ["…TOKEN"]`, `os.getenv`, and the environment as a whole."""
        for node in self.nodes:
            if isinstance(node, ast.Call) and dotted(node.func, self.aliases) in {"os.getenv", "os.environ.get"}:
                if rules.SECRET_NAME.search(text_of(node.args[0] if node.args else None) or ""):
                    yield node, "secret"
            elif isinstance(node, ast.Name | ast.Attribute) and dotted(node, self.aliases) in {
                "os.environ",
                "os.environb",
            }:
                yield from self._environment_use(node)

    def _environment_use(self, node: ast.expr) -> Iterator[_Hit]:
        parent = self.parents.get(id(node))
        if isinstance(parent, ast.Subscript):
            if isinstance(parent.ctx, ast.Load) and rules.SECRET_NAME.search(text_of(parent.slice) or ""):
                yield parent, "secret"
        elif isinstance(parent, ast.Attribute):
            if parent.attr not in rules.ENVIRONMENT_METHODS:
                yield parent, "environment"
        elif not isinstance(parent, ast.Compare):
            yield node, "environment"

    def runtime_envs(self) -> Iterator[_Hit]:
        """A runtime_env that brings its own interpreter or image, wherever the dictionary stands."""
        for node in self.nodes:
            keys: list[str | None] = []
            if isinstance(node, ast.Dict) and self._is_runtime_env(node):
                keys = [text_of(key) for key in node.keys]
            elif isinstance(node, ast.Call) and (dotted(node.func, self.aliases) or "").endswith("RuntimeEnv"):
                keys = [each.arg for each in node.keywords]
            if rules.RUNTIME_ENV.intersection(key for key in keys if key):
                yield node, "runtime-env"

    def _is_runtime_env(self, node: ast.Dict) -> bool:
        match self.parents.get(id(node)):
            case ast.keyword(arg="runtime_env"):
                return True
            case ast.Assign(targets=[ast.Name(id=name)]):
                return "env" in name
        return False


def _is_local(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant) and node.value is None:
        return True
    return bool(rules.LOCAL_CLUSTERS.fullmatch(text_of(node) or ""))


def _rules_for(name: str) -> Iterator[str]:
    """The rules that a dotted name breaks."""
    for rule, patterns in rules.DENIED.items():
        for pattern in patterns:
            if (
                name == pattern
                or name.startswith(f"{pattern}.")
                or (pattern.endswith("*") and name.startswith(pattern[:-1]))
            ):
                yield rule
                break
