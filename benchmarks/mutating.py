"""Which faults are put into a module: small changes of its source, each of which its own tests ought to notice.

The changes are cosmic-ray's operators, and a few of our own for what it does not know: a statement left out, a
keyword left out, a condition of a comprehension, a membership, a figure that stands in a text, an exception let
pass.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from random import Random

import parso
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Example, Operator
from cosmic_ray.plugins import get_operator

THEIRS = (
    *("Eq_NotEq", "NotEq_Eq", "Lt_LtE", "Lt_GtE", "LtE_Lt", "LtE_Gt", "Gt_GtE", "Gt_LtE", "GtE_Gt", "GtE_Lt"),
    *("Is_IsNot", "IsNot_Is"),
    *("Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul", "FloorDiv_Mul", "Mod_Mul", "Pow_Mul", "BitOr_BitAnd"),
    *("BitAnd_BitOr", "LShift_RShift", "USub_UAdd", "Delete_Not"),
    *("AddNot", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "ReplaceAndWithOr", "ReplaceOrWithAnd"),
    *("ReplaceBreakWithContinue", "ReplaceContinueWithBreak", "NumberReplacer"),
    *("RemoveDecorator", "ZeroIterationForLoop"),
)
"""Of each comparison its opposite and its neighbour, of each sign the opposite: the other replacements (== by is,
+ by <<) are noticed by everything, or by nothing because they mean the same.
"""
_FAMILIES = ("", "ReplaceComparisonOperator_", "ReplaceBinaryOperator_", "ReplaceUnaryOperator_")
Span = tuple[tuple[int, int], tuple[int, int]]


class _Ours(Operator):
    """An operator with at most one change of a node, and an example of it."""

    before = after = ""

    def mutation_positions(self, node: parso.tree.NodeOrLeaf) -> Iterator[Span]:
        if self.changed(node) is not None:
            yield node.start_pos, node.end_pos

    def mutate(self, node: parso.tree.NodeOrLeaf, index: int) -> parso.tree.NodeOrLeaf:  # noqa: ARG002 - only one
        return parso.parse(_lead(node) + (self.changed(node) or ""))

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (Example(cls.before, cls.after),)

    def changed(self, node: parso.tree.NodeOrLeaf) -> str | None:
        """Return what stands in a node's place; None where the operator has nothing to do there."""
        raise NotImplementedError


def _lead(node: parso.tree.NodeOrLeaf) -> str:
    return str(node.get_first_leaf().prefix)


def _bare(node: parso.tree.NodeOrLeaf) -> str:
    return str(node.get_code(include_prefix=False))


class DropStatement(_Ours):
    """Leave out a call, a yield, a return, a raise, or an assignment that adds to something."""

    before, after = "f(x)\ny += 1\n", "pass\ny += 1\n"

    def changed(self, node: parso.tree.NodeOrLeaf) -> str | None:
        if node.parent is None or node.parent.type != "simple_stmt":
            return None
        sign = _bare(node.children[1]) if node.type == "expr_stmt" else ""
        adds = sign.endswith("=") and sign != "="
        calls = node.type == "atom_expr" and node.children[-1].type == "trailer"
        ends = node.type in ("return_stmt", "raise_stmt", "yield_expr") or _bare(node) == "return"
        return "pass" if adds or calls or ends else None


class DropKeyword(_Ours):
    """Leave out a keyword argument; what is unpacked into a call or a display goes the same way."""

    before, after = "f(a, b=1)\n", "f(a, **{})\n"

    def changed(self, node: parso.tree.NodeOrLeaf) -> str | None:
        if node.type == "argument" and _bare(node.children[0]) == "**":
            return "**{}"
        if node.type in ("argument", "star_expr") and _bare(node.children[0]) == "*":
            return "*()"
        return "**{}" if node.type == "argument" and _bare(node.children[1]) == "=" else None


class DropCondition(_Ours):
    """Leave out the condition of a comprehension."""

    before, after = "[a for a in b if c]\n", "[a for a in b if True]\n"

    def changed(self, node: parso.tree.NodeOrLeaf) -> str | None:
        return "if True" if node.type == "comp_if" else None


class Membership(_Ours):
    """Turn in into not in, and back."""

    before, after = "a in b\n", "a not in b\n"

    def changed(self, node: parso.tree.NodeOrLeaf) -> str | None:
        if node.parent is None or node.parent.type != "comparison":
            return None
        return {"in": "not in", "not in": "in"}.get(_bare(node))


class FigureInText(_Ours):
    """Make the figure of Decimal("0.01") ten times as large."""

    before, after = 'Decimal("0.01")\n', 'Decimal("0.10")\n'

    def changed(self, node: parso.tree.NodeOrLeaf) -> str | None:
        if node.type != "string":
            return None
        try:
            return f'"{Decimal(ast.literal_eval(_bare(node))) * 10}"'
        except (InvalidOperation, TypeError, ValueError):
            return None


class CatchNothing(_Ours):
    """Let every exception pass."""

    before, after = "try:\n    f()\nexcept E:\n    pass\n", "try:\n    f()\nexcept ():\n    pass\n"

    def changed(self, node: parso.tree.NodeOrLeaf) -> str | None:
        before = node.get_previous_leaf()
        return (
            "()"
            if node.parent is not None and node.parent.type == "except_clause" and before == "except"
            else None
        )


OURS = (DropStatement, DropKeyword, DropCondition, Membership, FigureInText, CatchNothing)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module's source with one fault in it."""

    operator: str
    source: str
    removed: str
    added: str

    def __str__(self) -> str:
        return f"- {self.removed}\n+ {self.added}"


def prove() -> None:
    """Hold our own operators against their examples; RuntimeError where one does something else."""
    for ours in OURS:
        for example in ours.examples():
            made = mutate_code(example.pre_mutation_code, ours(), example.occurrence)
            if made != example.post_mutation_code:
                raise RuntimeError(f"{ours.__name__} makes {made!r} of {example.pre_mutation_code!r}")


def mutants(source: str, chance: Random) -> Iterator[Mutant]:
    """Give every mutant of a source in an order by chance, without those that change nothing that runs."""
    nodes = list(ast_nodes(get_ast(source)))
    places = [
        (operator, occurrence)
        for operator in _operators()
        for occurrence, _ in enumerate(place for node in nodes for place in operator.mutation_positions(node))
    ]
    seen = {"", _running(source)}
    for operator, occurrence in chance.sample(places, len(places)):
        changed = mutate_code(source, operator, occurrence)
        running = _running(changed or "")
        if running not in seen:
            seen.add(running)
            yield _mutant(type(operator).__name__, source, changed)


def _operators() -> Iterator[Operator]:
    for name in THEIRS:
        yield next(filter(None, (_known(f"core/{family}{name}") for family in _FAMILIES)))()
    for ours in OURS:
        yield ours()


def _known(name: str) -> type[Operator] | None:
    try:
        return get_operator(name)
    except KeyError:
        return None


def _mutant(operator: str, source: str, changed: str) -> Mutant:
    before, after = source.splitlines(), changed.splitlines()
    while before and after and before[0] == after[0]:
        del before[0], after[0]
    while before and after and before[-1] == after[-1]:
        del before[-1], after[-1]
    removed, added = (" ⏎ ".join(line.strip() for line in lines) for lines in (before, after))
    return Mutant(operator, changed, removed, added)


def _running(source: str) -> str:
    """Return what of a source runs, as a text: annotations do not; blank where it is not Python any more."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return ""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
        elif isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant("")
    return ast.dump(tree)
