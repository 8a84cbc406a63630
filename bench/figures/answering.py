"""What a customer's answer costs beside one bare row and one bare page."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from statistics import median

from bench import world
from bench.client import Exchange, get, post, rate
from bench.pairing import ratio_of, take_pairs
from bench.results import Figure
from bench.setting import Setting
from bench.steady import latencies, p99
from kit import tokens
from respond import stamps
from surveys.queries.lookups import SURVEY

HOST = "127.0.0.1"


def survey_tokens(setting: Setting, count: int) -> list[str]:
    return [
        tokens.sign(SURVEY, invitation_id)
        for invitation_id in world.invite(setting.company, count, setting.now)
    ]


def sending(setting: Setting, token: str) -> Exchange:
    """A score sent from a page that was shown a minute ago, as a browser sends it."""
    shown = stamps.stamp(stamps.QUESTION, token, setting.now - timedelta(minutes=1))
    return Exchange(post(HOST, f"/s/{token}", f"score=4&note_2=&shown={shown}"), 303)


def answer_post(setting: Setting) -> Figure:
    """POST of one score over one bare create() in autocommit."""
    bare = [[Exchange(post(HOST, "/store", "score=4"), 302)]] * setting.requests

    def product() -> float:
        found = survey_tokens(setting, setting.requests)
        return rate(setting.product, [[sending(setting, token)] for token in found])

    return _figure("answer_post", setting, _bare(setting, bare), product, must=0.2, goal=0.4)


def answer_full(setting: Setting) -> Figure:
    """GET of the page and POST of the score over a bare page and a bare create()."""
    bare = [
        [Exchange(get(HOST, "/page/1"), 200), Exchange(post(HOST, "/store", "score=4"), 302)]
    ] * (setting.requests // 2)

    def product() -> float:
        found = survey_tokens(setting, setting.requests // 2)
        steps = [
            [Exchange(get(HOST, f"/s/{token}?score=4"), 200), sending(setting, token)]
            for token in found
        ]
        return rate(setting.product, steps)

    return _figure("answer_full", setting, _bare(setting, bare), product, must=0.35, goal=0.6)


def answer_p99(setting: Setting) -> Figure:
    """The slowest hundredth of POSTs over that of the bare view, both at one steady rate.

    The rate is half of what the product can take, so nobody waits in a queue of our making.
    """
    found = survey_tokens(setting, setting.requests)
    offered = rate(setting.product, [[sending(setting, token)] for token in found]) / 2
    bare = [Exchange(post(HOST, "/store", "score=4"), 302)] * setting.requests

    def product() -> float:
        fresh = survey_tokens(setting, setting.requests)
        steps = [sending(setting, token) for token in fresh]
        return p99(latencies(setting.product, steps, rate=offered))

    def yardstick() -> float:
        return p99(latencies(setting.yardstick, bare, rate=offered))

    taken = take_pairs(yardstick, product, pairs=setting.pairs, repeats=setting.pairs)
    slow, bare_slow = (
        1000 * median(values)
        for values in zip(*((pair.product, pair.yardstick) for pair in taken), strict=True)
    )
    return Figure(
        name="answer_p99",
        value=ratio_of(taken),
        unit="of the bare view's p99",
        must=4,
        goal=3,
        better="lower",
        runs=[pair.ratio for pair in taken],
        setup=(
            f"{setting.pairs} pairs of {setting.requests}, granian 2 workers, fsync on, open load"
            f" of {offered:.0f}/s; p99 {slow:.1f} ms, bare {bare_slow:.1f} ms"
        ),
    )


def survey_page(setting: Setting) -> Figure:
    """GET of the page over a bare primary-key get and the same template."""
    bare = [[Exchange(get(HOST, "/page/1"), 200)]] * setting.requests
    found = survey_tokens(setting, setting.requests)
    asked = [[Exchange(get(HOST, f"/s/{token}?score=4"), 200)] for token in found]
    return _figure(
        "survey_page",
        setting,
        _bare(setting, bare),
        lambda: rate(setting.product, asked),
        must=0.55,
        goal=0.8,
    )


def _bare(setting: Setting, steps: Sequence[Sequence[Exchange]]) -> Callable[[], float]:
    return lambda: rate(setting.yardstick, steps)


def _figure(
    name: str,
    setting: Setting,
    yardstick: Callable[[], float],
    product: Callable[[], float],
    *,
    must: float,
    goal: float,
) -> Figure:
    taken = take_pairs(yardstick, product, pairs=setting.pairs, repeats=setting.pairs)
    return Figure(
        name=name,
        value=ratio_of(taken),
        unit="of bare Django's rate",
        must=must,
        goal=goal,
        better="higher",
        runs=[pair.ratio for pair in taken],
        setup=f"{setting.words}; bare {max(pair.yardstick for pair in taken):.0f}/s",
    )
