"""What every template knows: the colours a person chose, and whether this is the demo."""

from django.conf import settings
from django.http import HttpRequest

COOKIE = "theme"
THEMES = ("light", "dark")


def chosen_theme(request: HttpRequest) -> dict[str, str]:
    """Context processor: anything but a known word in the cookie means as the device."""
    wanted = request.COOKIES.get(COOKIE, "")
    return {"theme": wanted if wanted in THEMES else "auto"}


def demo(request: HttpRequest) -> dict[str, bool]:
    """Context processor: whether this is the demo, whose mails lie in a local inbox."""
    return {"is_demo": settings.DEMO}
