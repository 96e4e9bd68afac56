"""What an expression stands for: dotted names of modules' members, and texts, as far as the program says.

A value is a small set, since a name may be set in several places. Nothing here is executed.
"""

import ast

from agents.cluster.policy.folding import HOLE, UNKNOWN
from agents.cluster.policy.members import BUILTINS
from agents.cluster.policy.modules import REACHED
from agents.cluster.policy.texts import AT_MOST, NOTHING, Texts, Values
from agents.cluster.policy.tree import Tree

_PASSES = 10
_DEEPEST = 240
_GUESSED = 3
_GROWING = 3
_STEPS = 60
_WATCHED = frozenset({"psutil.Process()", "psutil.process_iter()", "cProfile.Profile()", "profile.Profile()"})
"""Results of calls that are never forgotten, whatever else a name stands for."""


class TooTangledError(Exception):
    """The program gives its names too many meanings, or is nested too deeply, to be followed."""


class Meanings:
    """The meanings of a program's expressions; raises TooTangledError when they take too long to find out.

    `steps` counts the expressions that were looked at; it is bounded by a multiple of the tree's size. Of a name with
    very many meanings, results of calls are forgotten.
    """

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.steps = 0
        self._budget = _STEPS * tree.size + 1000
        self._names: dict[str, Values] = {}
        self._crowded: set[str] = set()
        self._known: dict[ast.AST, Values] | None = None
        self._texts = Texts(tree, self.names, self._step)
        self._settle()
        self._known = {}
        self._texts.settle()

    def forget(self) -> None:
        """Let go of the program: what refers to itself is only found by a search through everything that there is."""
        self._known = {}
        self._texts.forget()

    def texts(self, node: ast.AST | None) -> Values:
        """The texts that an expression may amount to; see `Texts.of`."""
        return self._texts.of(node) if node is not None else NOTHING

    def names(self, node: ast.AST, depth: int = 0) -> Values:
        """The dotted names that an expression may stand for, `x.y()` for what a call of one gives.

        A name that begins with `?` is a guess: an attribute of something unknown that is called like a module.
        """
        if isinstance(node, ast.Constant):
            return NOTHING
        if self._known is None:
            return self._name(node, depth)
        found = self._known.get(node)
        if found is None:
            found = self._known[node] = self._name(node, depth)
        return found

    def _name(self, node: ast.AST, depth: int) -> Values:
        self._step()
        if depth > _DEEPEST:
            raise TooTangledError
        if isinstance(node, ast.Name):
            return self._of_name(node.id)
        if isinstance(node, ast.Attribute):
            return self._of_attribute(self.names(node.value, depth + 1), node.attr)
        if isinstance(node, ast.Call):
            return self._of_call(node, self.names(node.func, depth + 1))
        return self._of_other(node, depth + 1)

    def _of_other(self, node: ast.AST, depth: int) -> Values:
        match node:
            case ast.Subscript(value=base):
                return frozenset(f"{each}[]" for each in self.names(base, depth) if not each.endswith("]"))
            case ast.NamedExpr(value=value) | ast.Await(value=value) | ast.Starred(value=value):
                return self.names(value, depth)
            case ast.IfExp(body=one, orelse=other):
                return self.names(one, depth) | self.names(other, depth)
            case ast.BoolOp(values=values):
                return NOTHING.union(*(self.names(each, depth) for each in values))
        return NOTHING

    def _of_name(self, name: str) -> Values:
        found = self._names.get(name, NOTHING)
        if name in BUILTINS and name not in found:
            found |= {name}
        if self.tree.stars and name not in self.tree.bindings:
            found |= {f"{module}.{name}" for module in self.tree.stars[:AT_MOST]}
        return found

    def _of_attribute(self, bases: Values, attribute: str) -> Values:
        if bases:
            joined = frozenset(f"{each}.{attribute}" for each in bases if _may_go_on(each))
            reached = attribute.lstrip("_") in REACHED
            return joined | {f"?{attribute.lstrip('_')}"} if reached else joined
        bound = self._names.get(attribute, NOTHING) - BUILTINS
        found = {f"?{each.lstrip('?')}" for each in bound if not (each.startswith("?") and "." in each)}
        if attribute.lstrip("_") in REACHED:
            found.add(f"?{attribute.lstrip('_')}")
        return frozenset(found)

    def _of_call(self, node: ast.Call, functions: Values) -> Values:
        if "getattr" in functions and len(node.args) > 1:
            return self._of_getattr(node)
        return frozenset(f"{each}()" for each in functions if "()" not in each and not each.startswith("?"))

    def _of_getattr(self, node: ast.Call) -> Values:
        wanted = [each for each in self.texts(node.args[1]) if HOLE not in each]
        bases = self.names(node.args[0])
        return NOTHING.union(*(self._of_attribute(bases, each) for each in wanted))

    def _settle(self) -> None:
        """Find what the program's names stand for, until nothing changes; each pass looks at every binding once."""
        bindings = self.tree.bindings
        for number in range(_PASSES):
            looked = [self._look(name, values, final=number > _GROWING) for name, values in bindings.items()]
            if not any(looked):
                return
            bindings = {name: values for name, values in bindings.items() if not self._is_fixed(name, values)}
        raise TooTangledError

    def _look(self, name: str, values: list[ast.expr | str], *, final: bool) -> bool:
        """Whether a name means more than was known; of texts that still grow when it is `final`, the rest is a hole."""
        names = self._names.get(name, NOTHING).union(*(self._named_by(value) for value in values))
        texts = known = self._texts.of_names.get(name, NOTHING)
        if not (final and HOLE in known):
            written = [value for value in values if isinstance(value, ast.expr)]
            texts = known.union(*map(self.texts, (*written, *self.tree.additions.get(name, ()))))
        if len(texts) > AT_MOST or (final and texts != known):
            texts = (known or frozenset(sorted(texts)[:AT_MOST])) | UNKNOWN
        if len(names) > 2 * AT_MOST or name in self._crowded:
            self._crowded.add(name)
            names = frozenset(each for each in names if "()" not in each or each in _WATCHED)
        if len(names) > 2 * AT_MOST:
            raise TooTangledError
        changed = names != self._names.get(name, NOTHING) or texts != known
        self._names[name], self._texts.of_names[name] = names, texts
        return changed

    def _named_by(self, value: ast.expr | str) -> Values:
        return frozenset({value}) if isinstance(value, str) else self.names(value)

    def _is_fixed(self, name: str, values: list[ast.expr | str]) -> bool:
        return name not in self.tree.additions and all(isinstance(value, str | ast.Constant) for value in values)

    def _step(self) -> None:
        self.steps += 1
        if self.steps > self._budget:
            raise TooTangledError


def _may_go_on(name: str) -> bool:
    """Of what a call or a subscript gives, only the first attribute counts; `x = x.next` would never end."""
    after = name.replace("[]", "()").rpartition("()")
    return name.count(".") < (_GUESSED if name.startswith("?") else AT_MOST) and (not after[1] or not after[2])
