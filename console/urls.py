"""Addresses of the console: everything of an organisation stands below `/o/<slug>/`."""

from django.urls import URLPattern, URLResolver, include, path

from console.shown.goals import CARDS
from console.views import (
    alerts,
    annotations,
    anonymous,
    answering,
    asked,
    brand,
    colours,
    companies,
    compare,
    corrections,
    customers,
    definitions,
    deliveries,
    doubts,
    erasing,
    exports,
    gap,
    goals,
    helping,
    imports,
    journey,
    keys,
    languages,
    members,
    merging,
    organisation,
    overview,
    privacy,
    programmes,
    properties,
    public_links,
    responses,
    retention,
    rules,
    segments,
    sender,
    sending,
    setup,
    setup_sending,
    spoken,
    spreads,
    survey_questions,
    surveys,
    tags,
    touchpoints,
    views,
    waves,
    webhooks,
    when,
    widgets,
)
from metrics.statistics.definitions import Kind
from surveys.rules.imports import Kind as ImportKind

app_name = "console"

LINKS: list[URLPattern | URLResolver] = [
    path("", public_links.listing, name="public_links"),
    path("new/", public_links.create, name="public_link_new"),
    path("<int:link_id>/", public_links.detail, name="public_link"),
    path("<int:link_id>/card/", public_links.card, name="public_link_card"),
    path("<int:link_id>/mail/", public_links.in_mails, name="public_link_mail"),
    path("<int:link_id>/edit/", public_links.edit, name="public_link_edit"),
    path("<int:link_id>/revoke/", public_links.revoke, name="public_link_revoke"),
]

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

