"""Every function that computes a statistic says whose method it is."""

import importlib
import inspect
import pkgutil
import re

from metrics import statistics

# A name and a year: "Newcombe 1998b", "Clopper and Pearson 1934"; "(ours)" is a choice of our own.
PAPER = re.compile(r"[A-Z][a-z]+[^.]*\b(1[89]|20)\d\d|\(ours\b")
# What only prepares, holds or names; it computes nothing that a paper would define.
PLAIN = {
    "scores.histogram",
    "scores.check_histogram",
    "scores.without",
    "definitions.words_of",
    "gap.heard",
    "gap.has_recovered",
    "gap.opposed",
}


def functions():
    for module in pkgutil.iter_modules(statistics.__path__):
        loaded = importlib.import_module(f"metrics.statistics.{module.name}")
        for name, one in inspect.getmembers(loaded, callable):
            is_own = getattr(one, "__module__", "") == loaded.__name__ and not inspect.isclass(one)
            if is_own and not name.startswith("_"):
                yield f"{module.name}.{name}", inspect.getdoc(one) or ""


FUNCTIONS = dict(functions())


def test_each_function_names_its_paper():
    silent = [name for name, told in FUNCTIONS.items() if not PAPER.search(told)]

    assert sorted(silent) == sorted(PLAIN)


def test_no_module_is_overlooked():
    assert len(FUNCTIONS) > 60
