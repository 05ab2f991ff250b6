"""Addresses of the pages about actors; they belong to the addresses of the directory."""

from django.urls import path

from portal.directory.actor_pages import delegations, directory, joining, members, people

urlpatterns = [
    path("akteure/", directory.OrganisationListView.as_view(), name="organisation_list"),
    path("akteure/anlegen/", directory.create, name="create_organisation"),
    path("akteure/ansprueche/", joining.claims, name="claims"),
    path("akteure/ansprueche/<uuid:key>/", joining.decide_claim, name="decide_claim"),
    path("akteure/ansprueche/<uuid:key>/zuruecknehmen/", joining.withdraw_claim, name="withdraw_claim"),
    path("akteure/<slug:slug>/", directory.OrganisationView.as_view(), name="organisation_detail"),
    path("akteure/<slug:slug>/profil/", directory.edit_profile, name="edit_organisation"),
    path("akteure/<slug:slug>/stammdaten/", directory.official_data, name="official_data"),
    path("akteure/<slug:slug>/beitreten/", joining.join, name="join"),
    path("akteure/<slug:slug>/mitglieder/", members.member_list, name="organisation_members"),
    path("akteure/<slug:slug>/mitglieder/einladen/", members.invite, name="invite"),
    path("akteure/<slug:slug>/aufgabenuebertragung/", delegations.delegation_list, name="organisation_delegations"),
    path("einladung/<str:token>/", members.invitation, name="invitation"),
    path("einladungen/<uuid:key>/zuruecknehmen/", members.withdraw_invitation, name="withdraw_invitation"),
    path("mitgliedschaften/<uuid:key>/bestaetigen/", members.confirm, name="confirm_membership"),
    path("mitgliedschaften/<uuid:key>/ablehnen/", members.reject, name="reject_membership"),
    path("mitgliedschaften/<uuid:key>/zuruecknehmen/", members.withdraw_request, name="withdraw_membership"),
    path("mitgliedschaften/<uuid:key>/aendern/", members.change, name="change_membership"),
    path("mitgliedschaften/<uuid:key>/uebergeben/", members.hand_over, name="hand_over"),
    path("mitgliedschaften/<uuid:key>/beenden/", members.end, name="end_membership"),
    path(
        "aufgabenuebertragungen/<uuid:key>/zustimmen/", delegations.act, {"verb": "zustimmen"}, name="agree_delegation"
    ),
    path(
        "aufgabenuebertragungen/<uuid:key>/ablehnen/", delegations.act, {"verb": "ablehnen"}, name="decline_delegation"
    ),
    path(
        "aufgabenuebertragungen/<uuid:key>/widerrufen/",
        delegations.act,
        {"verb": "widerrufen"},
        name="revoke_delegation",
    ),
    path("konto/organisationen/", people.my_organisations, name="my_organisations"),
    path("konto/organisationen/handeln/", people.choose_acting, name="choose_acting"),
    path("konto/profil/", people.edit_profile, name="edit_person"),
    path("personen/<uuid:key>/", people.person_detail, name="person_detail"),
]
