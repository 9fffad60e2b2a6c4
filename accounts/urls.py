"""Signing in and what belongs to it. allauth's own list also has sign-up and e-mail management: not mounted, absent."""

from allauth.account import views
from django.urls import path, re_path

from accounts.views import hand_over, profile

urlpatterns = [
    path("sign-in/", views.login, name="account_login"),
    path("sign-out/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("confirm/", views.reauthenticate, name="account_reauthenticate"),
    path("profile/", profile.show, name="profile"),
    path("profile/email/", profile.change_email, name="change-email"),
    path("profile/sessions/end-others/", profile.end_other_sessions, name="end-other-sessions"),
    path("profile/sessions/<uuid:pk>/end/", profile.end_session, name="end-session"),
    path("email/<str:code>/", profile.confirm_email, name="confirm-email"),
    path("password/", views.password_change, name="account_change_password"),
    path("password/set/", hand_over.no_password, name="account_set_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/sent/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
]
