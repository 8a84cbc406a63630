"""Pages of answers and of who gave them: responses, customers, companies, who was asked."""

from django.urls import URLPattern, URLResolver, path

from console.views import (
    asked,
    companies,
    corrections,
    customers,
    doubts,
    erasing,
    exports,
    merging,
    responses,
    spoken,
    tags,
)

PEOPLE: list[URLPattern | URLResolver] = [
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
]
