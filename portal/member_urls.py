"""Settings > Members of one tenant. The tenant's slug is in front of these, see portal.urls.

They stand in the roof because what somebody leaves behind, and hands over, is for a storey above accounts to show.
"""

from django.urls import path

from accounts.views import inviting, members
from tokens.views import leaving

app_name = "members"

urlpatterns = [
    path("", members.index, name="list"),
    path("invite/", inviting.invite, name="invite"),
    path("invitations/", inviting.index, name="invitations"),
    path("invitations/<uuid:invitation>/resend/", inviting.resend, name="resend"),
    path("invitations/<uuid:invitation>/withdraw/", inviting.withdraw, name="withdraw"),
    path("<uuid:member>/role/", members.change_role, name="change-role"),
    path("<uuid:member>/suspend/", leaving.suspend, name="suspend"),
    path("<uuid:member>/remove/", leaving.remove, name="remove"),
    path("<uuid:member>/resume/", members.resume, name="resume"),
]