WIDGETS: list[URLPattern | URLResolver] = [
    path("", widgets.listing, name="widgets"),
    path("new/", widgets.create, name="widget_new"),
    path("<int:link_id>/", widgets.detail, name="widget"),
    path("<int:link_id>/edit/", widgets.edit, name="widget_edit"),
    path("<int:link_id>/secret/", widgets.renew, name="widget_secret"),
    path("<int:link_id>/revoke/", widgets.revoke, name="widget_revoke"),
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

PROGRAMME: list[URLPattern | URLResolver] = [
    path("", programmes.detail, name="programme"),
    path("anonymous/", anonymous.show, name="anonymous"),
    *(
        path(
            f"anonymous/{what}.{form}",
            exports.anonymous,
            {"what": what, "form": form},
            name=f"anonymous_{what}_{form}",
        )
        for what in ("groups", "comments")
        for form in ("csv", "xlsx")
    ),
    path("edit/", programmes.edit, name="programme_edit"),
    path("rules/", rules.edit, name="programme_rules"),
    path("switch/", programmes.switch, name="programme_switch"),
    path("questions/", spreads.of_programme, name="programme_questions"),
    path("survey/", surveys.edit, name="survey"),
    path("survey/texts/", surveys.texts, name="survey_texts"),
    path("survey/questions/", survey_questions.change, name="survey_question"),
    path("survey/languages/", surveys.languages, name="survey_language"),
    path("survey/try/", surveys.trial, name="survey_try"),
    path("survey/discard/", surveys.discard, name="survey_discard"),
    path("survey/publish/", surveys.publish, name="survey_publish"),
    path("survey/history/", surveys.history, name="survey_history"),
    path("survey/history/use/", surveys.use, name="survey_use"),
    path("decisions/", programmes.decided, name="decisions"),
    path("when/", when.edit, name="programme_when"),
    path("dry-run/", when.dry_run, name="dry_run"),
    path("wave/", waves.listing, name="waves"),
    path("wave/check/", waves.check, name="wave_check"),
    path("wave/start/", waves.start, name="wave_start"),
    path("wave/<int:wave_id>/stop/", waves.stop, name="wave_stop"),
    path("widgets/", include(WIDGETS)),
    path("links/", include(LINKS)),
    path("delivery/", deliveries.show, name="delivery"),
    path("delivery/<int:message_id>/resend/", deliveries.resend, name="message_resend"),
    path("delivery/resume/", deliveries.resume, name="sending_resume"),
]

SETUP: list[URLPattern | URLResolver] = [
    path("", setup.resume, name="setup"),
    path("look/", setup.look, name="setup_look"),
    path("asker/", setup.asker, name="setup_asker"),
    path("question/", setup.question, name="setup_question"),
    path("people/", setup.people, name="setup_people"),
    path("send/", setup_sending.show, name="setup_send"),
    path("send/me/", setup_sending.to_me, name="setup_to_me"),
    path("send/all/", setup_sending.to_all, name="setup_to_all"),
    path("sent/", setup_sending.sent, name="setup_sent"),
]

HELP: list[URLPattern | URLResolver] = [
    path("", helping.show, {"name": "help"}, name="help"),
    path("reading/", helping.show, {"name": "help_reading"}, name="help_reading"),
    path("glossary/", helping.show, {"name": "help_glossary"}, name="help_glossary"),
    path("limits/", helping.show, {"name": "help_limits"}, name="help_limits"),
    path("plan/", helping.show, {"name": "help_plan"}, name="help_plan"),
]

INSIDE: list[URLPattern | URLResolver] = [
    path("", overview.show, name="overview"),
    path("setup/", include(SETUP)),
    path("help/", include(HELP)),
    path("figures.csv", exports.overview, {"form": "csv"}, name="overview_csv"),
    path("figures.xlsx", exports.overview, {"form": "xlsx"}, name="overview_xlsx"),
    path("gap/", gap.show, name="gap"),
    path("gap/customers/", gap.people, name="gap_people"),
    path("journey/", journey.show, name="journey"),
    path("segments/", segments.index, name="segments"),
    path("segments/<str:key>/", segments.listing, name="segments_of"),
    path("segments/<str:key>/<path:value>/", segments.detail, name="segment"),
    path("compare/", compare.show, name="compare"),
    path("responses/", responses.listing, name="responses"),
    path("responses/doubted/", doubts.listing, name="doubted"),
    path("responses/export.csv", exports.responses_csv, name="responses_csv"),
    path("responses/export.xlsx", exports.responses_xlsx, name="responses_xlsx"),
    path("responses/exclude/", corrections.exclude, name="responses_exclude"),
    path("responses/restore/", corrections.restore, name="responses_restore"),
    path("responses/tag/", corrections.tag, name="responses_tag"),
    path("responses/untag/", corrections.untag, name="responses_untag"),
    path("responses/tags/", tags.listing, name="tags"),
    path("responses/tags/<int:tag_id>/rename/", tags.rename, name="tag_rename"),
    path("responses/tags/<int:tag_id>/delete/", tags.delete, name="tag_delete"),
    path("responses/spoken/", spoken.record, name="spoken_new"),
    path("responses/<int:response_id>/remove/", spoken.remove, name="spoken_remove"),
    path("responses/<int:response_id>/", responses.detail, name="response"),
    path("responses/<int:response_id>/amend/", corrections.amend, name="response_amend"),
    path("customers/", customers.listing, name="customers"),
    path("customers/new/", customers.create, name="customer_new"),
    path("customers/<int:customer_id>/", customers.detail, name="customer"),
    path("customers/<int:customer_id>/edit/", customers.edit, name="customer_edit"),
    path("customers/<int:customer_id>/erase/", erasing.erase, name="customer_erase"),
    path("customers/<int:customer_id>/merge/", merging.choose, name="customer_merge"),
    path(
        "customers/<int:customer_id>/merge/<int:other_id>/",
        merging.confirm,
        name="customer_merge_with",
    ),
    path("customers/<int:customer_id>/ask/", customers.ask, name="customer_ask"),
    path("customers/<int:customer_id>/stop/", customers.stop, name="customer_stop"),
    path(
        "customers/<int:customer_id>/stops/<int:stop_id>/lift/",
        customers.unstop,
        name="customer_unstop",
    ),
    path("customers/<int:customer_id>/link/", customers.link, name="customer_link_new"),
    path(
        "customers/<int:customer_id>/links/<int:invitation_id>/",
        customers.show_link,
        name="customer_link",
    ),
    path("asked/", asked.listing, name="asked"),
    path("companies/", companies.listing, name="companies"),
    path("companies/<int:company_id>/", companies.detail, name="company"),
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
    path("programmes/", programmes.listing, name="programmes"),
    path("programmes/new/", programmes.create, name="programme_new"),
    path("programmes/<int:programme_id>/", include(PROGRAMME)),
    path("views/", views.listing, name="views"),
    path("views/keep/", views.keep, name="view_keep"),
    path("views/<int:view_id>/", views.show, name="view"),
    path("views/<int:view_id>/drop/", views.drop, name="view_drop"),
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

urlpatterns: list[URLPattern | URLResolver] = [
    path("theme/", colours.theme, name="theme"),
    path("o/<slug:slug>/", include(INSIDE)),
]
