"""Every address: Chinese unprefixed, English under /en/, machines' addresses without language."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from portal import views

handler400 = views.bad_request
handler403 = views.permission_denied
handler404 = views.not_found
handler500 = views.server_error

urlpatterns = [
    path("livez", views.livez, name="livez"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
    path("", include("accounts.urls_machine")),
    path("", include("creditquery.urls_machine")),
    *i18n_patterns(
        path("", views.home, name="home"),
        path("help/", views.help_index, name="help"),
        path("help/<slug:code>/", views.help_entry, name="help-entry"),
        path("privacy/", views.privacy, name="privacy"),
        path("accessibility/", views.accessibility, name="accessibility"),
        path("", include("accounts.urls")),
        path("", include("creditquery.urls")),
        path("", include("reviews.urls")),
        path("", include("complaints.urls")),
        path("", include("recovery.urls")),
        path("admin/", admin.site.urls),
        prefix_default_language=False,
    ),
]
