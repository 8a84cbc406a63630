"""Pages of settings: the house, its rules, its people, and what it exchanges with others."""

from django.urls import URLPattern, URLResolver, include, path

from console.shown.goals import CARDS
from console.views import (
    alerts,
    annotations,
    answering,
    brand,
    definitions,
    goals,
    imports,
    keys,
    languages,
    members,
    organisation,
    privacy,
    properties,
    retention,
    sender,
    sending,
    webhooks,
    when,
)
from metrics.statistics.definitions import Kind
from surveys.rules.meanings import Kind as ImportKind

IMPORTS: list[URLPattern | URLResolver] = [
    path("settings/imports/", imports.listing, name="imports"),
    path("settings/imports/new/", imports.upload, name="import_new"),
    *(
        path(
            f"settings/imports/samples/{kind}.csv",
            imports.sample,
            {"kind": kind.value},
            name=f"sample_{kind}_csv",
        )
        for kind in ImportKind
    ),
    path("settings/imports/<int:import_id>/", imports.detail, name="import"),
    path("settings/imports/<int:import_id>/columns/", imports.choose, name="import_columns"),
    path("settings/imports/<int:import_id>/start/", imports.start, name="import_start"),
    path("settings/imports/<int:import_id>/again/", imports.again, name="import_again"),
    path("settings/imports/<int:import_id>/drop/", imports.drop, name="import_drop"),
    path(
        "settings/imports/<int:import_id>/refused.csv", imports.refused, name="import_refused_csv"
    ),
]


WEBHOOKS: list[URLPattern | URLResolver] = [
    path("", webhooks.listing, name="webhooks"),
    path("new/", webhooks.create, name="webhook_new"),
    path("<int:webhook_id>/", webhooks.detail, name="webhook"),
    path("<int:webhook_id>/edit/", webhooks.edit, name="webhook_edit"),
    path("<int:webhook_id>/secret/", webhooks.rotate, name="webhook_secret"),
    path("<int:webhook_id>/switch/", webhooks.switch, name="webhook_switch"),
    path("<int:webhook_id>/test/", webhooks.test, name="webhook_test"),
    path("<int:webhook_id>/replay/", webhooks.replay, name="webhook_replay"),
    path("<int:webhook_id>/remove/", webhooks.remove, name="webhook_remove"),
    path("<int:webhook_id>/log/<int:delivery_id>/", webhooks.delivery, name="webhook_delivery"),
    path("<int:webhook_id>/log/<int:delivery_id>/again/", webhooks.resend, name="webhook_resend"),
]


SETTINGS: list[URLPattern | URLResolver] = [
    path("settings/", organisation.edit, name="settings"),
    path("settings/brand/", brand.edit, name="brand"),
    path("settings/languages/", languages.show, name="languages"),
    path("settings/sending/", sending.show, name="sending"),
    path("settings/sending/limits/", sending.limit, name="sending_limits"),
    path("settings/sending/switch/", sending.switch, name="sending_switch"),
    path("settings/sending/pauses/", sending.pause, name="pause_begin"),
    path("settings/sending/pauses/<int:pause_id>/end/", sending.end, name="pause_end"),
    path("settings/answering/", answering.show, name="answering"),
    path("settings/answering/changing/", answering.changing, name="answering_changing"),
    path("settings/answering/doubts/", answering.doubts, name="answering_doubts"),
    path("settings/sender/", sender.edit, name="sender"),
    path("settings/sender/test/", sender.check, {"kind": "mail"}, name="sender_test"),
    path("settings/sender/records/", sender.check, {"kind": "records"}, name="sender_records"),
    path("settings/sending/hours/", when.house, name="sending_hours"),
    path("settings/privacy/", privacy.show, name="privacy"),
    path("settings/privacy/retention/", retention.keep, name="retention"),
    path("settings/privacy/people/<int:customer_id>/", privacy.person, name="privacy_person"),
    path(
        "settings/privacy/people/<int:customer_id>/person.json",
        privacy.as_json,
        name="person_json",
    ),
    path(
        "settings/privacy/people/<int:customer_id>/person.html",
        privacy.as_page,
        name="person_html",
    ),
    path("settings/privacy/receipts/<int:number>/", privacy.receipt_page, name="receipt"),
    path("settings/privacy/receipts/<int:number>.txt", privacy.receipt_text, name="receipt_text"),
    *IMPORTS,
    path("settings/audit/", organisation.trail, name="audit"),
    path("settings/definitions/", definitions.listing, name="definitions"),
    *[
        path(
            f"settings/definitions/{kind}/",
            definitions.change,
            {"metric": kind.value},
            name=f"definition_{kind}",
        )
        for kind in Kind
    ],
    path("settings/properties/", properties.listing, name="properties"),
    path("settings/properties/track/", properties.track, name="property_track"),
    path("settings/properties/give-up/", properties.give_up, name="property_give_up"),
    path("settings/annotations/", annotations.listing, name="annotations"),
    path("settings/annotations/new/", annotations.create, name="annotation_new"),
    path(
        "settings/annotations/<int:annotation_id>/edit/", annotations.edit, name="annotation_edit"
    ),
    path(
        "settings/annotations/<int:annotation_id>/remove/",
        annotations.remove,
        name="annotation_remove",
    ),
    path("settings/goals/", goals.listing, name="goals"),
    *[
        path(f"settings/goals/{card}/", goals.aim, {"card": card}, name=f"goal_{card}")
        for card in CARDS
    ],
    *[
        path(f"settings/goals/{card}/drop/", goals.drop, {"card": card}, name=f"goal_{card}_drop")
        for card in CARDS
    ],
    path("settings/benchmarks/new/", goals.benchmark, name="benchmark_new"),
    path("settings/benchmarks/<int:benchmark_id>/remove/", goals.forget, name="benchmark_remove"),
    path("settings/members/", members.listing, name="members"),
    path("settings/members/<int:membership_id>/role/", members.role, name="member_role"),
    path("settings/members/<int:membership_id>/remove/", members.remove, name="member_remove"),
    path(
        "settings/invitations/<int:invitation_id>/revoke/", members.revoke, name="invitation_revoke"
    ),
    path("settings/alerts/", alerts.listing, name="alerts"),
    path("settings/alerts/new/", alerts.create, name="alert_new"),
    path("settings/alerts/<int:rule_id>/edit/", alerts.edit, name="alert_edit"),
    path("settings/alerts/<int:rule_id>/switch/", alerts.switch, name="alert_switch"),
    path("settings/alerts/<int:rule_id>/remove/", alerts.remove, name="alert_remove"),
    path("settings/webhooks/", include(WEBHOOKS)),
    path("settings/keys/", keys.listing, name="keys"),
    path("settings/keys/new/", keys.create, name="key_new"),
    path("settings/keys/<int:key_id>/revoke/", keys.revoke, name="key_revoke"),
]
