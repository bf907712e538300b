"""Breaks one condition of a rule, or one figure of the law, at a time and counts how often the cases notice.

`python -m tests.rules.mutants [conditions|shared|figures]` prints the score and what survived: of the rule files of the
benefits, of the modules with conditions that several rules share, and of every figure of the law that they read.
"""

from __future__ import annotations

import ast
import copy
import dataclasses
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, ModuleType
from typing import Final

from rules import casebook, catalogue, facts, parameters
from rules.catalogue import Benefit
from rules.engine import Engine
from rules.errors import RulesError
from rules.household import View, parse
from rules.tree import Rule, paths

RULES: Final = Path(__file__).parents[2] / "rules"
SHARED: Final = ("schooling", "training", "allowances", "credit", "insurance", "overseas", "poverty")
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
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Tuple):
        for place in range(len(node.value.elts)):
            yield lambda x, place=place: x.value.elts.pop(place)  # type: ignore[misc]  # an Assign of a list of names
    if isinstance(node, ast.IfExp):
        yield lambda x: setattr(x, "test", ast.UnaryOp(ast.Not(), x.test))  # type: ignore[attr-defined]  # an IfExp
    if isinstance(node, ast.Return) and isinstance(node.value, ast.Compare | ast.Call) and _is_condition(node.value):
        yield lambda x: setattr(x, "value", ast.UnaryOp(ast.Not(), x.value))  # type: ignore[attr-defined]  # a Return
    if isinstance(node, ast.Constant) and type(node.value) is int:
        yield lambda x: setattr(x, "value", x.value + 1)  # type: ignore[attr-defined]  # a Constant


def _is_condition(node: ast.expr) -> bool:
    """A comparison, or a question to the case."""
    if isinstance(node, ast.Compare):
        return True
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("one_of", "yes")


def broken(source: str) -> Iterator[tuple[str, CodeType]]:
    """The source with one thing broken, and what that was."""
    tree = ast.parse(source)
    for place, node in enumerate(ast.walk(tree)):
        for change in changes(node):
            changed = copy.deepcopy(tree)
            change(list(ast.walk(changed))[place])
            yield ast.unparse(node), compile(ast.fix_missing_locations(changed), "mutant", "exec")


def broken_rules(benefit: Benefit) -> Iterator[tuple[str, Benefit]]:
    """The benefit with one thing in its rule broken."""
    for what, code in broken((benefit.folder / "rule.py").read_text(encoding="utf-8")):
        names: dict[str, Rule] = {}
        exec(code, names)  # noqa: S102  # our own rule
        yield what, dataclasses.replace(benefit, rule=names["rule"])


def broken_shared(benefits: Iterable[Benefit]) -> Iterator[tuple[str, str, list[Benefit]]]:
    """One thing in a shared module broken, with the benefits whose rules stand on that module."""
    sources = {name: (RULES / f"{name}.py").read_text(encoding="utf-8") for name in SHARED}
    users = {name: _users(name, sources) for name in SHARED}
    for name, source in sources.items():
        for what, code in broken(source):
            with _replaced({name: code, **{each: sources[each] for each in users[name]}}):
                touched = [each for each in benefits if _imports(each.folder / "rule.py", {name, *users[name]})]
                yield name, what, [dataclasses.replace(each, rule=_fresh_rule(each)) for each in touched]


def _users(name: str, sources: Mapping[str, str]) -> list[str]:
    return [other for other, source in sources.items() if f"from rules.{name} import" in source]


def _imports(file: Path, names: set[str]) -> bool:
    text = file.read_text(encoding="utf-8")
    return any(f"from rules.{name} import" in text for name in names)


def _fresh_rule(benefit: Benefit) -> Rule:
    names: dict[str, Rule] = {}
    exec((benefit.folder / "rule.py").read_text(encoding="utf-8"), names)  # noqa: S102  # our own rule
    return names["rule"]


@contextmanager
def _replaced(modules: Mapping[str, str | CodeType]) -> Iterator[None]:
    """Other code under the names of some shared modules, until the block ends."""
    kept = {name: sys.modules[f"rules.{name}"] for name in modules}
    try:
        for name, code in modules.items():
            module = ModuleType(f"rules.{name}")
            sys.modules[f"rules.{name}"] = module
            exec(code, module.__dict__)  # noqa: S102  # our own module
        yield
    finally:
        sys.modules.update({f"rules.{name}": module for name, module in kept.items()})


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


def main(kinds: Collection[str]) -> None:
    """Print the scores and the survivors."""
    law, book = parameters.load(), facts.load()
    benefits = catalogue.load(law)
    engine = Engine(book, law, benefits)
    seen: dict[str, Seen] = {}
    for benefit in benefits:
        person = 0 if benefit.level == "person" else None
        households = [(case, parse(case.facts, book).here(book, case.on)) for case in casebook.load(benefit)]
        seen[benefit.slug] = [(case, household.view(book, person)) for case, household in households]
    total: list[tuple[str, str, bool]] = []
    if "conditions" in kinds:
        total += _score(
            "conditions",
            (
                (benefit.slug, what, noticed(Engine(book, law, benefits), changed, seen[benefit.slug]))
                for benefit in benefits
                for what, changed in broken_rules(benefit)
            ),
        )
    if "shared" in kinds:
        total += _score(
            "shared",
            (
                (name, what, any(noticed(Engine(book, law, benefits), each, seen[each.slug]) for each in changed))
                for name, what, changed in broken_shared(benefits)
            ),
        )
    if "figures" in kinds:
        total += _score(
            "figures", ((slug, what, noticed(*mutant, seen[slug])) for slug, what, mutant in _other_laws(engine))
        )
    killed = sum(caught for _, _, caught in total)
    print(f"all: {killed} of {len(total)} noticed ({killed / len(total):.1%})")


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


def _score(kind: str, mutants: Iterable[tuple[str, str, bool]]) -> list[tuple[str, str, bool]]:
    results = list(mutants)
    killed = sum(caught for _, _, caught in results)
    print(f"{kind}: {killed} of {len(results)} noticed ({killed / len(results):.1%})")
    for slug, what, caught in results:
        if not caught:
            print(f"  survived: {slug}: {what}", flush=True)
    return results


if __name__ == "__main__":
    main(sys.argv[1:] or ("conditions", "shared", "figures"))
