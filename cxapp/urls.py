"""Every address of the product: which door it leads to."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from api.hooks import receive
from api.texts import receive_text
from cxapp.health import healthz, live, ready
from cxapp.watch.metrics import metrics

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("metrics", metrics, name="metrics"),
    path("healthz/live", live, name="live"),
    path("healthz/ready", ready, name="ready"),
    path("api/", include("api.urls")),
    path("hooks/sms/", receive_text, name="text_hook"),
    path("hooks/<slug:provider>/", receive, name="hook"),
    path("", include("respond.urls")),
    path("", include("respond.widget.urls")),
    path("", include("console.signin.urls")),
    path("", include("console.urls")),
]

if settings.DEMO:
    urlpatterns += [
        path("inbox/", include("cxapp.demo.inbox.urls")),
        path("demo/", include("cxapp.demo.guide")),
        path("acme-desk/", include("cxapp.demo.help_desk")),
        path("acme-help/", include("cxapp.demo.help_page")),
    ]
