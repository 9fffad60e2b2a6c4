"""Who may set a new password by mail: whoever has one, or was invited to have one."""

from allauth.account import forms

from accounts.provisioning import is_handed_over


class ResetPasswordForm(forms.ResetPasswordForm):
    """Whom the vendor brought comes by its link alone: with a mail to the address that it named, a credential that may
    change addresses could sign in as anybody. The page says the same to everybody, as for an unknown address.
    """

    def clean_email(self) -> str:
        email = super().clean_email()
        self.users = [user for user in self.users if not is_handed_over(user)]
        return str(email)
