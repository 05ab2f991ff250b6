"""Addresses of the notifications."""

from django.urls import path

from portal.notifications import views

app_name = "notifications"

urlpatterns = [
    path("konto/mitteilungen/", views.inbox, name="inbox"),
    path("konto/mitteilungen/gelesen/", views.mark, name="mark"),
    path("konto/mitteilungen/einstellungen/", views.preferences, name="preferences"),
    path("konto/mitteilungen/wieder-mails/", views.mails_again, name="mails_again"),
    path("konto/mitteilungen/mail/<uuid:key>/", views.web_copy, name="web_copy"),
    path("abbestellen/<str:token>/", views.stop_list, name="stop"),
    path("mails/", views.DeliveriesView.as_view(), name="deliveries"),
    path("mails/<uuid:key>/erneut/", views.send_again, name="send_again"),
]
