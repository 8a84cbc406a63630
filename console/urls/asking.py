"""Pages about asking: programmes with their surveys, links and widgets, and the first steps."""

from django.urls import URLPattern, URLResolver, include, path

from console.views import (
    anonymous,
    deliveries,
    exports,
    programmes,
    public_links,
    rules,
    setup,
    setup_sending,
    spreads,
    survey_questions,
    survey_versions,
    surveys,
    waves,
    when,
    widgets,
)

LINKS: list[URLPattern | URLResolver] = [
    path("", public_links.listing, name="public_links"),
    path("new/", public_links.create, name="public_link_new"),
    path("<int:link_id>/", public_links.detail, name="public_link"),
    path("<int:link_id>/card/", public_links.card, name="public_link_card"),
    path("<int:link_id>/mail/", public_links.in_mails, name="public_link_mail"),
    path("<int:link_id>/edit/", public_links.edit, name="public_link_edit"),
    path("<int:link_id>/revoke/", public_links.revoke, name="public_link_revoke"),
]


WIDGETS: list[URLPattern | URLResolver] = [
    path("", widgets.listing, name="widgets"),
    path("new/", widgets.create, name="widget_new"),
    path("<int:link_id>/", widgets.detail, name="widget"),
    path("<int:link_id>/edit/", widgets.edit, name="widget_edit"),
    path("<int:link_id>/secret/", widgets.renew, name="widget_secret"),
    path("<int:link_id>/revoke/", widgets.revoke, name="widget_revoke"),
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
    path("survey/publish/", survey_versions.publish, name="survey_publish"),
    path("survey/history/", survey_versions.history, name="survey_history"),
    path("survey/history/use/", survey_versions.use, name="survey_use"),
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


ASKING: list[URLPattern | URLResolver] = [
    path("setup/", include(SETUP)),
    path("programmes/", programmes.listing, name="programmes"),
    path("programmes/new/", programmes.create, name="programme_new"),
    path("programmes/<int:programme_id>/", include(PROGRAMME)),
]
