"""Every address of version 1."""

from django.urls import path

from api.v1.alerts import Alerts, OneAlert
from api.v1.annotations import Annotations, OneAnnotation
from api.v1.anonymous import AnonymousFigures
from api.v1.answering import Excluded, OneWrittenResponse, Restored, WrittenResponses
from api.v1.audit import Audit
from api.v1.benchmarks import Benchmarks, OneBenchmark
from api.v1.companies import Companies, OneCompany
from api.v1.comparisons import MetricCompared
from api.v1.customers import Customers, OneCustomer
from api.v1.decisions import Decisions, OneDecision
from api.v1.definitions import Metrics
from api.v1.dry_runs import ProgrammeDryRun
from api.v1.export_files import ExportFile
from api.v1.exports import CancelledExport, Exports, OneExport
from api.v1.goals import Goals, OneGoal
from api.v1.imports import CancelledImport, ImportRefused, Imports, OneImport, StartedImport
from api.v1.interactions import Interactions, OneInteraction
from api.v1.interactions_bulk import InteractionsBulk
from api.v1.invited import Cancelled, ListedInvitations, OneInvitation
from api.v1.merging import MergedCustomer
from api.v1.metrics import OneMetric
from api.v1.pauses import EndedPause, OnePause, Pauses
from api.v1.persons import Erased, PersonExported
from api.v1.programmes import OneProgramme, Programmes
from api.v1.properties import GivenUpProperty, Properties, TrackedProperty
from api.v1.response_tags import OneResponseTag, ResponseTags
from api.v1.sending import Sending
from api.v1.suppressions import LiftedSuppression, OneSuppression, Stops, Suppressions
from api.v1.surveys import Draft, OneSurvey, PublishedDraft, Surveys
from api.v1.tags import OneTag, Tags
from api.v1.touchpoints import OneTouchpoint, Touchpoints
from api.v1.versions import Versions
from api.v1.waves import OneWave, StoppedWave, Waves
from api.v1.webhook_deliveries import Deliveries, OneDelivery, ResentDelivery, TestedWebhook
from api.v1.webhooks import (
    OneWebhook,
    ReplayedWebhook,
    RotatedWebhook,
    Webhooks,
    WebhookSecret,
)

urlpatterns = [
    path("interactions", Interactions.as_view()),
    path("interactions/bulk", InteractionsBulk.as_view()),
    path("interactions/<str:interaction_id>", OneInteraction.as_view()),
    path("customers", Customers.as_view()),
    path("customers/<str:customer_id>", OneCustomer.as_view()),
    path("customers/<str:customer_id>/erase", Erased.as_view()),
    path("customers/<str:customer_id>/merge", MergedCustomer.as_view()),
    path("customers/<str:customer_id>/export", PersonExported.as_view()),
    path("customers/<str:customer_id>/suppressions", Stops.as_view()),
    path("companies", Companies.as_view()),
    path("companies/<str:company_id>", OneCompany.as_view()),
    path("suppressions", Suppressions.as_view()),
    path("suppressions/<str:suppression_id>", OneSuppression.as_view()),
    path("suppressions/<str:suppression_id>/lift", LiftedSuppression.as_view()),
    path("decisions", Decisions.as_view()),
    path("decisions/<str:decision_id>", OneDecision.as_view()),
    path("invitations", ListedInvitations.as_view()),
    path("invitations/<str:invitation_id>", OneInvitation.as_view()),
    path("invitations/<str:invitation_id>/cancel", Cancelled.as_view()),
    path("responses", WrittenResponses.as_view()),
    path("responses/<str:response_id>", OneWrittenResponse.as_view()),
    path("responses/<str:response_id>/exclude", Excluded.as_view()),
    path("responses/<str:response_id>/restore", Restored.as_view()),
    path("responses/<str:response_id>/tags", ResponseTags.as_view()),
    path("responses/<str:response_id>/tags/<str:tag_id>", OneResponseTag.as_view()),
    path("tags", Tags.as_view()),
    path("tags/<str:tag_id>", OneTag.as_view()),
    path("metrics", Metrics.as_view()),
    path("metrics/<str:metric>", OneMetric.as_view()),
    path("metrics/<str:metric>/comparison", MetricCompared.as_view()),
    path("metrics/<str:metric>/versions", Versions.as_view()),
    path("annotations", Annotations.as_view()),
    path("annotations/<str:annotation_id>", OneAnnotation.as_view()),
    path("goals", Goals.as_view()),
    path("goals/<str:card>", OneGoal.as_view()),
    path("benchmarks", Benchmarks.as_view()),
    path("benchmarks/<str:benchmark_id>", OneBenchmark.as_view()),
    path("properties", Properties.as_view()),
    path("properties/track", TrackedProperty.as_view()),
    path("properties/give-up", GivenUpProperty.as_view()),
    path("imports", Imports.as_view()),
    path("imports/<str:import_id>", OneImport.as_view()),
    path("imports/<str:import_id>/start", StartedImport.as_view()),
    path("imports/<str:import_id>/cancel", CancelledImport.as_view()),
    path("imports/<str:import_id>/refused", ImportRefused.as_view()),
    path("exports", Exports.as_view()),
    path("exports/<str:export_id>", OneExport.as_view()),
    path("exports/<str:export_id>/file", ExportFile.as_view()),
    path("exports/<str:export_id>/cancel", CancelledExport.as_view()),
    path("alerts", Alerts.as_view()),
    path("alerts/<str:alert_id>", OneAlert.as_view()),
    path("touchpoints", Touchpoints.as_view()),
    path("touchpoints/<str:touchpoint_id>", OneTouchpoint.as_view()),
    path("webhooks", Webhooks.as_view()),
    path("webhooks/<str:webhook_id>", OneWebhook.as_view()),
    path("webhooks/<str:webhook_id>/secret", WebhookSecret.as_view()),
    path("webhooks/<str:webhook_id>/rotate", RotatedWebhook.as_view()),
    path("webhooks/<str:webhook_id>/test", TestedWebhook.as_view()),
    path("webhooks/<str:webhook_id>/replay", ReplayedWebhook.as_view()),
    path("webhooks/<str:webhook_id>/deliveries", Deliveries.as_view()),
    path("webhooks/<str:webhook_id>/deliveries/<str:delivery_id>", OneDelivery.as_view()),
    path("webhooks/<str:webhook_id>/deliveries/<str:delivery_id>/resend", ResentDelivery.as_view()),
    path("programmes", Programmes.as_view()),
    path("programmes/<str:programme_id>", OneProgramme.as_view()),
    path("programmes/<str:programme_id>/dry-run", ProgrammeDryRun.as_view()),
    path("programmes/<str:programme_id>/waves", Waves.as_view()),
    path("programmes/<str:programme_id>/waves/<str:wave_id>", OneWave.as_view()),
    path("programmes/<str:programme_id>/waves/<str:wave_id>/stop", StoppedWave.as_view()),
    path("sending", Sending.as_view()),
    path("pauses", Pauses.as_view()),
    path("pauses/<str:pause_id>", OnePause.as_view()),
    path("pauses/<str:pause_id>/end", EndedPause.as_view()),
    path("surveys", Surveys.as_view()),
    path("surveys/<str:survey_id>", OneSurvey.as_view()),
    path("surveys/<str:survey_id>/draft", Draft.as_view()),
    path("surveys/<str:survey_id>/publish", PublishedDraft.as_view()),
    path("programmes/<str:programme_id>/anonymous", AnonymousFigures.as_view()),
    path("audit", Audit.as_view()),
]
