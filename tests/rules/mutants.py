"""Breaks one condition of a rule, or one figure of the law, at a time and counts how often the cases notice.

`python -m tests.rules.mutants` prints the score and what survived. It covers the rule files of the benefits and every
figure they read; shared conditions in `rules/*.py` are covered by the properties and cases, not counted here.
"""

from __future__ import annotations

import ast
import copy
import dataclasses
from collections.abc import Callable, Iterator

from rules import casebook, catalogue, facts, parameters
from rules.catalogue import Benefit
from rules.engine import Engine
from rules.errors import RulesError
from rules.household import View, parse
from rules.tree import Rule, paths

SWAPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.GtE: ast.Gt,
    ast.Gt: ast.GtE,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
}
Seen = list[tuple[casebook.BenefitCase, View]]
Change = Callable[[ast.AST], None]


def changes(node: ast.AST) -> Iterator[Change]:
    """Each way to break one node of a rule."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPPED:
        yield lambda x: x.ops.__setitem__(0, SWAPPED[type(x.ops[0])]())  # type: ignore[attr-defined]  # a Compare
    if isinstance(node, ast.BoolOp):
        other = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield lambda x: setattr(x, "op", other())
        for place in range(len(node.values)):
            gone = ast.Constant(isinstance(node.op, ast.And))
            yield lambda x, place=place, gone=gone: x.values.__setitem__(place, gone)  # type: ignore[misc]  # a BoolOp
    if isinstance(node, ast.If):
        yield lambda x: setattr(x, "test", ast.Constant(False))
        yield lambda x: setattr(x, "test", ast.UnaryOp(ast.Not(), x.test))  # type: ignore[attr-defined]  # an If
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "one_of":
        for place in range(1, len(node.args) if len(node.args) > 2 else 1):
            yield lambda x, place=place: x.args.pop(place)  # type: ignore[misc]  # a Call
    if isinstance(node, ast.Constant) and type(node.value) is int:
        yield lambda x: setattr(x, "value", x.value + 1)  # type: ignore[attr-defined]  # a Constant


def broken_rules(source: str) -> Iterator[tuple[str, Rule]]:
    """The rule with one thing broken, and what that was."""
    tree = ast.parse(source)
    for place, node in enumerate(ast.walk(tree)):
        for change in changes(node):
            changed = copy.deepcopy(tree)
            change(list(ast.walk(changed))[place])
            names: dict[str, Rule] = {}
            exec(compile(ast.fix_missing_locations(changed), "mutant", "exec"), names)  # noqa: S102  # our own rule
            yield ast.unparse(node), names["rule"]


def noticed(engine: Engine, benefit: Benefit, seen: Seen) -> bool:
    """Whether a case of the benefit fails."""
    person = 0 if benefit.level == "person" else None
    for case, view in seen:
        try:
            result = engine.result(engine.compiled(benefit, case.on), view, person)
        except RulesError:
            return True
        figures = {figure.key: float(figure.value) for figure in result.figures}
        if (result.verdict, result.amount, result.missing) != (case.expect, case.amount, case.missing):
            return True
        if figures != {key: float(value) for key, value in case.figures.items()}:
            return True
    return False


def main() -> None:
    """Print both scores and the survivors."""
    law, book = parameters.load(), facts.load()
    benefits = catalogue.load(law)
    engine = Engine(book, law, benefits)
    seen: dict[str, Seen] = {}
    for benefit in benefits:
        person = 0 if benefit.level == "person" else None
        cases = casebook.load(benefit)
        seen[benefit.slug] = [(case, parse(case.facts, book).view(book, person)) for case in cases]
    results: list[tuple[str, str, bool]] = []
    for benefit in benefits:
        for what, rule in broken_rules((benefit.folder / "rule.py").read_text(encoding="utf-8")):
            fresh = Engine(book, law, benefits)
            caught = noticed(fresh, dataclasses.replace(benefit, rule=rule), seen[benefit.slug])
            results.append((benefit.slug, what, caught))
    _print("conditions", results)
    _print("figures", [(slug, what, noticed(*mutant, seen[slug])) for slug, what, mutant in _other_laws(engine)])


def _other_laws(engine: Engine) -> Iterator[tuple[str, str, tuple[Engine, Benefit]]]:
    """For each figure that a benefit reads: an engine in which one line of it is greater by one."""
    for benefit in engine.catalogue:
        read = {
            (key, line.start)
            for day in engine.spans(benefit)
            for _, leaf in paths(engine.compiled(benefit, day).tree)
            for key, line in leaf.lines
        }
        for key, start in sorted(read):
            changed = []
            for parameter in engine.parameters:
                if parameter.id == key:
                    lines = (
                        dataclasses.replace(line, value=line.value + 1) if line.start == start else line
                        for line in parameter.values
                    )
                    changed.append(dataclasses.replace(parameter, values=tuple(lines)))
                else:
                    changed.append(parameter)
            mutant = Engine(engine.book, parameters.Parameters(changed), engine.catalogue)
            yield benefit.slug, f"{key} from {start}", (mutant, benefit)


def _print(kind: str, results: list[tuple[str, str, bool]]) -> None:
    killed = sum(caught for _, _, caught in results)
    print(f"{kind}: {killed} of {len(results)} noticed ({killed / len(results):.1%})")
    for slug, what, caught in results:
        if not caught:
            print(f"  survived: {slug}: {what}")


if __name__ == "__main__":
    main()
