from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        """A wrong catalogue stops the start, with the line and the reason and without a stack trace."""
        from accounts.catalogue import CatalogueError
        from accounts.installed import catalogue

        try:
            catalogue()
        except CatalogueError as error:
            raise SystemExit(str(error)) from None
