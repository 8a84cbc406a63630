"""Take figures one after the other against running servers."""

import sys
from collections.abc import Sequence
from contextlib import ExitStack

from django.core.management import call_command
from django.db import connections

from bench import servers, world
from bench.figures import (
    answering,
    arriving,
    counting,
    deciding,
    exporting,
    filtering,
    growing,
    handover,
    importing,
    reporting,
    scaling,
    searching,
    telling,
    waves,
    weight,
)
from bench.results import Figure
from bench.setting import Setting
from kit import clock

# In the order of the table.
FIGURES = {
    "answer_post": answering.answer_post,
    "answer_full": answering.answer_full,
    "answer_p99": answering.answer_p99,
    "survey_page": answering.survey_page,
    "survey_kb": weight.survey_kb,
    "handover": handover.handover,
    "handover_scaling": scaling.handover_scaling,
    "decide_rate": deciding.decide_rate,
    "wave_s": waves.wave_s,
    "interaction_post": reporting.interaction_post,
    "interaction_bulk": reporting.interaction_bulk,
    "import_vs_copy": importing.import_vs_copy,
    "responses_list": reporting.responses_list,
    "rollup_cost": counting.rollup_cost,
    "overview_growth": counting.overview_growth,
    "pages_growth": growing.pages_growth,
    "overview_ms": growing.overview_ms,
    "filter_cells_vs_duckdb": filtering.filter_cells_vs_duckdb,
    "filter_scan_vs_sql": filtering.filter_scan_vs_sql,
    "filter_words_vs_sql": searching.filter_words_vs_sql,
    "fold_rate": arriving.fold_rate,
    "rebuild_s": counting.rebuild_s,
    "export_vs_copy": exporting.export_vs_copy,
    "webhook_rate": telling.webhook_rate,
}


def names(only: str | None) -> list[str]:
    """Return the names that were asked for; an unknown one ends the run with what there is."""
    wanted = only.split(",") if only else list(FIGURES)
    for name in wanted:
        if name not in FIGURES:
            sys.exit(f"No figure is called {name!r}; there are {', '.join(FIGURES)}.")
    return wanted


def measure(wanted: Sequence[str], *, short: bool, many: int | None) -> list[Figure]:
    """Migrate, found a company, start both servers, take the figures."""
    world.migrate()
    call_command("collectstatic", verbosity=0, interactive=False)
    now = clock.now()
    with ExitStack() as stack:
        stack.callback(connections.close_all)
        product = stack.enter_context(servers.granian("cxapp.wsgi:application", {}))
        yardstick = stack.enter_context(servers.granian("bench.yardstick.wsgi:application", {}))
        setting = Setting(
            company=world.found_company(now),
            product=product.port,
            product_pid=product.pid,
            yardstick=yardstick.port,
            now=now,
            pairs=3 if short else 5,
            requests=400 if short else 3000,
            many=many or (100_000 if short else 10_000_000),
        )
        return [_said(FIGURES[name](setting)) for name in wanted]


def _said(figure: Figure) -> Figure:
    sys.stderr.write(f"{figure.name}: {figure.value:.3f}\n")
    return figure
