"""Pages of figures: overview, gap, journey, touchpoints, segments, comparisons, kept views."""

from django.urls import URLPattern, URLResolver, path

from console.views import (
    asked,
    compare,
    exports,
    gap,
    journey,
    overview,
    segments,
    spreads,
    touchpoints,
    views,
)

FIGURES: list[URLPattern | URLResolver] = [
    path("", overview.show, name="overview"),
    path("figures.csv", exports.overview, {"form": "csv"}, name="overview_csv"),
    path("figures.xlsx", exports.overview, {"form": "xlsx"}, name="overview_xlsx"),
    path("gap/", gap.show, name="gap"),
    path("gap/customers/", gap.people, name="gap_people"),
    path("journey/", journey.show, name="journey"),
    path("segments/", segments.index, name="segments"),
    path("segments/<str:key>/", segments.listing, name="segments_of"),
    path("segments/<str:key>/<path:value>/", segments.detail, name="segment"),
    path("compare/", compare.show, name="compare"),
    path("touchpoints/", touchpoints.listing, name="touchpoints"),
    path("touchpoints/new/", touchpoints.create, name="touchpoint_new"),
    path("touchpoints/<int:touchpoint_id>/", touchpoints.detail, name="touchpoint"),
    path(
        "touchpoints/<int:touchpoint_id>/figures.csv",
        exports.touchpoint,
        {"form": "csv"},
        name="touchpoint_csv",
    ),
    path(
        "touchpoints/<int:touchpoint_id>/figures.xlsx",
        exports.touchpoint,
        {"form": "xlsx"},
        name="touchpoint_xlsx",
    ),
    path("touchpoints/<int:touchpoint_id>/asked/", touchpoints.asked, name="touchpoint_asked"),
    path(
        "touchpoints/<int:touchpoint_id>/asked/people/",
        asked.at_touchpoint,
        name="touchpoint_people",
    ),
    path(
        "touchpoints/<int:touchpoint_id>/questions/",
        spreads.at_touchpoint,
        name="touchpoint_questions",
    ),
    path("touchpoints/<int:touchpoint_id>/edit/", touchpoints.edit, name="touchpoint_edit"),
    path("views/", views.listing, name="views"),
    path("views/keep/", views.keep, name="view_keep"),
    path("views/<int:view_id>/", views.show, name="view"),
    path("views/<int:view_id>/drop/", views.drop, name="view_drop"),
]
